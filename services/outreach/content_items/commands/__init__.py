"""What can be done to content items: one verb a file."""
