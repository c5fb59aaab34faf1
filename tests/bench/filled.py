"""Makes stores that hold very much, in seconds: `fill`, in the real tables and by their real keys."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from bridge.store.marks import MAX_YOUNG, mark_of

Kind = Literal["delivered", "pending"]

_CONTENT = "The refund is on its way, it takes three to five days. " * 8
_PAYLOAD = {"id": "@@", "chatId": "7833b1ec", "senderType": "VIRTUAL_EMPLOYEE", "content": _CONTENT}
#: about 600 bytes
BODY = json.dumps({"event": "MESSAGE_FINALIZED", "payload": _PAYLOAD}).encode()
_CACHE_KIB = 1_000_000

# Ids scatter as NexusGPT's do: they are random.
_MESSAGES = """
WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted LIMIT :rows)
INSERT INTO message (number, id, revision, chat_id, fingerprint, accepted_at, body)
SELECT number, lower(hex(randomblob(18))), 0, 'chat ' || (number % 997), randomblob(16),
    1780000000000 + number, :body
FROM counted
"""
_MARKS = "INSERT INTO mark SELECT mark_of(id), number FROM message WHERE number <= ? ORDER BY 1, 2"
_MARKED = "UPDATE marked SET message = ?"
_PENDING = """
INSERT INTO delivery (message, destination, route) SELECT number, 'blocked', 'all' FROM message
"""
_PARTS = """
INSERT INTO part (message, destination, part, post_id, channel)
SELECT number, 'live 1', 1, '1780000000.' || number, 'C024BE91L' FROM message
"""
_HISTORY = """
INSERT INTO history (message, destination, route, state, attempts, reason, accepted_at, settled_at)
SELECT number, 'live 1', 'all', 'delivered', 0, '', accepted_at, accepted_at + 1500 FROM message
"""
_DELIVERIES: dict[Kind, tuple[str, ...]] = {"pending": (_PENDING,), "delivered": (_PARTS, _HISTORY)}


def fill(path: Path, rows: int) -> None:
    """Put so many messages into an empty store that nobody has open. `deliver` is to follow.

    The newest are not in the index of ids yet, but go there once the store is opened.
    """
    marked = max(0, rows - MAX_YOUNG)
    with _hurried(path) as connection:
        connection.execute(_MESSAGES, {"rows": rows, "body": BODY})
        connection.create_function("mark_of", 1, mark_of, deterministic=True)
        connection.execute(_MARKS, (marked,))
        connection.execute(_MARKED, (marked,))


def deliver(path: Path, kind: Kind) -> None:
    """Let each message of a filled store have one delivery, of that kind."""
    with _hurried(path) as connection:
        for statement in _DELIVERIES[kind]:
            connection.execute(statement)


@contextmanager
def _hurried(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect without care for power cuts, and with all in one transaction."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
