"""Tests of the plans service."""
