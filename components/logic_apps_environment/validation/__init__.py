"""Argument models, rules, problems and errors, independent of features."""
