"""How a post in doubt is looked up in Slack, and what keeps it from being found."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bridge.deliveries import (
    Absent,
    Accepted,
    Confirmed,
    Remedy,
    Search,
    Unknown,
    Unsearchable,
)
from bridge.rendering import FilePost, SlackPost
from bridge.sandbox import (
    BRIDGE_SCOPES,
    HISTORY_SCOPES,
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    Sandbox,
    ServerError,
    SlackChannel,
    SlackError,
    SlackToken,
)
from bridge.sandbox.faults import Fault
from bridge.senders import Sender, slack_history
from bridge.senders.slack_history import MAX_PAGES
from tests.conftest import TOKEN
from tests.senders.ways import (
    DISCORD_POST,
    PLAIN_POST,
    WHOLE,
    Stub,
    discord,
    slack,
    slack_webhook,
)

HISTORY, REPLIES = "conversations.history", "conversations.replies"


def _post(**facts: Any) -> SlackPost:
    payload = {"message": "m1", "part": 1, "revision": 0, "destination": "support", **facts}
    metadata = {"event_type": "nexusgpt_message", "event_payload": payload}
    return SlackPost(text="Hello", metadata=metadata, part=payload["part"], parts=2)


POST = _post()


@pytest.fixture(name="sandbox")
def _sandbox(sandbox: Sandbox) -> Sandbox:
    """A workspace whose app may read."""
    sandbox.slack.put(SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES | HISTORY_SCOPES))
    return sandbox


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


async def _posted(sender: Sender, post: SlackPost = POST, thread: str | None = None) -> str:
    outcome = await sender.send(post, thread=thread)
    assert isinstance(outcome, Accepted)
    return outcome.confirmed.post_id


async def _find(
    sender: Sender,
    post: SlackPost | FilePost = POST,
    *,
    ago: timedelta = timedelta(minutes=1),
    **place: str | None,
) -> Search:
    return await sender.find(post, since=datetime.now(UTC) - ago, **place)


def _calls(sandbox: Sandbox) -> list[str]:
    return [call.method for call in sandbox.calls if call.method.startswith("conv")]


async def test_a_post_is_found_by_its_metadata(sender: Sender, sandbox: Sandbox) -> None:
    """Among others; it counts as accepted, with its id, and takes one call."""
    await _posted(sender, PLAIN_POST)
    ts = await _posted(sender)
    await _posted(sender, _post(message="m2"))

    confirmed = Confirmed(part=1, post_id=ts, channel="C1")
    assert await _find(sender) == Accepted(confirmed=confirmed)
    assert _calls(sandbox) == [HISTORY]


OTHERS: dict[str, dict[str, Any]] = {
    "another message": {"message": "m2"},
    "another part": {"part": 2},
    "another revision": {"revision": 1},
    "another destination of the same channel": {"destination": "copies"},
}


@pytest.mark.parametrize("facts", OTHERS.values(), ids=OTHERS)
async def test_another_post_is_not_taken_for_it(sender: Sender, facts: dict[str, Any]) -> None:
    """Whatever else they have in common."""
    await _posted(sender, _post(**facts))

    assert await _find(sender) == Absent()


async def test_what_was_edited_since_is_another_revision(sender: Sender) -> None:
    """Its metadata went with the edit."""
    ts = await _posted(sender)
    newer = _post(revision=1)
    newer = replace(newer, blocks=({"type": "markdown", "text": "New"},))
    await sender.edit(newer, Confirmed(part=1, post_id=ts, channel="C1"))

    assert await _find(sender) == Absent()
    assert isinstance(await _find(sender, newer), Accepted)


async def test_the_post_that_opened_a_thread_is_found_with_it(sender: Sender) -> None:
    """With a title, it carries the chat from now on."""
    ts = await _posted(sender)
    found = await _find(sender, title="A chat")

    assert isinstance(found, Accepted)
    assert found.thread == ts


async def test_a_reply_is_found_in_its_thread(sender: Sender, sandbox: Sandbox) -> None:
    """Without a title, the thread is not the chat's."""
    parent = await _posted(sender, PLAIN_POST)
    ts = await _posted(sender, thread=parent)

    confirmed = Confirmed(part=1, post_id=ts, channel="C1")
    assert await _find(sender, thread=parent) == Accepted(confirmed=confirmed)
    found = await _find(sender, thread=parent, title="A chat")
    assert found == Accepted(confirmed=confirmed, thread=parent)
    assert _calls(sandbox) == [REPLIES, REPLIES]


