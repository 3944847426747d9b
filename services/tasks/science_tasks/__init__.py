"""S&T tasks that are no state secret."""
