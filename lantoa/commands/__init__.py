"""The commands, a module per noun. Each parses, asks somebody else to act, and shows the result."""
