"""A lane that waits, hangs or is parked costs no other lane anything."""

import asyncio
import statistics
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.app import running
from bridge.config import load
from bridge.sandbox import DiscordError, Hang, RateLimited, Sandbox
from bridge.store.sqlite import SqliteStore
from tests.chaos.storm import Source, has_all, latencies, quantile, seen
from tests.chaos.storm_places import PLACES, sandbox, write_config

#: the first says "come back in 60 s", the next does not answer, the third is gone
WAITING, HANGING, GONE = BLOCKED = PLACES[0], PLACES[2], PLACES[3]
OTHERS = [place for place in PLACES if place not in BLOCKED]
PER_SECOND = 12
SLICE = 5
SLOWER_AT_MOST = 1.5
#: few slices on a busy machine tell no more than this
NOISE = 3.0
#: all but the three are done long before, even if the machine is busy
ARRIVED_SECONDS = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a slice after the other has shown at the other places, and what waits at the three."""

    #: seconds from event to post, sorted: without the blocked lanes, and beside them
    slices: Sequence[tuple[Sequence[float], Sequence[float]]]
    pending: dict[str, int]
    parked: set[str]

    def ratio(self, share: float) -> float:
        """Return how many times longer this share of messages takes beside blocked lanes."""
        return statistics.median(
            quantile(beside, share) / quantile(alone, share) for alone, beside in self.slices
        )


async def _measure(directory: Path, slices: int) -> Measured:
    """Tell two bridges in turn, one of which has the three blocked lanes.

    In short slices, since a shared machine changes its speed from second to second.
    """
    async with AsyncExitStack() as last, AsyncExitStack() as first:
        healthy, source = await _bridge(directory / "healthy", last, first)
        broken, other = await _bridge(directory / "broken", last, first)
        _block(broken)
        told = [
            (
                await source.tell(SLICE, per_second=PER_SECOND),
                await other.tell(SLICE, per_second=PER_SECOND),
            )
            for _ in range(slices)
        ]
        await _until(lambda: has_all(seen(healthy), source, PLACES))
        await _until(lambda: has_all(seen(broken), other, OTHERS))
        posts, others = seen(healthy), seen(broken)
    store = await SqliteStore.open(directory / "broken" / "bridge.db")
    pending, parked = dict(await store.pending()), set(await store.parked())
    await store.close()
    assert not any(others[place.name] for place in (WAITING, GONE))
    measured = [
        (latencies(posts, source, alone, OTHERS), latencies(others, other, beside, OTHERS))
        for alone, beside in told[1:]  # the first messages meet everything cold
    ]
    return Measured(
        slices=measured,
        pending=pending,
        parked=parked,
    )


async def _bridge(
    directory: Path, last: AsyncExitStack, first: AsyncExitStack
) -> tuple[Sandbox, Source]:
    """Run platforms that end first, which lets go of what hangs, and a bridge that ends last."""
    platforms = await first.enter_async_context(sandbox())
    config = load(write_config(directory, platforms), {})
    bridge = await last.enter_async_context(running(config))
    return platforms, Source(bridge.url)


def _block(platforms: Sandbox) -> None:
    platforms.slack.faults.always(WAITING.channel, RateLimited(retry_after=60))
    platforms.slack.faults.always(HANGING.channel, Hang())
    platforms.discord.faults.always(GONE.channel, DiscordError(404, 10015, "Unknown Webhook"))


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(ARRIVED_SECONDS):
        while not is_so():
            await asyncio.sleep(0.1)


def _check_blocked(measured: Measured, slices: int) -> None:
    assert measured.pending == {place.name: slices * SLICE for place in BLOCKED}
    assert measured.parked == {GONE.name}


async def test_three_blocked_lanes_hold_up_no_other_one(tmp_path: Path) -> None:
    """The others bring everything, about as fast as without them."""
    measured = await _measure(tmp_path, slices=6)

    _check_blocked(measured, slices=6)
    assert measured.ratio(0.5) <= NOISE


@pytest.mark.slow
async def test_three_blocked_lanes_leave_the_others_their_pace(tmp_path: Path) -> None:
    """For longer than the bridge waits for an answer: half of them, and all but a hundredth."""
    measured = await _measure(tmp_path, slices=60)

    _check_blocked(measured, slices=60)
    assert measured.ratio(0.5) <= SLOWER_AT_MOST
    assert measured.ratio(0.99) <= SLOWER_AT_MOST
