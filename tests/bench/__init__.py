"""Measurements: ratios inside one run, never limits on a clock."""
