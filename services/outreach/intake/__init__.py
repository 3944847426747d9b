"""Intake: what provincial systems send, turned into one and the same command whatever way it came."""
