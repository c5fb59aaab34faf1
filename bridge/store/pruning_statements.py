"""The SQL of pruning: each statement with a sentence on what it asks or changes. No I/O.

As in `bridge.store.statements`, no statement's cost depends on how much is kept.
"""

from bridge.store.statements import Many

# The next messages that may be pruned, by their numbers; length() does not read the body.
LOOK = """
SELECT number, id, accepted_at, length(body) FROM message
WHERE number > ? AND number < (SELECT max(number) FROM message) ORDER BY number LIMIT ?
"""

# The ids of those of these messages that are young, pending, dead without having been discarded, or
# not over for long enough.
NEEDED = Many(
    sql="""
    WITH asked (number, before) AS (VALUES {rows})
    SELECT DISTINCT id FROM asked CROSS JOIN message USING (number)
    WHERE accepted_at >= before
        OR EXISTS (SELECT 1 FROM delivery WHERE delivery.message = number)
        OR EXISTS (SELECT 1 FROM history WHERE history.message = number
                   AND (state = 'dead' AND discarded_at IS NULL
                        OR coalesce(discarded_at, settled_at) >= before))
    """,
    columns=2,
)

# Forget all that is on record of some messages.
FORGET_REVIVALS = Many(sql="DELETE FROM revival WHERE message IN (VALUES {rows})", columns=1)
FORGET_HISTORY = Many(sql="DELETE FROM history WHERE message IN (VALUES {rows})", columns=1)
FORGET_PARTS = Many(sql="DELETE FROM part WHERE message IN (VALUES {rows})", columns=1)
FORGET_ATTEMPTS = Many(sql="DELETE FROM attempt WHERE message IN (VALUES {rows})", columns=1)
FORGET_MESSAGES = Many(sql="DELETE FROM message WHERE number IN (VALUES {rows})", columns=1)
FORGET = (FORGET_REVIVALS, FORGET_HISTORY, FORGET_PARTS, FORGET_ATTEMPTS, FORGET_MESSAGES)

# How many pages are empty, how many there are, and whether the file can shrink.
PAGES = """
SELECT freelist_count, page_count, auto_vacuum
FROM pragma_freelist_count, pragma_page_count, pragma_auto_vacuum
"""

# Give pages back to the disk: the last ones move into empty ones.
SHRINK = "PRAGMA incremental_vacuum({pages})"

# Let the file shrink so: before the first table is made, or followed by rewriting all of it.
MAY_SHRINK = "PRAGMA auto_vacuum = INCREMENTAL"
REWRITE = "VACUUM"
