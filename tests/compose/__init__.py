"""The compose file, run for real by `make compose-test`."""
