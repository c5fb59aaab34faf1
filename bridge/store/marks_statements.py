"""The SQL of the index of ids: each statement with a sentence on what it asks or changes. No I/O.

As in `bridge.store.statements`, no statement's cost depends on how much is kept.
"""

from bridge.store.statements import Many

# The messages that are not in the index of ids yet.
UNMARKED = """
SELECT number, id FROM message WHERE number > coalesce((SELECT message FROM marked), 0)
ORDER BY number
"""

# What the index of ids has for these marks.
MARKED = Many(sql="SELECT message FROM mark WHERE hash IN (VALUES {rows})", columns=1)

# Put messages into the index of ids; those before a crash may be there.
MARK = Many(sql="INSERT OR IGNORE INTO mark (hash, message) VALUES {rows}", columns=2)

# The index of ids has all messages up to this one.
ALL_MARKED = "INSERT OR REPLACE INTO marked (number, message) VALUES (1, ?)"

# Forget where the index of ids has some messages.
FORGET_MARKS = Many(
    sql="""
    WITH gone (hash, message) AS (VALUES {rows})
    DELETE FROM mark WHERE (hash, message) IN (SELECT hash, message FROM gone)
    """,
    columns=2,
)
