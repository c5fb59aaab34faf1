"""A message that was changed is changed where it stands; what can't be edited is posted again."""

from typing import Any

import pytest
from pydantic import SecretStr

from bridge.destinations import DiscordDestination, SlackDestination
from bridge.sandbox import DiscordError, Hang, SlackError
from tests.worker.conftest import House

PARTS = "A sentence of a long answer. " * 150


@pytest.fixture(name="house")
def _house(house: House) -> House:
    """A forum and a channel with threads, too."""
    url = SecretStr(house.sandbox.discord.webhook_url("chats"))
    house.destinations["chats"] = DiscordDestination(
        platform="discord", webhook_url=url, thread="chat"
    )
    house.destinations["long"] = SlackDestination(platform="slack", channel="C1", long="thread")
    return house


def _seen(house: House) -> list[tuple[Any, bool]]:
    return [(post.text.splitlines()[-1], post.edited > 0) for post in house.sandbox.posts]


@pytest.mark.parametrize("name", ["support", "ops", "chats"])
async def test_a_revision_stands_where_the_message_stood(house: House, name: str) -> None:
    """The platform's own edit; what others have said since stays below it."""
    await house.accept("m1", name, content="One")
    await house.accept("m2", name, content="Other")
    await house.accept("m1", name, content="Two")
    await house.accept("m1", name, content="Three")
    await house.work_off(name)

    assert _seen(house) == [("Three", True), ("Other", False)]
    assert [state for _, state, _ in house.history()] == ["delivered"] * 4


@pytest.mark.parametrize("platform", ["support", "ops"])
async def test_a_longer_revision_gets_more_parts(house: House, platform: str) -> None:
    """The first ones are edited, the rest is posted."""
    await house.accept("m1", platform, content="Short")
    await house.accept("m1", platform, content=PARTS * (1 if platform == "ops" else 8))
    await house.work_off(platform)

    edited = [post.edited > 0 for post in house.sandbox.posts]
    assert edited == [True, *[False] * (len(edited) - 1)]
    assert len(edited) > 1


@pytest.mark.parametrize("platform", ["support", "ops"])
async def test_a_shorter_revision_leaves_no_old_part_behind(house: House, platform: str) -> None:
    """What the message no longer needs is taken away, and stays away with the next revision."""
    await house.accept("m1", platform, content=PARTS * (1 if platform == "ops" else 8))
    await house.accept("m1", platform, content="Short")
    await house.accept("m1", platform, content="Shorter")
    await house.work_off(platform)

    assert _seen(house) == [("Shorter", True)]
    assert [state for _, state, _ in house.history()] == ["delivered"] * 3


@pytest.mark.parametrize("name", ["support", "ops"])
async def test_what_can_t_be_edited_is_posted_again(house: House, name: str) -> None:
    """Marked as updated; nothing is lost."""
    await house.accept("m1", name, content="One")
    await house.work_off(name)
    house.sandbox.slack.faults.add("C1", SlackError("edit_window_closed"))
    house.sandbox.discord.faults.add("111", DiscordError(404, 10008))
    await house.accept("m1", name, content="Two")
    await house.work_off(name)

    one, two = house.sandbox.posts
    assert ("One" in one.text, "Two" in two.text) == (True, True)
    assert "updated" in f"{two.text}{two.blocks}"


async def test_an_incoming_webhook_posts_again(house: House) -> None:
    """It can't edit, since it never learns what it has posted."""
    url = SecretStr(house.sandbox.slack.webhook_url("C2"))
    house.destinations["alerts"] = SlackDestination(platform="slack", webhook_url=url)
    for content in ("One", "Two"):
        await house.accept("m1", "alerts", content=content)
    await house.work_off("alerts")

    assert ["updated" in post.text for post in house.sandbox.posts] == [False, True]


async def test_a_restart_goes_on_in_the_middle_of_an_edit(house: House) -> None:
    """Parts that were edited are not edited again."""
    await house.accept("m1", "ops", content=PARTS)
    await house.work_off("ops")
    house.sandbox.discord.faults.add("111", None, Hang())
    await house.accept("m1", "ops", content=PARTS.replace("long", "changed"))
    async with house.working("ops"):
        await house.until_logged("part_delivered", times=3)
    await house.reopen()
    await house.work_off("ops")

    assert [post.edited for post in house.sandbox.posts] == [1, 1, 1]
    assert all("changed" in post.text for post in house.sandbox.posts)


async def test_the_parts_of_a_long_message_stand_below_its_first_one(house: House) -> None:
    """With long = "thread", only the first part takes room in the channel."""
    await house.accept("m1", "long", content=PARTS * 8)
    await house.accept("m2", "long", content="Short")
    await house.work_off("long")

    first, *_, last = house.sandbox.posts
    rest = [post.thread for post in house.sandbox.posts[1:-1]]
    assert first.thread is None
    assert rest == [first.id] * len(rest) != []
    assert last.thread is None


async def test_where_no_thread_is_allowed_the_parts_stand_in_the_channel(house: House) -> None:
    """The words matter more than their place."""
    await house.accept("m1", "long", content=PARTS * 8)
    house.sandbox.slack.faults.add("C1", None, SlackError("restricted_action_thread_locked"))
    await house.work_off("long")

    assert {post.thread for post in house.sandbox.posts} == {None}
    assert len(house.sandbox.posts) > 1
