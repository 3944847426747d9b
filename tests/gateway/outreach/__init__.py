"""Tests; the paths are those of the code."""
