"""One thread per chat, for as long as there is one."""

import pytest
from pydantic import SecretStr

from bridge.destinations import DiscordDestination, SlackDestination
from bridge.sandbox import DiscordError, SlackError
from tests.worker.conftest import House

THREADED = SlackDestination(platform="slack", channel="C1", thread="chat")


@pytest.fixture(name="house")
def _house(house: House) -> House:
    """Slack with threads, and a forum."""
    house.destinations["support"] = THREADED
    house.destinations["chats"] = _discord(house, "chats")
    house.destinations["ops"] = _discord(house, "ops")
    return house


def _discord(house: House, channel: str) -> DiscordDestination:
    url = SecretStr(house.sandbox.discord.webhook_url(channel))
    return DiscordDestination(platform="discord", webhook_url=url, thread="chat")


def _threads(house: House) -> list[str | None]:
    return [post.thread for post in house.sandbox.posts]


async def test_slack_answers_stand_below_the_first_message_of_their_chat(house: House) -> None:
    """Each chat has a thread of its own, also after a restart."""
    for number, chat in enumerate(("c1", "c2", "c1", "c2")):
        await house.accept(f"m{number}", "support", chatId=chat)
    await house.work_off("support")
    await house.reopen()
    await house.accept("m5", "support", chatId="c1")
    await house.work_off("support")

    first, second, *_ = [post.id for post in house.sandbox.posts]
    assert _threads(house) == [None, None, first, second, first]


async def test_a_forum_has_a_thread_for_each_chat(house: House) -> None:
    """Under the agent's name and the first words, also after a restart."""
    for number, chat in enumerate(("c1", "c2", "c1")):
        await house.accept(f"m{number}", "chats", chatId=chat, content=f"Hello {number}")
    await house.work_off("chats")
    await house.reopen()
    await house.accept("m5", "chats", chatId="c2")
    await house.work_off("chats")

    one, two, *_ = threads = [thread or "" for thread in _threads(house)]
    assert threads == [one, two, one, two]
    names = [house.sandbox.discord.thread_name(thread) for thread in (one, two)]
    assert names == ["Max Evans: Hello 0", "Max Evans: Hello 1"]


async def test_all_parts_of_a_message_stand_in_one_thread(house: House) -> None:
    """The first part opens it, the others follow."""
    await house.accept("m1", "chats", content="A sentence of a long answer. " * 150)
    await house.work_off("chats")

    assert len(house.sandbox.posts) == 3
    assert len(set(_threads(house))) == 1


@pytest.mark.parametrize(
    "word", ["cannot_reply_to_message", "thread_not_found", "restricted_action_thread_locked"]
)
async def test_a_lost_slack_thread_is_replaced(house: House, word: str) -> None:
    """The chat goes on below the message that could not be put there."""
    await house.accept("m1", "support")
    await house.work_off("support")
    house.sandbox.slack.faults.add("C1", SlackError(word))
    for number in (2, 3):
        await house.accept(f"m{number}", "support")
    await house.work_off("support")

    posts = house.sandbox.posts
    assert _threads(house) == [None, None, posts[1].id]
    assert len(house.sandbox.calls) == 4
    assert 'event=changed_form destination=support message=m2 form="new thread"' in (
        house.lines.getvalue()
    )


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (400, 50083), (403, 160005)])
async def test_a_lost_forum_thread_is_replaced(house: House, status: int, code: int) -> None:
    """Deleted, archived or locked by a moderator: the chat goes on in a new one."""
    await house.accept("m1", "chats")
    await house.work_off("chats")
    house.sandbox.discord.faults.add("222", DiscordError(status, code))
    for number in (2, 3):
        await house.accept(f"m{number}", "chats")
    await house.work_off("chats")

    one, two, three = _threads(house)
    assert one != two == three
    assert len(house.sandbox.calls) == 4


async def test_a_slack_channel_without_threads_is_posted_to_itself(house: House) -> None:
    """Message by message."""
    await house.accept("m1", "support")
    await house.work_off("support")
    house.sandbox.slack.faults.add("C1", SlackError("restricted_action_non_threadable_channel"))
    await house.accept("m2", "support")
    await house.work_off("support")

    assert _threads(house) == [None, None]


async def test_a_text_channel_of_discord_opens_no_threads(house: House) -> None:
    """One refusal, then messages stand in the channel itself."""
    for number in (1, 2):
        await house.accept(f"m{number}", "ops")
    await house.work_off("ops")

    assert _threads(house) == [None, None]
    assert [call.error for call in house.sandbox.calls] == ["220003", "", ""]


async def test_threads_end_when_the_config_says_so(house: House) -> None:
    """A thread that is known from before is left alone."""
    await house.accept("m1", "support")
    await house.work_off("support")
    house.destinations["support"] = SlackDestination(platform="slack", channel="C1")
    await house.accept("m2", "support")
    await house.work_off("support")

    assert _threads(house) == [None, None]
