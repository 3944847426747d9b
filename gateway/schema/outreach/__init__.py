"""What was communicated where, and the live feed of it."""
