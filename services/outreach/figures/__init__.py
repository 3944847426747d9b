"""The figures of the outreach service: which measure is computed where."""
