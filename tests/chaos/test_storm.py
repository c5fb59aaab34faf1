"""Platforms that fail in every way for a while: all settles, in order, and nobody else waits."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.app import running
from bridge.config import load
from bridge.sandbox import (
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    Sandbox,
    ServerError,
    Shape,
)
from bridge.sandbox.faults import Fault
from tests.chaos.storm import Ending, Source, endings, judge, latencies, quantile, seen, settled
from tests.chaos.storm_places import PLACES, faults, sandbox, write_config

#: one of each kind stays out of the storm
HEALTHY = PLACES[:2] + PLACES[2:4] + PLACES[10:11]
STORMY = [place for place in PLACES if place not in HEALTHY]
#: one of those where posts in doubt are left to a person
HELD = STORMY[-1]
QUICK: list[Fault] = [
    RateLimited(retry_after=1),
    RateLimited(retry_after=None),
    ServerError(),
    ServerError(status=502),
    Reset(),
    LostAnswer(),
    Garbage(),
    Garbage(shape=Shape.BROKEN_JSON, accepted=True),
    Garbage(shape=Shape.EMPTY),
]
#: rarely, since a bridge waits 30 s for an answer
WITH_HANGS = [*QUICK * 4, Hang(), Hang(accepted=True)]
RATE = 0.6
EVENTS_PER_SECOND = 5
#: healthy lanes in the storm, against the calm before and after it in the same run
SLOWER_AT_MOST = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a storm has left behind."""

    messages: int
    ended: Sequence[Ending]
    #: healthy lanes' seconds from event to post, sorted
    calm: Sequence[float]
    stormy: Sequence[float]


async def _storm(
    directory: Path, *, calm: int, stormy: int, kinds: list[Fault], wait: float
) -> Outcome:
    """Tell so many messages in the calm, in a storm, and in the calm again; judge what came of them."""
    async with AsyncExitStack() as last, sandbox() as platforms:
        config = load(write_config(directory, platforms, on_hold=[HELD]), {})
        bridge = await last.enter_async_context(running(config))
        source = Source(bridge.url)
        before = await source.tell(calm, per_second=EVENTS_PER_SECOND)
        _raise(platforms, kinds)
        during = await source.tell(stormy, per_second=EVENTS_PER_SECOND)
        _calm(platforms)
        await settled(config.store_path, seconds=wait)
        after = await source.tell(calm, per_second=EVENTS_PER_SECOND)
        await settled(config.store_path, seconds=wait)
        posts = seen(platforms)
    ended = endings(config.store_path)
    judge(posts, ended)
    return Outcome(
        messages=len(source.told),
        ended=ended,
        calm=latencies(posts, source, [*before, *after], HEALTHY),
        stormy=latencies(posts, source, during, HEALTHY),
    )


def _raise(platforms: Sandbox, kinds: list[Fault]) -> None:
    for seed, place in enumerate(STORMY):
        faults(place, platforms).storm(place.channel, seed=seed, rate=RATE, kinds=kinds)


def _calm(platforms: Sandbox) -> None:
    platforms.slack.faults.clear()
    platforms.discord.faults.clear()


def _check_endings(outcome: Outcome) -> None:
    assert len(outcome.ended) == outcome.messages * len(PLACES)
    dead = [each for each in outcome.ended if each.state != "delivered"]
    assert dead
    assert {each.destination for each in dead} == {HELD.name}
    assert all('held for a person, since on_unknown = "hold"' in each.reason for each in dead)


async def test_a_storm_loses_nothing_and_ends(tmp_path: Path) -> None:
    """20 destinations, 15 of them failing: all is delivered, or held where the config says so."""
    outcome = await _storm(tmp_path, calm=2, stormy=15, kinds=QUICK, wait=60)

    _check_endings(outcome)


@pytest.mark.slow
async def test_two_minutes_of_storm_leave_healthy_lanes_their_pace(tmp_path: Path) -> None:
    """Also with platforms that hang: the p99 of the others stays within 1.5 times of the calm."""
    outcome = await _storm(tmp_path, calm=100, stormy=600, kinds=WITH_HANGS, wait=300)

    _check_endings(outcome)
    ratio = quantile(outcome.stormy, 0.99) / quantile(outcome.calm, 0.99)
    assert ratio <= SLOWER_AT_MOST
