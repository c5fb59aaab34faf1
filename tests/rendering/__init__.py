"""Promises of `bridge.rendering`."""
