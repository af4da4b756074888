"""Trusted certificates: arguments, parsing and rules."""
