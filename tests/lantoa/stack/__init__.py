"""The embedded stack, on engines that really run."""
