"""A destination that is gone is left alone, and found again when it is back."""

import asyncio
import re
from datetime import timedelta

import pytest

from bridge.retries import RetryPolicy
from bridge.sandbox import LostAnswer, RateLimited, ServerError, SlackChannel, SlackError
from tests.worker.conftest import House

HERE, GONE = (
    SlackChannel(id="C1", name="support", archived=archived) for archived in (False, True)
)


@pytest.fixture(name="house")
def _house(house: House) -> House:
    """A house whose support channel is gone, and where time stands still until a test lets it pass."""
    house.sandbox.slack.put(GONE)
    house.clock.stopped = True
    return house


async def _probed(house: House, times: int = 1) -> None:
    """Wait until the destination has been tried so often."""
    await house.until_logged("parked")
    await house.until_logged("still_parked", times - 1)


async def _advance(house: House, seconds: float) -> None:
    """Let some time pass, and what is due then happen."""
    house.clock.advance(seconds)
    await asyncio.sleep(0.03)


def _calls(house: House) -> int:
    return sum(call.channel == "C1" for call in house.sandbox.calls)


async def test_the_first_proof_parks_a_destination(house: House) -> None:
    """One call, an error line with the platform's reason; no other message is tried."""
    for number in range(3):
        await house.accept(f"m{number}", "support", "alerts")
    async with house.working("support", "alerts"):
        await house.until_logged("parked")
        await house.until_settled(left=3)
        await asyncio.sleep(0.02)

    assert _calls(house) == 1
    assert await house.store.pending() == {"support": 3}
    assert (
        'level=error event=parked destination=support reason="Slack says' in house.lines.getvalue()
    )
    assert "is_archived" in (await house.store.parked())["support"].reason


async def test_it_is_tried_at_growing_intervals(house: House) -> None:
    """After a minute, then after as long as it has been gone, and at last every quarter of an hour."""
    house.clock.stopped = False
    house.policy = RetryPolicy(max_age=timedelta(hours=1))
    await house.accept("m1", "support")
    await house.work_off("support")

    waits = [
        int(each)
        for each in re.findall(r"event=(?:still_)?parked .* seconds=(\d+)", house.lines.getvalue())
    ]
    assert waits == [60, 60, 120, 240, 480, 900, 900, 900]
    [(_, state, reason)] = house.history()
    assert state == "dead"
    assert reason.endswith("; given up at the age of 1:00:00")


async def test_it_goes_on_by_itself_when_the_destination_is_back(house: House) -> None:
    """Within the next probe, in order, and it says so."""
    for number in range(3):
        await house.accept(f"m{number}", "support")
    async with house.working("support"):
        await _probed(house)
        house.sandbox.slack.put(HERE)
        await _advance(house, 59)
        assert house.sandbox.posts == []
        await _advance(house, 1)
        await house.until_settled()

    assert [message for message, _ in house.parts()] == ["m0", "m1", "m2"]
    assert "event=resumed destination=support seconds=60" in house.lines.getvalue()
    assert await house.store.parked() == {}


async def test_what_is_too_old_is_dead_without_a_call(house: House) -> None:
    """It waits no longer than any other delivery, and costs the platform nothing."""
    house.policy = RetryPolicy(max_age=timedelta(minutes=10))
    await house.accept("m1", "support")
    house.clock.advance(1)
    await house.accept("m2", "support")
    async with house.working("support"):
        for probes, seconds in enumerate((60, 60, 120, 240), start=1):
            await _probed(house, probes)
            await _advance(house, seconds)
        calls = _calls(house)
        await _advance(house, 119)  # ten minutes after the first one was accepted
        assert await house.store.pending() == {"support": 1}
        await _advance(house, 1)
        await house.until_settled()

    assert _calls(house) == calls
    assert [state for _, state, _ in house.history()] == ["dead", "dead"]
    assert house.history()[1][2].endswith("; given up at the age of 0:10:00")


