"""S&T tasks and publications."""
