"""Nominations on their way and the honors that came of them (T5)."""
