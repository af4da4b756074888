"""Commands of the real CLI that are killed, or run while Azure fails: what is there at the end is as without."""
