"""Tests of `bridge.worker`."""
