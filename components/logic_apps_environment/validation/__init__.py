"""Argument models, rules, problems and errors. Knows no feature."""
