"""With on_unknown = "check", a post whose answer was lost is looked up before it is sent again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bridge.destinations import DiscordDestination, SlackDestination
from bridge.retries import RetryPolicy
from bridge.sandbox import (
    BRIDGE_SCOPES,
    HISTORY_SCOPES,
    NO_LIMITS,
    Hang,
    LostAnswer,
    RateLimited,
    Sandbox,
    ServerError,
    SlackError,
    SlackToken,
)
from bridge.sandbox.faults import Fault
from bridge.store.revivals import Wanted, requesting
from tests.conftest import GUILD, TOKEN, WORKSPACE
from tests.worker.conftest import START, House

MAY_READ = SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES | HISTORY_SCOPES)
CHECK = RetryPolicy(on_unknown="check")
#: three parts in Slack
LONG = "A sentence of a long answer. " * 800


@pytest.fixture(name="sandbox")
async def _sandbox() -> AsyncIterator[Sandbox]:
    """A Slack whose clock stands where the bridge's starts, and whose app may read."""
    workspace = replace(WORKSPACE, tokens=(MAY_READ,))
    clock = START.timestamp
    async with Sandbox(workspace=workspace, guild=GUILD, limits=NO_LIMITS, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture(name="house")
def _house(house: House) -> House:
    """Slack by token, by token with threads, and twice the same channel; webhooks of both kinds."""
    house.policy = CHECK
    hook = SecretStr(house.sandbox.slack.webhook_url("C2"))
    webhook = SecretStr(house.sandbox.discord.webhook_url("ops"))
    house.destinations = {
        "support": SlackDestination(platform="slack", channel="C1"),
        "copies": SlackDestination(platform="slack", channel="C1"),
        "chats": SlackDestination(platform="slack", channel="C1", thread="chat"),
        "below": SlackDestination(platform="slack", channel="C1", long="thread"),
        "hook": SlackDestination(platform="slack", webhook_url=hook),
        "ops": DiscordDestination(platform="discord", webhook_url=webhook),
    }
    return house


def _looks(house: House) -> int:
    return sum(call.method.startswith("conversations.") for call in house.sandbox.calls)


def _sends(house: House) -> int:
    return sum(call.method == "chat.postMessage" for call in house.sandbox.calls)


async def test_a_post_that_arrived_is_not_sent_again(house: House) -> None:
    """It counts as accepted, and the log says that it was found."""
    house.sandbox.slack.faults.add("C1", LostAnswer())
    await house.accept("m1", "support")
    await house.work_off("support")

    assert (len(house.sandbox.posts), _sends(house), _looks(house)) == (1, 1, 1)
    assert house.history() == [("m1", "delivered", "")]
    assert "event=found destination=support message=m1 part=1" in house.lines.getvalue()


@pytest.mark.parametrize("fault", [Hang(), ServerError()], ids=["hang", "503"])
async def test_a_post_that_did_not_arrive_is_sent_again(house: House, fault: Fault) -> None:
    """Once it is known that it is not there."""
    house.sandbox.slack.faults.add("C1", fault)
    await house.accept("m1", "support")
    await house.work_off("support")

    assert (len(house.sandbox.posts), _sends(house), _looks(house)) == (1, 2, 1)
    assert house.history() == [("m1", "delivered", "")]
    assert "event=found" not in house.lines.getvalue()


@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("is_there", [True, False])
async def test_a_crash_in_the_middle_of_a_post_is_a_lost_answer(
    house: House, part: int, is_there: bool
) -> None:
    """After it, every part is there once, and in order."""
    house.sandbox.slack.faults.add("C1", *[None] * (part - 1), Hang(accepted=is_there))
    await house.accept("m1", "support", content=LONG)
    async with house.working("support"):
        await house.until_begun(part)
        await asyncio.sleep(0.02)
    await house.reopen()
    await house.work_off("support")

    assert house.parts() == [("m1", 1), ("m1", 2), ("m1", 3)]
    assert (_looks(house), _sends(house)) == (1, 3 if is_there else 4)


async def test_a_thread_that_was_opened_is_found_with_its_post(house: House) -> None:
    """After a crash between opening and recording it: the chat has one thread, not two."""
    house.sandbox.slack.faults.add("C1", Hang(accepted=True))
    for number in (1, 2):
        await house.accept(f"m{number}", "chats")
    async with house.working("chats"):
        await house.until_begun(1)
        await asyncio.sleep(0.02)
    await house.reopen()
    await house.work_off("chats")

    first, second = house.sandbox.posts
    assert (first.thread, second.thread) == (None, first.id)


@pytest.mark.parametrize("name", ["chats", "below"])
async def test_a_reply_is_looked_for_in_its_thread(house: House, name: str) -> None:
    """The chat's, or the one below a long message's first part; it stays the chat's alone."""
    house.sandbox.slack.faults.add("C1", None, LostAnswer(), None)
    await house.accept("m1", name, content=LONG)
    await house.work_off(name)

    first, *rest = house.sandbox.posts
    assert [post.thread for post in (first, *rest)] == [None, first.id, first.id]
    assert [call.method for call in house.sandbox.calls][2] == "conversations.replies"
    await house.accept("m2", name)
    await house.work_off(name)
    assert house.sandbox.posts[-1].thread == (first.id if name == "chats" else None)


async def test_a_reply_to_a_thread_that_is_gone_is_found_where_slack_put_it(house: House) -> None:
    """In the channel, as the chat's new thread."""
    await house.accept("m1", "chats")
    await house.work_off("chats")
    house.sandbox.slack.delete(house.sandbox.posts[0])
    house.sandbox.slack.faults.add("C1", LostAnswer())
    for number in (2, 3):
        await house.accept(f"m{number}", "chats")
    await house.work_off("chats")

    second, third = house.sandbox.posts
    assert (second.thread, third.thread) == (None, second.id)


async def test_the_same_message_of_another_destination_is_not_taken_for_it(house: House) -> None:
    """Two destinations may share a channel: each has its own post."""
    await house.accept("m1", "support", "copies")
    async with house.working("support"):
        await house.until_settled(left=1)
    house.sandbox.slack.faults.add("C1", Hang())
    await house.work_off("copies")

    assert house.parts() == [("m1", 1), ("m1", 1)]


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
    assert _looks(house) == 0
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

    assert (len(house.sandbox.posts), _sends(house)) == (1, 1)
    assert house.history() == [("m1", "delivered", "")]
    assert "a post in doubt can't be looked up: Slack failed (HTTP 503)" in house.lines.getvalue()


async def test_slack_is_asked_no_sooner_than_it_says(house: House) -> None:
    """The wait of a 429 counts for a look as well."""
    house.sandbox.slack.faults.add("C1", LostAnswer())
    house.sandbox.slack.faults.add("conversations.history", RateLimited(retry_after=40))
    await house.accept("m1", "support")
    await house.work_off("support")

    assert (len(house.sandbox.posts), _sends(house), _looks(house)) == (1, 1, 2)
    assert house.clock.slept == [1.0, pytest.approx(40, abs=1)]


# what posts meet -> how often it is looked for
NO_DOUBTS: dict[str, tuple[tuple[Any, ...], int]] = {
    "refused": ((SlackError("invalid_blocks"), SlackError("invalid_blocks")), 0),
    "not now": ((SlackError("service_unavailable"), RateLimited()), 0),
    "lost, then refused": ((Hang(), SlackError("invalid_blocks")), 1),
}


@pytest.mark.parametrize(("faults", "looks"), NO_DOUBTS.values(), ids=NO_DOUBTS)
async def test_what_was_surely_not_taken_is_not_looked_for(
    house: House, faults: tuple[Any, ...], looks: int
) -> None:
    """A refusal in so many words is no doubt, and ends one."""
    house.sandbox.slack.faults.add("C1", *faults)
    await house.accept("m1", "support", content="**Hello**")
    await house.work_off("support")

    assert _looks(house) == looks
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
    assert _looks(house) == 0
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

    assert (len(house.sandbox.posts), _looks(house)) == (2, 0)
