"""Speed and size, measured in the sandbox against what one would write by hand; `make bench` writes docs/benchmarks.md.

Machines are shared and noisy: whatever is compared runs in turns, in one run, and the results are ratios. Nothing here
judges a build; the test suite asserts no time.
"""
