"""Tests of `bridge.senders`."""
