"""Runs the command with `python -m bridge`."""

from bridge.cli import main

main()
