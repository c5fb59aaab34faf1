"""What people ask the store: SQL of the commands that list, show and discard deliveries. No I/O.

`folded` is a function of the connection that makes upper and lower case the same.
"""

from bridge.deliveries import State
from bridge.store.stories import DISCARDED, Standing

#: above the number of every message
MAX_NUMBER = 2**63 - 1

# A reason says how old a delivery was when it was given up: that differs for each.
_CAUSE = "substr(reason, 1, instr(reason || '; given up at', '; given up at') - 1)"

_FILTER = """
    (:destination IS NULL OR destination = :destination)
    AND (:chat IS NULL OR chat_id = :chat)
    AND (:cause IS NULL OR instr(folded(reason), :cause) > 0)
    AND (:since IS NULL OR message.accepted_at >= :since)
    AND (:until IS NULL OR message.accepted_at <= :until)
"""

# Where the deliveries of a standing are, how they are found there, and what only settled ones have.
_PENDING = "'pending' AS state, NULL AS settled_at, NULL AS discarded_at"
_SETTLED = "state, settled_at, discarded_at"
PLACES: dict[Standing, tuple[str, str, str]] = {
    State.PENDING: ("delivery", "TRUE", _PENDING),
    State.DEAD: ("history", "state = 'dead' AND discarded_at IS NULL", _SETTLED),
    DISCARDED: ("history", "discarded_at IS NOT NULL", _SETTLED),
    State.DELIVERED: ("history", "state = 'delivered'", _SETTLED),
}


def page(standing: Standing) -> str:
    """Return the query for deliveries of a standing before `:number` and `:place`, newest first.

    By primary key, or by the index of the dead or the discarded: no row is read beyond the last
    one of the page.
    """
    table, is_so, more = PLACES[standing]
    return f"""
        {_records(table, more)}
        WHERE ({table}.message, destination) < (:number, :place) AND {is_so} AND {_FILTER}
        ORDER BY {table}.message DESC, destination DESC LIMIT :limit
    """


def groups(standing: Standing) -> str:
    """Return the query for the groups of a standing: it reads all deliveries that have it."""
    table, is_so, _ = PLACES[standing]
    return f"""
        SELECT destination, {_CAUSE} AS cause, count(*),
            min(message.accepted_at), max(message.accepted_at)
        FROM {table} CROSS JOIN message ON number = {table}.message
        WHERE {is_so} AND {_FILTER}
        GROUP BY destination, cause
    """  # noqa: S608 -- of our own words


def _records(table: str, more: str) -> str:
    return f"""
        SELECT number, destination, id, chat_id, revision, route, attempts, reason,
            message.accepted_at, {more}
        FROM {table} CROSS JOIN message ON number = {table}.message
    """  # noqa: S608 -- of our own words


# The deliveries of a message, or the one to a destination.
OF_MESSAGE = f"""
{_records("delivery", _PENDING)}
WHERE delivery.message = :number AND (:destination IS NULL OR destination = :destination)
UNION ALL
{_records("history", _SETTLED)}
WHERE history.message = :number AND (:destination IS NULL OR destination = :destination)
ORDER BY destination
"""

# The messages with one of NexusGPT's ids: one for each revision.
MESSAGES = """
SELECT number FROM message WHERE id = :id AND number IN (
    SELECT message FROM mark WHERE hash = :hash UNION ALL
    SELECT number FROM message
    WHERE number > coalesce((SELECT message FROM marked), 0) AND id = :id)
ORDER BY number
"""

# What was told, and the thread that carries its chat at a destination.
EVENT = """
SELECT body, thread FROM message
LEFT JOIN thread ON thread.destination = ? AND thread.chat_id = message.chat_id
WHERE number = ?
"""

PARTS = """
SELECT part, state, post_id, channel FROM part
WHERE message = ? AND destination = ? ORDER BY part
"""

ATTEMPTS = """
SELECT part, at, reason FROM attempt WHERE message = ? AND destination = ? ORDER BY number
"""

# What a person has asked for this delivery, whether it was dead here or came here.
REPLAYS = """
SELECT destination, asked_at, done_at, revived FROM revival
WHERE message = ? AND (source = ? OR destination = ?) ORDER BY number
"""
