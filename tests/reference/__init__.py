"""Tests of the reference data and its rules, on the files that are shipped."""
