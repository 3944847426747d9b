"""Bodies, provinces and communes: dated master data, from memory."""
