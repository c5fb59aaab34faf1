"""All SQL of the daily work of the SQLite store: each statement with a sentence on what it asks or changes. No I/O.

Moments are whole milliseconds since 1970-01-01 UTC. No statement's cost depends on how much is
kept: pending deliveries stand alone in `delivery`, new rows go to the end of their table, and what
finds a message by NexusGPT's id, which is random, is written by `bridge.store.marks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MAX_VARIABLES = 32_766  # https://www.sqlite.org/limits.html: what SQLite takes since 3.32

# Begin to write at once, so that a lock of another process is met here and nowhere later.
BEGIN = "BEGIN IMMEDIATE"
COMMIT = "COMMIT"
ROLLBACK = "ROLLBACK"

# Which program and which version wrote the file; 0 and 0 for an empty one.
WRITTEN_BY = "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version"

# How many tables there are: none in a file that is new.
TABLES = "SELECT count(*) FROM sqlite_schema"

# The first number that no message ever had, as far as any table remembers.
NEXT_NUMBER = """
SELECT 1 + max(coalesce((SELECT max(number) FROM message), 0),
               coalesce((SELECT max(message) FROM delivery), 0),
               coalesce((SELECT max(message) FROM part), 0),
               coalesce((SELECT max(message) FROM history), 0))
"""

# All that is pending, oldest first: the one scan, when the store is opened.
PENDING = "SELECT destination, message FROM delivery ORDER BY message"

# The destinations that are parked.
PARKED = "SELECT destination, reason, since FROM parking"

# A destination is gone, or is so once more.
PARK = """
INSERT INTO parking (destination, reason, since) VALUES (?, ?, ?)
ON CONFLICT (destination) DO UPDATE SET reason = excluded.reason
"""

# A destination is back.
UNPARK = "DELETE FROM parking WHERE destination = ?"

# Up to when the clock is believed.
SEEN = """
SELECT coalesce((SELECT believed FROM clock),
                (SELECT accepted_at FROM message ORDER BY number DESC LIMIT 1))
