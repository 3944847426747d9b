"""Outreach events: something was communicated at a place and time."""
