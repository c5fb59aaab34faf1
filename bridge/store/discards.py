"""A person lets go of what is dead: `discard` marks it, and pruning takes it after a while.

Only the store's owner moves deliveries, but a mark moves nothing: no lane looks at what is dead.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bridge.store import statements as sql
from bridge.store.faults import at_work
from bridge.store.moments import stored
from bridge.store.visits import connected

#: how many go in one transaction: what else is written waits for them
MAX_DISCARDED = 500

# Let go of a dead delivery.
_DISCARD = """
UPDATE history SET discarded_at = ?
WHERE message = ? AND destination = ? AND state = 'dead' AND discarded_at IS NULL
"""

# The last word counts: a replay of it that the bridge has not taken up is not wanted any more.
_RECALL = "UPDATE revival SET done_at = ? WHERE message = ? AND source = ? AND done_at IS NULL"


def discard(path: Path, keys: Sequence[tuple[int, str]], *, at: datetime) -> int:
    """Discard dead deliveries in short transactions; return how many of them still were dead.

    Each is a message's number and a destination. Another process may own the store. Raises as
    `bridge.store.visits.connected`, and StoreUnavailable if it can't be done now.
    """
    discarded = 0
    with connected(path, writable=True) as connection:
        for start in range(0, len(keys), MAX_DISCARDED):
            rows = [(stored(at), *key) for key in keys[start : start + MAX_DISCARDED]]
            with at_work(path), connection:
                connection.execute(sql.BEGIN)
                connection.executemany(_RECALL, rows)
                discarded += connection.executemany(_DISCARD, rows).rowcount
    return discarded
