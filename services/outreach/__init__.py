"""The outreach service: what was communicated where, by which channel, and how many people it reached (T3)."""
