"""What is half sent goes on as it was planned, whatever changes meanwhile, and doubt is told as such."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bridge.deliveries import Form
from bridge.retries import RetryPolicy
from bridge.sandbox import DiscordError, Hang, LostAnswer, RateLimited, SlackError
from bridge.store.sqlite import SqliteStore
from tests.worker.conftest import House

#: three parts in Discord
LONG = "A sentence of a long answer. " * 150


async def _half_sent(house: House, *mishaps: Hang | None) -> None:
    """Accept a message of three parts, and stop the bridge in the middle of it."""
    house.sandbox.discord.faults.add("111", *mishaps)
    await house.accept("m1", "ops", content=LONG)
    async with house.working("ops"):
        await house.until_begun(len(mishaps))
    await house.reopen()


async def test_a_new_config_does_not_split_half_sent_posts_anew(house: House) -> None:
    """Three parts were planned, so three arrive, though it would be a part and a file now."""
    await _half_sent(house, None, Hang())
    house.destinations["ops"] = house.destinations["ops"].model_copy(update={"max_parts": 1})
    await house.work_off("ops")

    assert [f"{n}/3" in post.text for n, post in enumerate(house.sandbox.posts, 1)] == [True] * 3


async def test_a_part_that_was_begun_counts_as_lost_after_a_crash(house: House) -> None:
    """It is sent again, once, and the reason is on record."""
    await _half_sent(house, Hang())
    await house.work_off("ops")

    assert len(house.sandbox.posts) == 3
    assert house.history() == [("m1", "delivered", "")]
    assert "the bridge ended before the answer was on record" in house.lines.getvalue()
    assert house.clock.slept == [1.0]


async def test_a_doubt_that_is_on_record_is_not_told_again_after_a_restart(house: House) -> None:
    """The wait that followed it is over: the part is sent again, without another one."""
    house.clock.stopped = True
    house.sandbox.discord.faults.add("111", LostAnswer())
    await house.accept("m1", "ops")
    async with house.working("ops"):
        await house.until_logged("postponed")
    await house.reopen()
    house.clock.advance(1)
    async with house.working("ops"):
        await house.until_settled()

    assert len(house.sandbox.posts) == 2
    assert "the bridge ended before" not in house.lines.getvalue()


async def test_a_part_in_doubt_can_be_left_to_a_person(house: House) -> None:
    """With on_unknown = "hold" a crash in the middle of a post is no reason to send it twice."""
    await _half_sent(house, Hang())
    house.policy = RetryPolicy(on_unknown="hold")
    await house.work_off("ops")

    [(_, state, reason)] = house.history()
    assert state == "dead"
    assert reason.startswith("the bridge ended before the answer was on record; held")
    assert house.sandbox.posts == []


def _is_in_doubt(house: House) -> bool:
    """Tell whether the disk says that a part may have been sent."""
    with closing(sqlite3.connect(house.path)) as connection:
        rows = connection.execute("SELECT 1 FROM part WHERE state = 'in doubt'").fetchall()
    return bool(rows)


@pytest.mark.parametrize(
    "fault", [RateLimited(), DiscordError(404, 10015, "Unknown Webhook")], ids=str
)
async def test_no_later_failure_settles_a_doubt(
    house: House, fault: RateLimited | DiscordError
) -> None:
    """The second attempt was certainly refused; what became of the first one is still not known."""
    house.clock.stopped = True
    house.sandbox.discord.faults.add("111", LostAnswer(), fault)
    await house.accept("m1", "ops")
    async with house.working("ops"):
        await house.until_logged("postponed")
        house.clock.advance(1)
        word = "postponed" if isinstance(fault, RateLimited) else "parked"
        await house.until_logged(word, 2 if word == "postponed" else 1)

        assert _is_in_doubt(house)


async def test_a_doubt_outlasts_a_config_without_the_destination(house: House) -> None:
    """Nothing can be sent then, and what was sent before is not forgotten."""
    house.clock.stopped = True
    await _half_sent(house, Hang())
    ops = house.destinations.pop("ops")
    async with house.working("ops"):
        await house.until_logged("postponed")
    house.destinations["ops"] = ops

    assert _is_in_doubt(house)


async def test_the_form_that_passed_is_kept(house: House) -> None:
    """After a restart, what was refused is not tried again."""
    house.sandbox.slack.faults.add("C1", SlackError("invalid_blocks"), Hang())
    await house.accept("m1", "support", content="**Hello**")
    async with house.working("support"):
        await house.until_begun(1, form='["rich_text"]')
    await house.reopen()
    await house.work_off("support")

    assert [call.error for call in house.sandbox.calls].count("invalid_blocks") == 1
    assert [block["type"] for block in house.sandbox.posts[0].blocks][1:] == ["rich_text"]


@pytest.mark.parametrize("step", ["no JSON", "{}"])
async def test_a_plan_that_can_t_be_read_is_made_anew(house: House, step: str) -> None:
    """Another version may have written it; no word is lost."""
    await house.accept("m1", "ops", content="Hello")
    await house.store.begin(await house.store.claim("ops"), form=Form(), plan=[step])
    await house.store.postpone(
        await house.store.claim("ops"), until=house.clock.now(), reason="", at=house.clock.now()
    )
    await house.work_off("ops")

    assert ["Hello" in post.text for post in house.sandbox.posts] == [True]


async def test_nothing_is_sent_that_is_not_on_record(house: House) -> None:
    """While the store can't note that a part is begun, the part waits."""
    await house.store.close()
    house.store = await SqliteStore.open(house.path, busy_timeout=timedelta(seconds=0.05))
    await house.accept("m1", "ops")
    with closing(sqlite3.connect(house.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with house.working("ops"):
            await house.until_logged("store_failed")
            called = len(house.sandbox.calls)
    await house.work_off("ops")

    assert called == 0
    assert len(house.sandbox.posts) == 1
