"""Benchmarks: they print ratios. Only what no noise of a machine comes to fails."""
