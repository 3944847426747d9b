"""Dated reference data and the pure rules that read it: look-ups on a day, status of a figure, who may do what."""
