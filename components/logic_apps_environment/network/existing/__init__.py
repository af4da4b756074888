"""Existing networks: the look-up, and the rules about what it returns."""
