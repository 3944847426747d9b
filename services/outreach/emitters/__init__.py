"""Emitters: the provincial systems that send outreach, each for its own province."""
