"""Plans of bodies and their activities (T1)."""