"""

# Believe the clock up to a moment.
SEE = "INSERT OR REPLACE INTO clock (number, believed) VALUES (1, ?)"

# Write something.
PROVE = "INSERT INTO proof VALUES (1, 1) ON CONFLICT (number) DO UPDATE SET count = count + 1"

# Count a failed attempt of a pending delivery.
POSTPONE = """
UPDATE delivery SET attempts = attempts + 1, not_before = ?, reason = ?
WHERE message = ? AND destination = ?
"""

# Forget the parts that are planned, since they are planned anew or never will be sent.
UNPLAN = "DELETE FROM part WHERE message = ? AND destination = ? AND state <> 'confirmed'"

# Keep what was taken away from the parts that are planned.
KEEP_FORM = "UPDATE delivery SET form = ? WHERE message = ? AND destination = ?"

# A part is about to be sent.
DOUBT = "UPDATE part SET state = 'in doubt' WHERE message = ? AND destination = ? AND part = ?"

# A part that was begun was certainly not taken.
TRUST = """
UPDATE part SET state = 'planned' WHERE message = ? AND destination = ? AND state = 'in doubt'
"""

# What is dead and was not begun will not be sent as it was planned; a part in doubt stays on
# record, without its text.
ABANDON = "DELETE FROM part WHERE message = ? AND destination = ? AND state = 'planned'"
EMPTY = "UPDATE part SET step = '' WHERE message = ? AND destination = ? AND step <> ''"

# Copy what is committed into the file as far as nobody is hindered.
CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"

# Copy all of it and empty the log.
LAST_CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """A statement that is told many rows in one call; `{rows}` stands for them in its `sql`.

    Every call of sqlite3 gives up the interpreter's lock, and may wait milliseconds to have it
    back while the event loop is busy: so a batch is few calls, not one per row.
    """

    sql: str
    #: how many values make a row
    columns: int

    def calls(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[str, list[Any]]]:
        """Return the fewest calls that tell all rows: each a statement and its values."""
        size = MAX_VARIABLES // self.columns
        chunks = [rows[start : start + size] for start in range(0, len(rows), size)]
        return [
            (_spelled_out(self, len(chunk)), [value for row in chunk for value in row])
            for chunk in chunks
        ]


@lru_cache(maxsize=256)
def _spelled_out(many: Many, count: int) -> str:
    row = f"({', '.join('?' * many.columns)})"
    return many.sql.format(rows=", ".join([row] * count))


# What is known of these messages, in order.
TOLD = Many(
    sql="""
    SELECT id, fingerprint, revision, number FROM message WHERE number IN (VALUES {rows})
    ORDER BY number
    """,
    columns=1,
)

# Put messages at the end.
ADD_MESSAGES = Many(
    sql="""
    INSERT INTO message (number, id, revision, chat_id, fingerprint, accepted_at, body, previous)
    VALUES {rows}
    """,
    columns=8,
)

# Put pending deliveries at the end.
ADD_DELIVERIES = Many(
    sql="INSERT INTO delivery (message, destination, route) VALUES {rows}", columns=3
)

# Keep what a platform has accepted; told again, it is the same part.
CONFIRM = Many(
    sql="""
    INSERT OR REPLACE INTO part (message, destination, part, post_id, channel) VALUES {rows}
    """,
    columns=5,
)

# Plan parts.
PLAN = Many(
    sql="""
    INSERT INTO part (message, destination, part, post_id, channel, state, step) VALUES {rows}
    """,
    columns=7,
)

# Keep what failed.
FAIL = Many(
    sql="""
    INSERT OR REPLACE INTO attempt (message, destination, number, part, at, reason) VALUES {rows}
    """,
    columns=6,
)

# Keep the thread that now carries the chat of a message.
KEEP_THREADS = Many(
    sql="""
    WITH news (message, destination, thread) AS (VALUES {rows})
    INSERT OR REPLACE INTO thread (destination, chat_id, thread)
    SELECT news.destination, chat_id, news.thread
    FROM news CROSS JOIN message ON number = news.message
    """,
    columns=3,
)

# Write down how pending deliveries ended. CROSS JOIN: begin with the few, never scan the pending.
REMEMBER = Many(
    sql="""
    WITH ended (message, destination, state, reason, accepted_at, settled_at) AS (VALUES {rows})
    INSERT INTO history
        (message, destination, route, state, attempts, reason, accepted_at, settled_at, form)
    SELECT message, destination, route, state, attempts, ended.reason, accepted_at, settled_at, form
    FROM ended CROSS JOIN delivery USING (message, destination)
    """,
    columns=6,
)

# Take settled deliveries out of what is pending. Without the WITH, SQLite would scan all of them.
REMOVE = Many(
    sql="""
    WITH ended (message, destination) AS (VALUES {rows})
    DELETE FROM delivery WHERE (message, destination) IN (SELECT message, destination FROM ended)
    """,
    columns=2,
)

# The pending deliveries at the heads of lanes, each with its confirmed parts, its thread, and the
# newest post of each part that an earlier revision has put there (max() picks its row).
HEADS = Many(
    sql="""
    WITH head (message, destination) AS (VALUES {rows})
    SELECT number, destination, id, route, body, revision, coalesce(replayed_at, accepted_at),
        attempts, not_before, form, thread,
        CASE WHEN attempts > 0 THEN
            (SELECT at FROM attempt WHERE attempt.message = head.message
             AND attempt.destination = head.destination AND attempt.number = attempts) END,
        (SELECT json_group_array(json_array(part, post_id, channel, state, step)) FROM part
         WHERE part.message = head.message AND part.destination = head.destination),
        (SELECT json_group_array(json_array(part, post_id, channel)) FROM
            (WITH RECURSIVE older (number) AS (
                SELECT message.previous WHERE message.previous IS NOT NULL UNION ALL
                SELECT previous FROM older CROSS JOIN message USING (number)
                WHERE previous IS NOT NULL)
             SELECT part, post_id, channel, max(older.number)
             FROM older CROSS JOIN part ON part.message = older.number
             WHERE part.destination = head.destination AND part.state = 'confirmed'
             GROUP BY part))
    FROM head CROSS JOIN delivery USING (message, destination)
    CROSS JOIN message ON number = head.message
    LEFT JOIN thread USING (destination, chat_id)
    """,
    columns=2,
)

# When heads of lanes were accepted, or sent again by a person.
AGES = Many(
    sql="""
    WITH head (message, destination) AS (VALUES {rows})
    SELECT destination, coalesce(replayed_at, accepted_at)
    FROM head CROSS JOIN delivery USING (message, destination)
    CROSS JOIN message ON number = head.message
    """,
    columns=2,
)
