"""S&T tasks of the state and what is published about them (T2)."""
