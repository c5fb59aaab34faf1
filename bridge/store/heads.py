"""Reads the deliveries at the heads of lanes: `Heads`, which only reads."""

import json
from collections.abc import Sequence
from typing import Any

from bridge.deliveries import Confirmed, Delivery
from bridge.store import statements as sql
from bridge.store.faults import at_work
from bridge.store.files import OpenFile
from bridge.store.moments import restored

Head = tuple[str, int]  # a destination and the number of a message


class Heads:
    """Reads batches of heads. For one thread; it never waits for a commit."""

    def __init__(self, file: OpenFile) -> None:
        self._path = file.path
        self._connection = file.reader

    def read(self, heads: Sequence[Head]) -> list[Delivery | None]:
        """Return the delivery of each head; None if it is not pending. Raises StoreUnavailable."""
        rows: list[Any] = []
        wanted = [(number, destination) for destination, number in heads]
        with at_work(self._path):
            for statement, values in sql.HEADS.calls(wanted):
                rows += self._connection.execute(statement, values).fetchall()
        found = {(row[1], row[0]): _delivery(row) for row in rows}
        return [found.get(head) for head in heads]


def _delivery(row: tuple[Any, ...]) -> Delivery:
    number, destination, message_id, route, body, revision, *state = row
    accepted, attempts, not_before, thread, parts, earlier = state
    return Delivery(
        number=number,
        destination=destination,
        message_id=message_id,
        route=route,
        body=body,
        revision=revision,
        accepted_at=restored(accepted),
        attempts=attempts,
        not_before=None if not_before is None else restored(not_before),
        confirmed=_confirmed(parts),
        thread=thread,
        earlier=_confirmed(earlier),
    )


def _confirmed(parts: str) -> tuple[Confirmed, ...]:
    return tuple(
        Confirmed(part=part, post_id=post_id, channel=channel)
        for part, post_id, channel in sorted(json.loads(parts))
    )
