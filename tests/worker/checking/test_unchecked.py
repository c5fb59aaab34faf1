"""What can't be looked up, just now or at all, and what needs no look."""

import asyncio
from typing import Any

import pytest

from bridge.destinations import SlackDestination
from bridge.retries import RetryPolicy
from bridge.sandbox import Hang, LostAnswer, RateLimited, ServerError, SlackError, SlackToken
from bridge.store.revivals import Wanted, requesting
from tests.conftest import TOKEN
from tests.worker.checking.asked import CHECK, LONG, looks, sends
from tests.worker.conftest import START, House


async def test_without_the_scope_it_is_as_retry_and_says_so_once(house: House) -> None:
    """Sent again, perhaps twice; one line names what is missing."""
    house.sandbox.slack.put(SlackToken(value=TOKEN))
    house.sandbox.slack.faults.add("C1", LostAnswer(), None, LostAnswer(), None)
    for number in (1, 2):
        await house.accept(f"m{number}", "support")
    await house.work_off("support")

    assert [message for message, _ in house.parts()] == ["m1", "m1", "m2", "m2"]
    lines = house.lines.getvalue()
    assert lines.count("event=not_checked destination=support") == 1
    assert "the app needs channels:history, or groups:history in a private channel" in lines


@pytest.mark.parametrize(
    ("name", "channel", "reason"),
    [
        ("hook", "C2", "an incoming webhook can't look posts up"),
        ("ops", "111", "a webhook of Discord's can't look posts up"),
    ],
)
async def test_where_nothing_can_be_looked_up_it_is_as_retry(
    house: House, name: str, channel: str, reason: str
) -> None:
    """And says so once."""
    for platform in (house.sandbox.slack, house.sandbox.discord):
        platform.faults.add(channel, LostAnswer(), None, LostAnswer())
    for number in (1, 2):
        await house.accept(f"m{number}", name)
    await house.work_off(name)

    assert len(house.sandbox.posts) == 4
    lines = house.lines.getvalue()
    assert lines.count(f"event=not_checked destination={name}") == 1
    assert reason in lines


async def test_a_file_can_t_be_looked_up(house: House) -> None:
    """Slack keeps no metadata with it."""
    house.destinations["support"] = SlackDestination(platform="slack", channel="C1", max_parts=1)
    house.sandbox.slack.faults.add("files.completeUploadExternal", LostAnswer())
    await house.accept("m1", "support", content=LONG)
    await house.work_off("support")

    assert len([post for post in house.sandbox.posts if post.files]) == 2
    assert looks(house) == 0
    assert "event=not_checked destination=support" in house.lines.getvalue()


async def test_while_slack_can_t_answer_nothing_is_sent(house: House) -> None:
    """The doubt outlasts that, and a restart as well."""
    house.sandbox.slack.faults.add("C1", LostAnswer())
    house.sandbox.slack.faults.always("conversations.history", ServerError())
    await house.accept("m1", "support")
    async with house.working("support"):
        await house.until_logged("postponed", times=3)
    await house.reopen()
    async with house.working("support"):
        await house.until_logged("postponed", times=6)
        house.sandbox.slack.faults.clear("conversations.history")
        await house.until_settled()

    assert (len(house.sandbox.posts), sends(house)) == (1, 1)
    assert house.history() == [("m1", "delivered", "")]
    assert "a post in doubt can't be looked up: Slack failed (HTTP 503)" in house.lines.getvalue()


async def test_slack_is_asked_no_sooner_than_it_says(house: House) -> None:
    """The wait of a 429 counts for a look as well."""
    house.sandbox.slack.faults.add("C1", LostAnswer())
    house.sandbox.slack.faults.add("conversations.history", RateLimited(retry_after=40))
    await house.accept("m1", "support")
    await house.work_off("support")

    assert (len(house.sandbox.posts), sends(house), looks(house)) == (1, 1, 2)
    assert house.clock.slept == [1.0, pytest.approx(40, abs=1)]


# what posts meet -> how often it is looked for
NO_DOUBTS: dict[str, tuple[tuple[Any, ...], int]] = {
    "refused": ((SlackError("invalid_blocks"), SlackError("invalid_blocks")), 0),
    "not now": ((SlackError("service_unavailable"), RateLimited()), 0),
    "lost, then refused": ((Hang(), SlackError("invalid_blocks")), 2),
}


@pytest.mark.parametrize(("faults", "times"), NO_DOUBTS.values(), ids=NO_DOUBTS)
async def test_what_was_surely_not_taken_is_not_looked_for(
    house: House, faults: tuple[Any, ...], times: int
) -> None:
    """A refusal in so many words is no doubt, and ends one."""
    house.sandbox.slack.faults.add("C1", *faults)
    await house.accept("m1", "support", content="**Hello**")
    await house.work_off("support")

    assert looks(house) == times
    assert len(house.sandbox.posts) == 1


@pytest.mark.parametrize("on_unknown", ["check", "retry", "hold"])
async def test_an_edit_is_simply_made_again(house: House, on_unknown: Any) -> None:
    """Nothing can stand there twice, whether its answer or the bridge was lost."""
    house.policy = RetryPolicy(on_unknown=on_unknown)
    await house.accept("m1", "support", content="One")
    await house.work_off("support")
    house.sandbox.slack.faults.add("chat.update", LostAnswer(), Hang())
    await house.accept("m1", "support", content="Two")
    async with house.working("support"):
        await house.until_logged("postponed")
        await asyncio.sleep(0.05)
    await house.reopen()
    await house.work_off("support")

    [post] = house.sandbox.posts
    assert "Two" in post.text
    assert looks(house) == 0
    assert [state for _, state, _ in house.history()] == ["delivered"] * 2


async def test_what_a_person_has_sent_again_is_not_looked_for(house: House) -> None:
    """They have looked themselves, and decided."""
    house.policy = RetryPolicy(on_unknown="hold")
    house.sandbox.slack.faults.add("C1", LostAnswer())
    await house.accept("m1", "support")
    await house.work_off("support")
    house.policy = CHECK
    with requesting(house.path) as requests:
        requests.ask([Wanted(1, "support", "support")], at=START)
    await house.store.revive(at=START, destinations=["support"])
    await house.work_off("support")

    assert (len(house.sandbox.posts), looks(house)) == (2, 0)
