"""The command line, and the embedded stack that it starts: engines, services and gateway as processes."""
