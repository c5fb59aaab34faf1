"""Tests of `bridge.server`."""
