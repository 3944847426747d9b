"""Training (T4): who works in communication, and who completed which course; keys only, no names."""
