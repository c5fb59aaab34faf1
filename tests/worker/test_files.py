"""The files of a message, and a file with all of a long one, also when it is changed."""

import pytest
from pydantic import SecretStr

from bridge.destinations import DiscordDestination, SlackDestination
from bridge.sandbox import Arrived, SlackError
from bridge.senders.fetching import Fetcher
from tests.worker.conftest import House

PARTS = "A sentence of a long answer. " * 1_000
WHOLE = "max-evans-m1.md"


@pytest.fixture(name="house")
def _house(house: House) -> House:
    """Destinations that upload files; those of this machine may be fetched."""
    url = SecretStr(house.sandbox.discord.webhook_url("ops"))
    house.destinations = {
        "support": SlackDestination(platform="slack", channel="C1", files="upload"),
        "ops": DiscordDestination(platform="discord", webhook_url=url, files="upload"),
        "long": SlackDestination(platform="slack", channel="C1", long="thread", max_parts=2),
        "short": SlackDestination(platform="slack", channel="C1", max_parts=2),
    }
    house.fetcher = Fetcher(is_forbidden=lambda _: False)
    return house


def _names(house: House) -> list[tuple[str, ...]]:
    return [post.files for post in house.sandbox.posts]


def _files(house: House) -> list[dict[str, str]]:
    """Return three files, of which the one in the middle can't be had."""
    url = house.sandbox.url
    paths = {"one.html": "/", "lost.txt": "/not-there", "two.html": "/"}
    return [{"name": name, "url": f"{url}{path}"} for name, path in paths.items()]


@pytest.mark.parametrize("name", ["support", "ops"])
async def test_only_the_file_that_can_t_be_had_is_linked(house: House, name: str) -> None:
    """The files after it are uploaded all the same."""
    await house.accept("m1", name, content="Here", files=_files(house))
    await house.work_off(name)

    assert _names(house) == [(), ("one.html",), (), ("two.html",)]
    assert "lost.txt" in house.sandbox.posts[2].text


async def test_a_file_in_slack_keeps_no_other_post_from_being_edited(house: House) -> None:
    """It has no id, so it stays, and comes once more; the text and the link are edited."""
    for content in ("One", "Two"):
        await house.accept("m1", "support", content=content, files=_files(house)[:2])
    await house.work_off("support")

    text, _, link, _ = house.sandbox.posts
    assert _names(house) == [(), ("one.html",), (), ("one.html",)]
    assert ("Two" in text.text, text.edited, link.edited) == (True, 1, 1)


@pytest.mark.parametrize("name", ["short", "long"])
async def test_parts_that_become_a_file_leave_no_old_part_behind(house: House, name: str) -> None:
    """In the channel or in the thread of the first part, as the destination says."""
    await house.accept("m1", name, content=PARTS[:15_000])
    await house.accept("m1", name, content=PARTS)
    await house.work_off(name)

    first, whole = house.sandbox.posts
    assert (first.edited, whole.files) == (1, (WHOLE,))
    assert whole.thread == (first.id if name == "long" else None)


async def test_a_file_that_is_refused_for_a_changed_message_comes_in_parts(house: House) -> None:
    """The old parts are edited, and more are posted."""
    await house.accept("m1", "short", content=PARTS[:15_000])
    await house.work_off("short")
    house.sandbox.slack.faults.add("files.getUploadURLExternal", SlackError("missing_scope"))
    await house.accept("m1", "short", content=PARTS)
    await house.work_off("short")

    assert [post.edited for post in house.sandbox.posts] == [1, 1, 0, 0]
    assert sum(_sentences(post) for post in house.sandbox.posts) == 1_000


def _sentences(post: Arrived) -> int:
    return sum(block.get("text", "").count("sentence") for block in post.blocks)