async def test_a_reply_to_a_thread_that_is_gone_is_found_in_the_channel(
    sender: Sender, sandbox: Sandbox
) -> None:
    """Slack put it there, where it opens a new thread."""
    parent = await _posted(sender, PLAIN_POST)
    sandbox.slack.delete(sandbox.posts[0])
    ts = await _posted(sender, thread=parent)
    found = await _find(sender, thread=parent, title="A chat")

    assert isinstance(found, Accepted)
    assert (found.confirmed.post_id, found.thread) == (ts, ts)
    assert _calls(sandbox) == [REPLIES, HISTORY]


async def test_what_is_nowhere_is_absent(sender: Sender, sandbox: Sandbox) -> None:
    """The thread is looked through first, then the channel."""
    parent = await _posted(sender, PLAIN_POST)

    assert await _find(sender, thread=parent) == Absent()
    assert _calls(sandbox) == [REPLIES, HISTORY]


async def test_nothing_older_is_looked_at(sender: Sender) -> None:
    """But for what clocks may differ by."""
    await _posted(sender)

    assert isinstance(await _find(sender, ago=-timedelta(minutes=4)), Accepted)
    assert await _find(sender, ago=-timedelta(minutes=6)) == Absent()


async def test_a_busy_channel_is_looked_through_page_by_page(
    sender: Sender, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to a bound: then it can't be told."""
    monkeypatch.setattr(slack_history, "PAGE", 3)
    ts = await _posted(sender)
    for _ in range(3):
        await _posted(sender, PLAIN_POST)
    found = await _find(sender)
    pages = len(_calls(sandbox))
    for _ in range((MAX_PAGES - 1) * 3):
        await _posted(sender, PLAIN_POST)
    lost = await _find(sender)

    assert isinstance(found, Accepted)
    assert (found.confirmed.post_id, pages) == (ts, 2)
    assert isinstance(lost, Unsearchable)
    assert "more messages came to the channel" in lost.reason
    assert len(_calls(sandbox)) == pages + MAX_PAGES


CLOSED: dict[str, tuple[SlackChannel | SlackToken, str]] = {
    "without the scope": (
        SlackToken(value=TOKEN),
        "Slack says missing_scope: to look posts up, the app needs channels:history, or "
        "groups:history in a private channel",
    ),
    "without an invitation": (
        SlackChannel(id="C1", name="support", member=False),
        "Slack says not_in_channel: invite the bot to the channel",
    ),
    "revoked": (
        SlackToken(value=TOKEN, error="token_revoked"),
        "Slack says token_revoked: install the app again and set its new token",
    ),
}


@pytest.mark.parametrize(("thing", "reason"), CLOSED.values(), ids=CLOSED)
@pytest.mark.parametrize("thread", [None, "1700000000.000001"])
async def test_what_may_not_be_read_can_t_be_searched(
    sender: Sender,
    sandbox: Sandbox,
    thing: SlackChannel | SlackToken,
    reason: str,
    thread: str | None,
) -> None:
    """The reason names what is missing."""
    sandbox.slack.put(thing)

    assert await _find(sender, thread=thread) == Unsearchable(reason=reason)


TROUBLE: dict[str, Fault | SlackError] = {
    "lost answer": LostAnswer(),
    "reset": Reset(),
    "hang": Hang(),
    "503": ServerError(),
    "garbage": Garbage(),
    "its own fault": SlackError("internal_error"),
    "not now": SlackError("service_unavailable"),
}


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
async def test_while_slack_can_t_answer_the_doubt_stays(
    sender: Sender, sandbox: Sandbox, fault: Fault
) -> None:
    """It is asked again later, before anything is sent."""
    sandbox.slack.faults.always(HISTORY, fault)  # aiohttp asks twice when a connection breaks
    found = await asyncio.create_task(_find(sender))  # in a task of its own: see `sent`

    assert isinstance(found, Unknown)
    assert found.reason.startswith("a post in doubt can't be looked up: ")
    assert "Slack" in found.reason


async def test_slow_down_is_heard(sender: Sender, sandbox: Sandbox) -> None:
    """With the wait that Slack asks for."""
    sandbox.slack.faults.add(HISTORY, RateLimited(retry_after=7))
    found = await _find(sender)

    assert isinstance(found, Unknown)
    assert found.retry_after == timedelta(seconds=7)


ODD: dict[str, tuple[Any, type[Search]]] = {
    "nothing": ({}, Absent),
    "no list": ({"messages": 5}, Absent),
    "no messages": ({"messages": [None, 5, "x", [], {}]}, Absent),
    "no metadata": ({"messages": [{"ts": "1.2", "metadata": 5}]}, Absent),
    "no payload": (
        {"messages": [{"ts": "1.2", "metadata": {"event_type": "nexusgpt_message"}}]},
        Absent,
    ),
    "no id": ({"messages": [{"metadata": POST.metadata}]}, Unknown),
    "no cursor": ({"messages": [], "response_metadata": 5}, Absent),
    "numbers as text": (
        {
            "messages": [
                {
                    "ts": "1.2",
                    "metadata": {
                        "event_type": "nexusgpt_message",
                        "event_payload": {
                            key: str(value)
                            for key, value in (POST.metadata or {})["event_payload"].items()
                        },
                    },
                }
            ]
        },
        Accepted,
    ),
}


@pytest.mark.parametrize(("answer", "kind"), ODD.values(), ids=ODD)
async def test_no_answer_makes_the_search_raise(
    session: aiohttp.ClientSession, stub: Stub, answer: dict[str, Any], kind: type[Search]
) -> None:
    """What has no form is nothing, and what has no id is no proof."""
    body = json.dumps({"ok": True, **answer}).encode()
    stub.answer(200, body, Content_Type="application/json")

    assert type(await _find(slack(session, f"{stub.url}/api/"))) is kind


async def test_what_carries_no_metadata_can_t_be_searched(sender: Sender, sandbox: Sandbox) -> None:
    """A file, and a post of a version that sent none."""
    for post in (WHOLE, replace(WHOLE, otherwise=Remedy.LINKED), PLAIN_POST):
        assert isinstance(await _find(sender, post), Unsearchable)
    assert sandbox.calls == []


async def test_webhooks_can_t_search(session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    """Neither platform lets them read, and nothing is asked."""
    now = datetime.now(UTC)
    incoming = slack_webhook(session, sandbox.slack.webhook_url("C1"))
    webhook = discord(session, sandbox.discord.webhook_url("111"))

    assert await incoming.find(POST, since=now) == Unsearchable(
        reason="an incoming webhook can't look posts up"
    )
    assert await webhook.find(DISCORD_POST, since=now) == Unsearchable(
        reason="a webhook of Discord's can't look posts up"
    )
    assert sandbox.calls == []


async def test_a_channel_that_takes_no_threads_has_none_to_be_found(
    sender: Sender, sandbox: Sandbox
) -> None:
    """What is found there is no thread to come back to."""
    word = "restricted_action_non_threadable_channel"
    sandbox.slack.faults.add("C1", SlackError(word))
    await sender.send(POST, thread="1700000000.000001", title="A chat")
    ts = await _posted(sender)
    found = await _find(sender, title="A chat")

    assert found == Accepted(confirmed=Confirmed(part=1, post_id=ts, channel="C1"))
