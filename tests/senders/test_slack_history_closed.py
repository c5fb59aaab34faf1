"""What keeps a post in doubt from being looked up, and what that means."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bridge.deliveries import Absent, Accepted, Remedy, Search, Unknown, Unsearchable
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
from tests.conftest import TOKEN
from tests.senders.looking import HISTORY, POST, find, make_post, posted
from tests.senders.ways import DISCORD_POST, PLAIN_POST, WHOLE, Stub, discord, slack, slack_webhook


@pytest.fixture(name="sandbox")
def _sandbox(sandbox: Sandbox) -> Sandbox:
    """A workspace whose app may read."""
    sandbox.slack.put(SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES | HISTORY_SCOPES))
    return sandbox


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


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

    assert await find(sender, thread=thread) == Unsearchable(reason=reason)


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
    found = await asyncio.create_task(find(sender))  # in a task of its own: see `sent`

    assert isinstance(found, Unknown)
    assert found.reason.startswith("a post in doubt can't be looked up: ")
    assert "Slack" in found.reason


async def test_slow_down_is_heard(sender: Sender, sandbox: Sandbox) -> None:
    """With the wait that Slack asks for."""
    sandbox.slack.faults.add(HISTORY, RateLimited(retry_after=7))
    found = await find(sender)

    assert isinstance(found, Unknown)
    assert found.retry_after == timedelta(seconds=7)


async def test_an_app_that_may_look_but_once_a_minute_can_t_search_a_busy_channel(
    sender: Sender, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would begin at the first page for ever, and its lane would wait for that."""
    monkeypatch.setattr(slack_history, "PAGE", 3)
    for _ in range(4):
        await posted(sender, make_post(message="another"))
    sandbox.slack.faults.add(HISTORY, None, RateLimited(retry_after=60))

    assert isinstance(await find(sender), Unsearchable)


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

    assert type(await find(slack(session, f"{stub.url}/api/"))) is kind


async def test_what_carries_no_metadata_can_t_be_searched(sender: Sender, sandbox: Sandbox) -> None:
    """A file, and a post of a version that sent none."""
    for post in (WHOLE, replace(WHOLE, otherwise=Remedy.LINKED), PLAIN_POST):
        assert isinstance(await find(sender, post), Unsearchable)
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
