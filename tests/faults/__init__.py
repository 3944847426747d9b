"""Faults: processes killed at the worst moment, a broker that goes away, and bytes that nobody should send."""
