"""Nominations: dossiers with a clock for each stage."""
