"""What the benchmarks are made of; no time is asserted."""
