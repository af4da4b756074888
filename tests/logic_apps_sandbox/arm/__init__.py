"""Tests of the ARM simulator, as a client sees it."""
