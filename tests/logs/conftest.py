"""Logging is as before after each test, whatever it configures."""

import io

import pytest


@pytest.fixture(autouse=True)
def _untouched(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines go back to where they went; there is no journal."""
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
