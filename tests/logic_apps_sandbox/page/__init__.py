"""The page at the simulator's own address, in a real browser."""
