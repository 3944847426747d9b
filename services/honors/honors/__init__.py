"""Honors that were granted: the public record."""
