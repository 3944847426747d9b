"""Content items: what is communicated."""
