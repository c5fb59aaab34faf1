"""The SQL of the index of ids: each statement with a sentence on what it asks or changes. No I/O.

As in `bridge.store.statements`, no statement's cost depends on how much is kept.
"""

from bridge.store.statements import Many

# Up to which message all are in the index of ids, up to which one they are on their way, and the
# mark that comes next of those.
MARKED_SO_FAR = """
SELECT coalesce(max(message), 0), coalesce(max(moving), 0), coalesce(max(next), 0) FROM marked
"""

# The messages that may not be in the index of ids yet.
UNMARKED = "SELECT number, id FROM message WHERE number > ? ORDER BY number"

# What the index of ids has for these marks.
MARKED = Many(sql="SELECT message FROM mark WHERE hash IN (VALUES {rows})", columns=1)

# Put messages into the index of ids.
MARK = Many(sql="INSERT OR IGNORE INTO mark (hash, message) VALUES {rows}", columns=2)

# Forget where the index of ids has some messages.
FORGET_MARKS = Many(
    sql="""
    WITH gone (hash, message) AS (VALUES {rows})
    DELETE FROM mark WHERE (hash, message) IN (SELECT hash, message FROM gone)
    """,
    columns=2,
)

# Of the messages up to this one, the index of ids has all whose marks are less than this.
SOME_MARKED = """
INSERT INTO marked (number, message, moving, next) VALUES (1, 0, ?, ?)
ON CONFLICT (number) DO UPDATE SET moving = excluded.moving, next = excluded.next
"""

# The index of ids has all messages up to this one.
ALL_MARKED = "INSERT OR REPLACE INTO marked (number, message, moving, next) VALUES (1, ?, 0, 0)"
