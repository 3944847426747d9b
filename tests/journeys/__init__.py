"""Journeys: what the people who rely on the system do, from the first command to the answer they read."""
