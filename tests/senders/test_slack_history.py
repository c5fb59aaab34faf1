"""How a post in doubt is looked up in Slack, by the metadata that it was sent with."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bridge.deliveries import Absent, Accepted, Confirmed, Unsearchable
from bridge.sandbox import BRIDGE_SCOPES, HISTORY_SCOPES, Sandbox, SlackError, SlackToken
from bridge.senders import Sender, slack_history
from bridge.senders.slack_history import MAX_PAGES
from tests.conftest import TOKEN
from tests.senders.looking import HISTORY, POST, REPLIES, find, looks, make_post, posted
from tests.senders.ways import PLAIN_POST, slack


@pytest.fixture(name="sandbox")
def _sandbox(sandbox: Sandbox) -> Sandbox:
    """A workspace whose app may read."""
    sandbox.slack.put(SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES | HISTORY_SCOPES))
    return sandbox


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


async def test_a_post_is_found_by_its_metadata(sender: Sender, sandbox: Sandbox) -> None:
    """Among others; it counts as accepted, with its id, and takes one call."""
    await posted(sender, PLAIN_POST)
    ts = await posted(sender)
    await posted(sender, make_post(message="m2"))

    confirmed = Confirmed(part=1, post_id=ts, channel="C1")
    assert await find(sender) == Accepted(confirmed=confirmed)
    assert looks(sandbox) == [HISTORY]


OTHERS: dict[str, dict[str, Any]] = {
    "another message": {"message": "m2"},
    "another part": {"part": 2},
    "another revision": {"revision": 1},
    "another destination of the same channel": {"destination": "copies"},
}


@pytest.mark.parametrize("facts", OTHERS.values(), ids=OTHERS)
async def test_another_post_is_not_taken_for_it(sender: Sender, facts: dict[str, Any]) -> None:
    """Whatever else they have in common."""
    await posted(sender, make_post(**facts))

    assert await find(sender) == Absent()


async def test_what_was_edited_since_is_another_revision(sender: Sender) -> None:
    """Its metadata went with the edit."""
    ts = await posted(sender)
    newer = make_post(revision=1)
    newer = replace(newer, blocks=({"type": "markdown", "text": "New"},))
    await sender.edit(newer, Confirmed(part=1, post_id=ts, channel="C1"))

    assert await find(sender) == Absent()
    assert isinstance(await find(sender, newer), Accepted)


async def test_the_post_that_opened_a_thread_is_found_with_it(sender: Sender) -> None:
    """With a title, it carries the chat from now on."""
    ts = await posted(sender)
    found = await find(sender, title="A chat")

    assert isinstance(found, Accepted)
    assert found.thread == ts


async def test_a_reply_is_found_in_its_thread(sender: Sender, sandbox: Sandbox) -> None:
    """Without a title, the thread is not the chat's."""
    parent = await posted(sender, PLAIN_POST)
    ts = await posted(sender, thread=parent)

    confirmed = Confirmed(part=1, post_id=ts, channel="C1")
    assert await find(sender, thread=parent) == Accepted(confirmed=confirmed)
    found = await find(sender, thread=parent, title="A chat")
    assert found == Accepted(confirmed=confirmed, thread=parent)
    assert looks(sandbox) == [REPLIES, REPLIES]


async def test_a_reply_to_a_thread_that_is_gone_is_found_in_the_channel(
    sender: Sender, sandbox: Sandbox
) -> None:
    """Slack put it there, where it opens a new thread."""
    parent = await posted(sender, PLAIN_POST)
    sandbox.slack.delete(sandbox.posts[0])
    ts = await posted(sender, thread=parent)
    found = await find(sender, thread=parent, title="A chat")

    assert isinstance(found, Accepted)
    assert (found.confirmed.post_id, found.thread) == (ts, ts)
    assert looks(sandbox) == [REPLIES, HISTORY]


async def test_what_is_nowhere_is_absent(sender: Sender, sandbox: Sandbox) -> None:
    """The thread is looked through first, then the channel."""
    parent = await posted(sender, PLAIN_POST)

    assert await find(sender, thread=parent) == Absent()
    assert looks(sandbox) == [REPLIES, HISTORY]


async def test_nothing_older_is_looked_at(sender: Sender) -> None:
    """But for what clocks may differ by."""
    await posted(sender)

    assert isinstance(await find(sender, ago=-timedelta(minutes=4)), Accepted)
    assert await find(sender, ago=-timedelta(minutes=6)) == Absent()


async def test_a_busy_channel_is_looked_through_page_by_page(
    sender: Sender, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to a bound: then it can't be told."""
    monkeypatch.setattr(slack_history, "PAGE", 3)
    ts = await posted(sender)
    for _ in range(3):
        await posted(sender, PLAIN_POST)
    found = await find(sender)
    pages = len(looks(sandbox))
    for _ in range((MAX_PAGES - 1) * 3):
        await posted(sender, PLAIN_POST)
    lost = await find(sender)

    assert isinstance(found, Accepted)
    assert (found.confirmed.post_id, pages) == (ts, 2)
    assert isinstance(lost, Unsearchable)
    assert "more messages came to the channel" in lost.reason
    assert len(looks(sandbox)) == pages + MAX_PAGES


async def test_a_channel_that_takes_no_threads_has_none_to_be_found(
    sender: Sender, sandbox: Sandbox
) -> None:
    """What is found there is no thread to come back to."""
    word = "restricted_action_non_threadable_channel"
    sandbox.slack.faults.add("C1", SlackError(word))
    await sender.send(POST, thread="1700000000.000001", title="A chat")
    ts = await posted(sender)
    found = await find(sender, title="A chat")

    assert found == Accepted(confirmed=Confirmed(part=1, post_id=ts, channel="C1"))
