"""Benchmarks of speed and size in the sandbox; ``make bench`` writes the generated parts of docs/benchmarks.md.

Compared commands run alternately in one run, and results are ratios, because machines are shared and noisy. pyperf and
pytest-benchmark run each benchmark by itself. No test asserts a time.
"""
