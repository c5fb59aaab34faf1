"""Lanes beside each other: what happens to one costs the others nothing, unless all are meant."""

import asyncio
from datetime import timedelta

import pytest

from bridge.sandbox import CloudflareBan, Garbage, Hang, RateLimited, Reset
from bridge.sandbox.faults import Fault
from bridge.worker import Worker
from tests.worker.conftest import House

SLACK, DISCORD = ("support", "alerts"), ("ops", "more")


@pytest.fixture(name="house")
def _house(house: House) -> House:
    """Time stands still until a test lets it pass."""
    house.clock.stopped = True
    return house


@pytest.mark.parametrize(
    "fault", [Hang(), RateLimited(retry_after=900), Reset(), Garbage()], ids=str
)
async def test_a_lane_in_trouble_delays_no_other(house: House, fault: Fault) -> None:
    """Ten messages each; one destination hangs or fails, the others have all of theirs."""
    house.sandbox.slack.faults.always("C1", fault)
    for number in range(10):
        await house.accept(f"m{number}", *SLACK, *DISCORD)
    async with house.working(*SLACK, *DISCORD):
        await house.until_settled(left=10)

        assert await house.store.pending() == {"support": 10}
        assert len(house.sandbox.posts) == 30


async def test_a_ban_silences_all_lanes_of_its_platform(house: House) -> None:
    """And none of another one; when it is over, all go on."""
    house.sandbox.discord.faults.add("111", CloudflareBan(retry_after=600))
    async with house.working(*SLACK, *DISCORD):
        await house.accept("m1", "ops")
        await house.until_logged("postponed")
        await house.accept("m2", *SLACK, *DISCORD)
        await house.until_settled(left=3)
        quiet = len(house.sandbox.discord.posts)
        house.clock.advance(599)
        await asyncio.sleep(0.02)
        still_quiet = len(house.sandbox.calls) - len(house.sandbox.slack.posts)
        house.clock.advance(2)
        await house.until_settled()

    assert (quiet, still_quiet) == (0, 1)
    assert [post.channel for post in house.sandbox.posts].count("111") == 2
    assert [post.channel for post in house.sandbox.posts].count("333") == 1


async def test_a_longer_ban_is_not_cut_short_by_a_shorter_one(house: House) -> None:
    """Two lanes hear of it at once: the longer wait counts for both."""
    house.sandbox.discord.faults.add("111", CloudflareBan(retry_after=600))
    house.sandbox.discord.faults.add("333", CloudflareBan(retry_after=10))
    await house.accept("m1", *DISCORD)
    async with house.working(*DISCORD):
        await house.until_logged("postponed", times=2)
        house.clock.advance(20)
        await asyncio.sleep(0.02)
        assert len(house.sandbox.calls) == 2
        house.clock.advance(581)
        await house.until_settled()


async def test_a_stop_finishes_the_post_under_way(house: House) -> None:
    """It is recorded; what comes after it stays on disk, and is sent after a restart."""
    for number in (1, 2):
        await house.accept(f"m{number}", "support")
    around = house.around()
    worker = Worker([house.lane("support", around)])
    worker.start()
    await house.sandbox.wait_for(1)
    await worker.stop()
    stopped = [message for message, _ in house.parts()]
    assert house.history() == [(message, "delivered", "") for message in stopped]
    assert "m1" in stopped
    await house.reopen()
    await house.work_off("support")

    assert [message for message, _ in house.parts()] == ["m1", "m2"]


async def test_a_stop_takes_no_longer_than_it_may(house: House) -> None:
    """A platform that hangs can't keep the bridge from stopping; the delivery stays on disk."""
    house.sandbox.slack.faults.always("C1", Hang(accepted=True))
    await house.accept("m1", "support")
    async with house.working("support") as worker:
        await house.sandbox.wait_for(1)
        loop = asyncio.get_running_loop()
        before = loop.time()
        await worker.stop(timedelta(seconds=0.05))

    assert loop.time() - before < 0.25
    assert await house.store.pending() == {"support": 1}


async def test_lanes_that_wait_stop_at_once(house: House) -> None:
    """For work, or for their next attempt."""
    house.sandbox.slack.faults.always("C1", RateLimited(retry_after=900))
    await house.accept("m1", "support")
    async with house.working("support", "alerts") as worker:
        await house.until_logged("postponed")
        async with asyncio.timeout(1):
            await worker.stop()

    assert await house.store.pending() == {"support": 1}


async def test_a_worker_without_lanes_stops_too() -> None:
    """There is nothing to wait for, before or after a start."""
    worker = Worker([])
    await worker.stop()
    worker.start()
    await worker.stop()
