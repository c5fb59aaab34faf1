"""The daily work of a store, as the server and the lanes give it: `work` does a lap. For the benchmarks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from bridge.deliveries import Accepted, Confirmed, Delivery, Form, State
from bridge.store import Arrival
from tests.bench.costs import Subject
from tests.bench.filled import BODY

_VERBS = ("accept", "claim", "begin", "settle")
_AT_ONCE = 64  # as many as there are webhooks, or lanes, under way
_LANES = [f"live {number}" for number in range(_AT_ONCE)]
_STEP = '{"post": "' + "the words of a post, rendered " * 30 + '"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """One delivery in each of some lanes, all of them at once."""

    how: str
    lanes: Sequence[str]

    @property
    def names(self) -> Sequence[str]:
        """What is measured."""
        return [f"{verb}, {self.how}" for verb in _VERBS]


TOGETHER = Lap(how="64 at once", lanes=_LANES)
SINGLE = Lap(how="single", lanes=_LANES[:1])


async def work(subject: Subject, lap: Lap) -> None:
    """Let deliveries be accepted and brought to their end, and put down the costs."""
    accept, claim, begin, settle = lap.names
    lanes = lap.lanes
    store, count = subject.store, len(lanes)
    arrivals = [_arrival(lane) for lane in lanes]
    with subject.measure(accept, count):
        await asyncio.gather(*map(store.accept, arrivals))
    with subject.measure(claim, count):
        deliveries = await asyncio.gather(*map(store.claim, lanes))
    with subject.measure(begin, count):
        await asyncio.gather(*(store.begin(each, form=Form(), plan=[_STEP]) for each in deliveries))
    with subject.measure(settle, count):
        await asyncio.gather(*(_settled(subject, each) for each in deliveries))
    subject.costs.deliveries += count


async def _settled(subject: Subject, delivery: Delivery) -> None:
    confirmed = Confirmed(part=1, post_id="1780000000.000100", channel="C024BE91L")
    await subject.store.settle(
        delivery,
        State.DELIVERED,
        reason="",
        at=datetime.now(UTC),
        accepted=Accepted(confirmed=confirmed),
    )


def _arrival(lane: str) -> Arrival:
    return Arrival(
        message_id=str(uuid4()),
        chat_id="7833b1ec",
        fingerprint=uuid4().bytes,
        body=BODY,
        routed={lane: "all"},
        accepted_at=datetime.now(UTC),
    )
