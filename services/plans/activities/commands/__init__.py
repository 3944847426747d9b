"""What can be done to activities."""
