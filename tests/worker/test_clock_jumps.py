"""Somebody sets the clock: no delivery waits for years, none overtakes another."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from bridge.deliveries import Delivery
from bridge.destinations import SlackDestination
from bridge.sandbox import RateLimited
from bridge.worker import Gates, Worker, slack_rate
from bridge.worker.pace import FREE
from tests.worker.conftest import START, Clock, House

YEARS = timedelta(days=3_650)
WAIT = timedelta(minutes=5)
FAILED = Delivery(
    number=1,
    destination="ops",
    message_id="m1",
    route="r",
    body=b"",
    revision=0,
    accepted_at=START,
    not_before=START + WAIT,
    failed_at=START,
)


@dataclass(slots=True)
class Jumping(Clock):
    """Jumps by some time in the first sleep."""

    jump: timedelta = timedelta(0)

    async def sleep(self, seconds: float) -> None:
        """Let the time pass, and jump."""
        await Clock.sleep(self, seconds)
        self.time += self.jump
        self.jump = timedelta(0)

    def steady(self) -> datetime:
        """Return the time as if nobody had set it."""
        return START + timedelta(seconds=sum(self.slept))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (START, START + WAIT),
        (START + timedelta(minutes=4), START + WAIT),
        (START + YEARS, START + WAIT),
        (START - YEARS, START - YEARS + WAIT),
    ],
    ids=["at once", "later", "set ahead", "set back"],
)
def test_a_wait_is_never_longer_than_was_asked_for(now: datetime, due: datetime) -> None:
    """Whatever the clock says by then."""
    assert FAILED.due(now) == due


def test_what_never_failed_is_due_at_once() -> None:
    """And of what has no record of its failure, what is on record holds."""
    assert replace(FAILED, not_before=None).due(START) is None
    assert replace(FAILED, failed_at=None).due(START - YEARS) == START + WAIT


async def test_a_clock_set_back_in_a_restart_lengthens_no_wait(house: House) -> None:
    """What was accepted later does not overtake what waits."""
    house.sandbox.discord.faults.add("111", RateLimited(retry_after=300))
    await house.accept("m1", "ops", content="first")
    async with house.working("ops"):
        await house.until_logged("postponed")
    await house.reopen()
    house.clock.time -= YEARS
    house.clock.slept.clear()
    await house.accept("m2", "ops", content="second")
    await house.work_off("ops")

    assert sum(house.clock.slept) < 310
    assert ["first" in post.text for post in house.sandbox.posts] == [True, False]


@pytest.mark.parametrize("jump", [-YEARS, YEARS, timedelta(hours=-1)], ids=str)
async def test_a_clock_that_is_set_during_a_wait_changes_nothing(
    house: House, jump: timedelta
) -> None:
    """Neither of the delivery that waits, nor of the channel's pace."""
    house.clock = clock = Jumping(jump=jump)
    house.sandbox.discord.faults.add("111", RateLimited(retry_after=300))
    await house.accept("m1", "ops", content="first")
    await house.accept("m2", "ops", content="second")
    around = replace(house.around(), gates=Gates(FREE, clock.steady))
    worker = Worker([house.lane("ops", around)])
    worker.start()
    await house.until_settled()
    await worker.stop()

    assert sum(clock.slept) < 310
    assert ["first" in post.text for post in house.sandbox.posts] == [True, False]


async def test_the_pace_of_a_channel_has_a_clock_that_nobody_sets() -> None:
    """A wall clock that was set back does not close it for years."""
    wall, steady = Clock(), Clock()

    async def sleep(seconds: float) -> None:
        await steady.sleep(seconds)

    gates = Gates(slack_rate(1.0), steady=steady.now)
    support = SlackDestination(platform="slack", channel="C1")
    gate = gates.gate(support, SecretStr("xoxb-1"), wall.now, sleep)
    for _ in range(10):
        async with gate.passed(None):
            wall.time -= YEARS

    assert 5 < sum(steady.slept) < 10
