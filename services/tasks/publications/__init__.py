"""Publications about tasks: pending, verified, rejected."""
