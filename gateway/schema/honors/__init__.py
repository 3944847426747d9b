"""Nominations and honors."""
