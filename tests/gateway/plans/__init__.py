"""Tests of the gateway before the real plans service."""
