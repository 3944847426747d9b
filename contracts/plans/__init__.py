"""What the plans service promises."""
