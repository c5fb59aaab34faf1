"""Takes what is over and old out of a store, one small step at a time: `prune`, else `shrink`.

A step looks at the next few messages in the order of acceptance, so no index on their age is
needed, and what a step costs does not depend on how much is kept.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import accumulate

from bridge.store import Pruned
from bridge.store import pruning_statements as sql
from bridge.store.changes import Pruning
from bridge.store.marks import Marks
from bridge.store.moments import stored
from bridge.store.telling import tell

MAX_MESSAGES = 25  # looked at in a step: about 2 ms of the writer's time
MAX_BYTES = 131_072  # of their bodies: a long one fills many pages, and each of them is touched
MAX_PAGES = 32  # given back to the disk in a step
SPARE = 8  # one page in so many may lie empty: what comes next fills it

_Looked = tuple[int, str, int, int]  # number, id, when it was accepted, bytes of its body


def prune(connection: sqlite3.Connection, marks: Marks, pruning: Pruning) -> Pruned:
    """Take one step within the writer's transaction.

    A message goes with all that is on record of it, once every delivery of each of its revisions
    was delivered, or discarded by a person, before `pruning.before`. The newest message stays, so that no number is given
    to a second one. Threads stay: their chats go on.
    """
    before = stored(pruning.before)
    looked = _within(connection.execute(sql.LOOK, (pruning.after, MAX_MESSAGES)).fetchall())
    old = [row for row in looked if row[2] < before]
    needed = _needed(connection, marks.numbers({row[1] for row in old}), before)
    gone = [row for row in old if row[1] not in needed]
    numbers = [(row[0],) for row in gone]
    for forget in sql.FORGET:
        tell(connection, forget, numbers)
    marks.forget([(row[1], row[0]) for row in gone])
    # A clock may have been wrong for a while, so one young message does not end the search.
    after = looked[-1][0] if old else pruning.after
    return Pruned(messages=len(numbers), after=after, is_done=not old and not _spare(connection))


def shrink(connection: sqlite3.Connection) -> int:
    """Give some empty pages back to the disk; return how many. Call it outside a transaction.

    What can't be done now is left to the next step.
    """
    with suppress(sqlite3.Error):  # the batch is on disk: no trouble here may look like its failure
        if pages := min(_spare(connection), MAX_PAGES):
            # `execute` would stop after the first page.
            connection.executescript(sql.SHRINK.format(pages=pages))
            return pages
    return 0


def _within(rows: Sequence[_Looked]) -> Sequence[_Looked]:
    """Return the first rows: as many as the bodies' size allows, and at least one."""
    sizes = accumulate(row[3] for row in rows)
    return rows[: max(1, sum(size <= MAX_BYTES for size in sizes))]


def _needed(connection: sqlite3.Connection, numbers: Iterable[int], before: int) -> set[str]:
    """Return the ids of those messages of which any revision is young, pending, or dead and not discarded."""
    asked = [(number, before) for number in numbers]
    return {message_id for (message_id,) in tell(connection, sql.NEEDED, asked)}


def _spare(connection: sqlite3.Connection) -> int:
    """Return how many empty pages are too many; 0 if the file can't shrink."""
    [(empty, pages, can_shrink)] = connection.execute(sql.PAGES).fetchall()
    return max(0, empty - pages // SPARE) if can_shrink else 0
