"""Promises of `bridge.app`."""
