"""Commands of the real CLI that are killed, or run while Azure fails, have the same result as undisturbed ones."""
