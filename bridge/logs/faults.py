"""A fault of ours in one line: its kind and its place, never its text, which may hold anything."""

import traceback
from pathlib import Path

from bridge.logs import log


def fault(error: Exception, **about: object) -> str:
    """Log an error that nobody had thought of; return its kind and place."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    log.error("internal_error", **about, error=where)
    return where
