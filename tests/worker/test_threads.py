"""One thread per chat, for as long as there is one."""

import asyncio

import pytest
from pydantic import SecretStr

from bridge.destinations import DiscordDestination, SlackDestination
from bridge.sandbox import DiscordError, Hang, SlackChannel, SlackError
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


async def test_a_slack_thread_whose_first_message_was_deleted_is_opened_anew(house: House) -> None:
    """By the next message of the chat, for all later ones, also after a restart."""
    await house.accept("m1", "support")
    await house.work_off("support")
    house.sandbox.slack.delete(house.sandbox.posts[0])
    for number in (2, 3):
        await house.accept(f"m{number}", "support")
    await house.work_off("support")
    await house.reopen()
    await house.accept("m4", "support")
    await house.work_off("support")

    new = house.sandbox.posts[0].id
    assert _threads(house) == [None, new, new]
    assert [call.status for call in house.sandbox.calls] == [200] * 4


async def test_a_slack_thread_with_answers_outlasts_its_first_message(house: House) -> None:
    """Slack keeps it below "This message was deleted"."""
    for number in (1, 2):
        await house.accept(f"m{number}", "support")
    await house.work_off("support")
    first = house.sandbox.posts[0]
    house.sandbox.slack.delete(first)
    await house.accept("m3", "support")
    await house.work_off("support")

    assert _threads(house) == [first.id, first.id]


@pytest.mark.parametrize("act", ["delete_thread", "lock_thread"])
async def test_a_forum_thread_that_is_gone_or_locked_is_opened_anew(house: House, act: str) -> None:
    """For all later messages of the chat, also after a restart; it costs one refused call."""
    await house.accept("m1", "chats", content="Hello")
    await house.work_off("chats")
    [old] = _threads(house)
    getattr(house.sandbox.discord, act)(old)
    for number in (2, 3):
        await house.accept(f"m{number}", "chats", content="Hello again")
    await house.work_off("chats")
    await house.reopen()
    await house.accept("m4", "chats")
    await house.work_off("chats")

    *_, two, three, four = _threads(house)
    assert old != two == three == four
    assert house.sandbox.discord.thread_name(two or "") == "Max Evans: Hello again"
    assert len(house.sandbox.calls) == 5


async def test_an_archived_forum_thread_is_opened_again(house: House) -> None:
    """The post does that by itself."""
    await house.accept("m1", "chats")
    await house.work_off("chats")
    [thread] = _threads(house)
    house.sandbox.discord.archive_thread(thread or "")
    await house.accept("m2", "chats")
    await house.work_off("chats")

    assert _threads(house) == [thread, thread]
    assert len(house.sandbox.calls) == 2


@pytest.mark.parametrize("name", ["support", "chats"])
async def test_messages_of_one_chat_at_once_open_one_thread(house: House, name: str) -> None:
    """However many are accepted at the same time."""
    accepting = [house.accept(f"m{n}", name, chatId=f"c{n % 2}") for n in range(20)]
    async with house.working(name):
        await asyncio.gather(*accepting)
        await house.until_settled()

    found = [post.thread or post.id for post in house.sandbox.posts]
    assert sorted(map(found.count, set(found))) == [10, 10]


async def test_a_thread_whose_opening_was_lost_in_a_crash_is_opened_again(house: House) -> None:
    """A forum can't be asked for it; the chat goes on in the second one alone."""
    house.sandbox.discord.faults.add("222", Hang(accepted=True))
    for number in (1, 2):
        await house.accept(f"m{number}", "chats")
    async with house.working("chats"):
        await house.until_begun(1)
        await asyncio.sleep(0.02)
    await house.reopen()
    await house.work_off("chats")

    lost, one, two = _threads(house)
    assert lost != one == two


async def test_a_slack_channel_without_threads_is_posted_to_itself(house: House) -> None:
    """After one refusal for all chats, and one line that says so."""
    house.sandbox.slack.put(SlackChannel(id="C1", name="support", threads=False))
    for number, chat in enumerate(("c1", "c1", "c1", "c2", "c2")):
        await house.accept(f"m{number}", "support", chatId=chat)
    await house.work_off("support")

    assert _threads(house) == [None] * 5
    errors = [call.error for call in house.sandbox.calls]
    assert [error for error in errors if error] == ["restricted_action_non_threadable_channel"]
    assert house.lines.getvalue().count("event=changed_form") == 1


async def test_a_text_channel_of_discord_opens_no_threads(house: House) -> None:
    """One refusal and one line about it, then messages stand in the channel itself."""
    for number in (1, 2, 3):
        await house.accept(f"m{number}", "ops", chatId=f"c{number % 2}")
    await house.work_off("ops")

    assert _threads(house) == [None] * 3
    assert [call.error for call in house.sandbox.calls] == ["220003", "", "", ""]
    assert house.lines.getvalue().count("event=changed_form") == 1


async def test_threads_of_a_forum_are_given_up_once_when_the_webhook_is_another(
    house: House,
) -> None:
    """That of a text channel: it is told so by two refusals, not by two for each message."""
    for chat in ("c1", "c2"):
        await house.accept(f"in {chat}", "chats", chatId=chat)
    await house.work_off("chats")
    house.destinations["chats"] = house.destinations["ops"]
    for number, chat in enumerate(("c1", "c1", "c2")):
        await house.accept(f"m{number}", "chats", chatId=chat)
    await house.work_off("chats")

    assert _threads(house)[2:] == [None] * 3
    assert [call.error for call in house.sandbox.calls][2:] == ["10003", "220003", "", "", ""]


async def test_threads_end_when_the_config_says_so(house: House) -> None:
    """A thread that is known from before is left alone."""
    await house.accept("m1", "support")
    await house.work_off("support")
    house.destinations["support"] = SlackDestination(platform="slack", channel="C1")
    await house.accept("m2", "support")
    await house.work_off("support")

    assert _threads(house) == [None, None]
