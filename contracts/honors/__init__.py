"""What the honors service promises."""
