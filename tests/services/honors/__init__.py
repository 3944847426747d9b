"""Tests of the honors service."""
