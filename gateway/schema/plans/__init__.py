"""Plans and activities."""
