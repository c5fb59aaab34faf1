"""A bridge that is killed at every step of its work, and what must be true afterwards.

`python -m tests.chaos --kills 300 --seed 1` kills and judges; with `--run SEED` it does one story again.
"""
