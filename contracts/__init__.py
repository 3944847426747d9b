"""What the services promise each other: plain data, no behavior."""
