"""Tells SQLite rows: `tell` says many in few calls, `storable` makes words that it always takes."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from bridge.store.statements import Many


def tell(connection: sqlite3.Connection, many: Many, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Tell all rows in the fewest calls; return the answers to all of them."""
    answers = []
    for statement, values in many.calls(rows):
        answers += connection.execute(statement, values).fetchall()
    return answers


def storable(words: str) -> str:
    """Return words of a platform as UTF-8 has them, with "?" for each half of a character.

    They must not be lost for that, since a lane goes on only when an outcome is on record.
    """
    return words.encode("utf-8", "replace").decode()
