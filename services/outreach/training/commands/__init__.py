"""Changes of training."""