async def test_a_restart_tries_it_at_once(house: House) -> None:
    """Whoever has mended it need not wait for the next probe."""
    await house.accept("m1", "support")
    async with house.working("support"):
        await _probed(house)
    await house.reopen()
    house.sandbox.slack.put(HERE)
    await house.work_off("support")

    assert house.parts() == [("m1", 1)]
    assert house.lines.getvalue().count("event=parked") == 1


async def test_operators_are_told_once(house: House) -> None:
    """By one message to the destination of their choice, however often it is tried or restarted."""
    house.notify = "ops"
    await house.accept("m1", "support")
    for _ in range(2):
        async with house.working("support", "ops"):
            await house.until_settled(left=1)
            await _advance(house, 60)
        await house.reopen()

    [post] = house.sandbox.posts
    assert post.channel == "111"
    assert "**support** is parked: Slack says is\\_archived" in post.text
    assert post.username == "nexusgpt-bridge"


async def test_a_destination_is_told_nothing_about_itself(house: House) -> None:
    """It could not hear it."""
    house.notify = "support"
    await house.accept("m1", "support")
    async with house.working("support"):
        await _probed(house)

    assert await house.store.pending() == {"support": 1}


async def test_a_refusal_of_one_post_shows_that_the_destination_is_there(house: House) -> None:
    """The next message is not held up by an old suspicion."""
    await house.accept("m1", "support")
    await house.accept("m2", "support")
    async with house.working("support"):
        await _probed(house)
        house.sandbox.slack.put(HERE)
        house.sandbox.slack.faults.add("C1", *[SlackError("invalid_blocks")] * 3)
        await _advance(house, 60)
        await house.until_settled()

    assert [state for _, state, _ in house.history()] == ["dead", "delivered"]


@pytest.mark.parametrize("fault", [ServerError(), LostAnswer(), RateLimited()], ids=str)
async def test_other_trouble_of_a_parked_destination_is_waited_out(
    house: House, fault: ServerError | LostAnswer | RateLimited
) -> None:
    """No attempt comes before the wait that follows from the one before it."""
    await house.accept("m1", "support")
    async with house.working("support"):
        await _probed(house)
        house.sandbox.slack.put(HERE)
        house.sandbox.slack.faults.always("C1", fault)
        await _advance(house, 60)
        await house.until_logged("postponed")
        await asyncio.sleep(0.05)

        assert _calls(house) == 2
        assert house.lines.getvalue().count("event=postponed") == 1


async def test_a_parked_destination_that_is_named_no_more_is_not_asked_for_all_the_time(
    house: House,
) -> None:
    """After a restart with another config its messages wait as any others do."""
    await house.accept("m1", "support")
    async with house.working("support"):
        await _probed(house)
    del house.destinations["support"]
    async with house.working("support"):
        await house.until_logged("postponed")
        await asyncio.sleep(0.05)

    assert house.lines.getvalue().count("event=postponed") == 1


async def test_a_refused_edit_is_no_sign_of_life(house: House) -> None:
    """What can't be edited is posted again, and that shows that the channel is still gone: no news."""
    house.policy = RetryPolicy(max_age=timedelta(minutes=10))
    house.sandbox.slack.put(HERE)
    await house.accept("m1", "support")
    async with house.working("support"):
        await house.until_settled()
        house.sandbox.slack.put(GONE)
        await house.accept("m2", "support")
        for probes, seconds in enumerate((60, 60, 120, 240), start=1):
            await _probed(house, probes)
            await _advance(house, seconds)
        await house.accept("m1", "support", content="Changed")
        await _advance(house, 120)
        await house.until_settled(left=1)
        await _advance(house, 360)
        await _probed(house, 6)

    assert "posted again" in house.lines.getvalue()
    assert house.lines.getvalue().count("event=parked") == 1
    assert "event=resumed" not in house.lines.getvalue()


async def test_what_nothing_waits_for_is_not_parked(house: House) -> None:
    """Nobody is woken for a destination that may long be mended: the next message shows it."""
    house.policy = RetryPolicy(max_age=timedelta(seconds=30))
    await house.accept("m1", "support")
    async with house.working("support"):
        await _probed(house)
        await _advance(house, 30)
        await house.until_settled()
        await house.until_logged("resumed")

    assert await house.store.parked() == {}
