"""Reads the deliveries at the heads of lanes, or only their ages: `Heads`, which only reads."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bridge.deliveries import Confirmed, Delivery, Form, Planned
from bridge.store import statements as sql
from bridge.store.faults import at_work
from bridge.store.files import OpenFile
from bridge.store.moments import restored
from bridge.store.telling import tell

Head = tuple[str, int]  # a destination and the number of a message


class Ages(NamedTuple):
    """The question how old these are."""

    heads: Sequence[Head]


#: a delivery, or None if it is not pending; destination -> when its head was accepted, if it is
Told = Delivery | Mapping[str, datetime] | None


class Heads:
    """Reads batches of heads. For one thread; it never waits for a commit."""

    def __init__(self, file: OpenFile) -> None:
        self._path = file.path
        self._connection = file.reader

    def read(self, asked: Sequence[Head | Ages]) -> list[Told]:
        """Answer each question. Raises StoreUnavailable."""
        with at_work(self._path):
            found = self._deliveries([each for each in asked if not isinstance(each, Ages)])
            return [
                self._ages(each.heads) if isinstance(each, Ages) else found.get(each)
                for each in asked
            ]

    def _deliveries(self, heads: Sequence[Head]) -> dict[Head, Delivery]:
        wanted = [(number, destination) for destination, number in heads]
        rows = tell(self._connection, sql.HEADS, wanted)
        return {(row[1], row[0]): _delivery(row) for row in rows}

    def _ages(self, heads: Sequence[Head]) -> dict[str, datetime]:
        wanted = [(number, destination) for destination, number in heads]
        rows = tell(self._connection, sql.AGES, wanted)
        return {destination: restored(accepted) for destination, accepted in rows}


def _delivery(row: tuple[Any, ...]) -> Delivery:
    number, destination, message_id, route, body, revision, *state = row
    accepted, attempts, not_before, form, thread, failed_at, parts, earlier = state
    told = sorted(json.loads(parts))
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
        failed_at=None if failed_at is None else restored(failed_at),
        confirmed=tuple(_confirmed(*row[:3]) for row in told if row[3] == "confirmed"),
        planned=tuple(_planned(row) for row in told if row[3] != "confirmed"),
        form=Form(**dict.fromkeys(json.loads(form), True)),
        thread=thread,
        earlier=tuple(_confirmed(*row) for row in sorted(json.loads(earlier))),
    )


def _confirmed(part: int, post_id: str, channel: str) -> Confirmed:
    return Confirmed(part=part, post_id=post_id, channel=channel)


def _planned(row: tuple[Any, ...]) -> Planned:
    part, _, _, state, step = row
    return Planned(part=part, step=step, in_doubt=state == "in doubt")
