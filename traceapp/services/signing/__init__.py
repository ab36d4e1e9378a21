"""Signed codes: made, taken back, read from paper, checked."""
