"""With on_unknown = "check", a post whose answer was lost is looked up before it is sent again."""

import asyncio

import pytest

from bridge.sandbox import Hang, LostAnswer, ServerError
from bridge.sandbox.faults import Fault
from tests.worker.checking.asked import LONG, looks, sends
from tests.worker.conftest import House


async def test_a_post_that_arrived_is_not_sent_again(house: House) -> None:
    """It counts as accepted, and the log says that it was found."""
    house.sandbox.slack.faults.add("C1", LostAnswer())
    await house.accept("m1", "support")
    await house.work_off("support")

    assert (len(house.sandbox.posts), sends(house), looks(house)) == (1, 1, 1)
    assert house.history() == [("m1", "delivered", "")]
    assert "event=found destination=support message=m1 part=1" in house.lines.getvalue()


@pytest.mark.parametrize("fault", [Hang(), ServerError()], ids=["hang", "503"])
async def test_a_post_that_did_not_arrive_is_sent_again(house: House, fault: Fault) -> None:
    """Once it was looked for twice: Slack may show it some moments late."""
    house.sandbox.slack.faults.add("C1", fault)
    await house.accept("m1", "support")
    await house.work_off("support")

    assert (len(house.sandbox.posts), sends(house), looks(house)) == (1, 2, 2)
    assert house.clock.slept == [1.0, 2.0]
    assert house.history() == [("m1", "delivered", "")]
    assert "event=found" not in house.lines.getvalue()


@pytest.mark.parametrize(("lag", "posts"), [(0.5, 1), (2.5, 1), (60, 2)])
async def test_what_slack_shows_late_is_found_by_the_second_look(house: House, posts: int) -> None:
    """Within seconds, that is; what takes a minute comes twice."""
    house.sandbox.slack.faults.add("C1", LostAnswer())
    await house.accept("m1", "support")
    await house.work_off("support")

    assert len(house.sandbox.posts) == posts
    assert house.history() == [("m1", "delivered", "")]


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
    assert (looks(house), sends(house)) == ((1, 3) if is_there else (2, 4))


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
