"""What can be done to outreach events: one verb a file."""
