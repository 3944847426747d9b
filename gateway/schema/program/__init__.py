"""The Program, its targets, measures and figures."""
