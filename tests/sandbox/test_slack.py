"""The sandbox's Slack: what it keeps of a post, and the word it refuses everything else with."""

import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bridge.sandbox import BOT_TOKEN, Sandbox, SlackChannel, SlackToken, Workspace
from tests.sandbox.blocks import MARKDOWN
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import Wire


async def test_a_post_is_kept_as_a_reader_would_find_it(wire: Wire, clock: Clock) -> None:
    """Name, picture, text, blocks and body arrive as they were sent."""
    message = {
        "channel": "C1",
        "text": "hi",
        "blocks": [MARKDOWN],
        "username": "Max Evans",
        "icon_url": "https://example.org/max.png",
        "metadata": {"event_type": "message", "event_payload": {"id": "m1"}},
        "nonsense": 1,
    }
    reply = await wire.slack(message)

    (post,) = wire.sandbox.slack.posts
    assert reply.json()["ok"]
    assert reply.json()["ts"] == post.id == "1700000000.000000"
    assert reply.json()["message"]["blocks"] == [MARKDOWN]
    assert (post.platform, post.channel, post.username) == ("slack", "C1", "Max Evans")
    assert (post.text, post.blocks, post.thread) == ("hi", (MARKDOWN,), None)
    assert post.avatar == "https://example.org/max.png"
    assert post.time.timestamp() == clock.now
    assert post.metadata == message["metadata"]
    assert post.unknown_keys == ("nonsense",)
    assert json.loads(post.body) == message


async def test_ids_are_unique_and_grow(wire: Wire) -> None:
    """Two posts of one moment get two ids, in order."""
    ids = [(await wire.slack({"channel": "C1", "text": "x"})).json()["ts"] for _ in range(3)]

    assert ids == sorted(set(ids))


async def test_a_reply_stands_in_its_thread(wire: Wire) -> None:
    """A thread is named by the id of a post that is there."""
    parent = (await wire.slack({"channel": "C1", "text": "x"})).json()["ts"]
    reply = await wire.slack({"channel": "C1", "text": "y", "thread_ts": parent})

    assert reply.json()["message"]["thread_ts"] == parent
    assert wire.sandbox.posts[-1].thread == parent


async def test_long_text_is_cut_not_refused(wire: Wire) -> None:
    """Above 40,000 characters the rest is gone."""
    await wire.slack({"channel": "C1", "text": "x" * 40_001})

    assert len(wire.sandbox.posts[0].text) == 40_000


async def test_markdown_text_is_a_markdown_block(wire: Wire) -> None:
    """The argument and the block are two ways to the same message."""
    await wire.slack({"channel": "C1", "markdown_text": "**hi**"})

    assert wire.sandbox.posts[0].blocks == ({"type": "markdown", "text": "**hi**"},)


BAD_TOKENS = {
    "": "not_authed",
    "xoxb-wrong": "invalid_auth",
    "xoxb-gone": "token_revoked",
    "xoxb-mute": "missing_scope",
}


@pytest.mark.parametrize(("token", "word"), BAD_TOKENS.items(), ids=BAD_TOKENS.values())
async def test_a_token_has_to_be_good(wire: Wire, token: str, word: str) -> None:
    """Without a token that may write, nothing is taken."""
    reply = await wire.slack({"channel": "C1", "text": "x"}, token=token)

    assert (reply.status, reply.json()["error"]) == (200, word)
    assert wire.sandbox.calls[0].error == word
    assert not wire.sandbox.posts


OPEN = {"C1": "", "#support": "", "support": "", "G2": ""}
CLOSED = {
    "C2": "not_in_channel",
    "C3": "is_archived",
    "G1": "channel_not_found",
    "C9": "channel_not_found",
    "": "channel_not_found",
}


@pytest.mark.parametrize(("channel", "word"), [*OPEN.items(), *CLOSED.items()])
async def test_a_channel_has_to_be_open(wire: Wire, channel: str, word: str) -> None:
    """The app posts where it is a member, by id or by name, and nowhere else."""
    reply = await wire.slack({"channel": channel, "text": "x"})

    assert reply.json().get("error", "") == word


async def test_public_channels_need_no_invitation_with_the_scope_for_it(wire: Wire) -> None:
    """chat:write.public opens every public channel."""
    reply = await wire.slack({"channel": "C2", "text": "x"}, token="xoxb-public")

    assert reply.json()["ok"]


async def test_a_name_without_the_scope_is_refused(wire: Wire) -> None:
    """A post that brings a name needs chat:write.customize, and says so."""
    message = {"channel": "C1", "text": "x", "username": "Max"}
    reply = await wire.slack(message, token="xoxb-plain")

    assert reply.json() == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write.customize",
        "provided": "chat:write",
    }


async def test_a_name_without_the_scope_may_be_ignored_instead() -> None:
    """Nobody has verified which of the two Slack does: the workspace decides."""
    workspace = Workspace(
        without_customize="ignored", tokens=(SlackToken(scopes=frozenset({"chat:write"})),)
    )
    async with Sandbox(workspace=workspace) as sandbox:
        client = AsyncWebClient(BOT_TOKEN, base_url=sandbox.slack_api_url, retry_handlers=[])
        await client.chat_postMessage(channel="C024BE91L", text="x", username="Max")

    assert sandbox.posts[0].username == "NexusGPT"


FAULTY_MESSAGES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "no_text"),
    "white text": ({"text": " \n"}, "no_text"),
    "number as text": ({"text": 5}, "invalid_arguments"),
    "text twice": ({"text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
    "long markdown_text": ({"markdown_text": "x" * 12_001}, "msg_too_long"),
    "thread as number": ({"text": "x", "thread_ts": 1700000000.0}, "invalid_thread_ts"),
    "thread in words": ({"text": "x", "thread_ts": "now"}, "invalid_thread_ts"),
    "metadata as text": ({"text": "x", "metadata": "x"}, "invalid_metadata_format"),
    "metadata without a type": (
        {"text": "x", "metadata": {"event_payload": {}}},
        "invalid_metadata_format",
    ),
    "long metadata": (
        {"text": "x", "metadata": {"event_type": "x", "event_payload": {"x": "x" * 16_000}}},
        "metadata_too_large",
    ),
}


@pytest.mark.parametrize(("message", "word"), FAULTY_MESSAGES.values(), ids=FAULTY_MESSAGES.keys())
async def test_faulty_messages_are_refused(wire: Wire, message: dict[str, Any], word: str) -> None:
    """Each fault has its own word."""
    answer = (await wire.slack({"channel": "C1", **message})).json()

    assert answer["error"] == word
    assert not wire.sandbox.posts


async def test_a_reply_to_nothing_stands_in_the_channel(wire: Wire) -> None:
    """No error says so, only the answer, which shows no thread."""
    reply = (await wire.slack({"channel": "C1", "text": "x", "thread_ts": "1.000000"})).json()

    assert reply["ok"]
    assert "thread_ts" not in reply["message"]
    assert wire.sandbox.posts[0].thread is None


async def test_a_channel_may_take_no_replies(wire: Wire) -> None:
    """Other posts pass."""
    wire.sandbox.slack.put(SlackChannel(id="C7", name="news", threads=False))
    top = (await wire.slack({"channel": "C7", "text": "x"})).json()
    below = await wire.slack({"channel": "C7", "text": "y", "thread_ts": top["ts"]})

    assert below.json()["error"] == "restricted_action_non_threadable_channel"


async def test_a_reply_to_nothing_may_be_refused() -> None:
    """Where the workspace says so."""
    async with Sandbox(workspace=Workspace(unknown_thread="thread_not_found")) as sandbox:
        client = AsyncWebClient(BOT_TOKEN, base_url=sandbox.slack_api_url, retry_handlers=[])
        with pytest.raises(SlackApiError, match="thread_not_found"):
            await client.chat_postMessage(channel="C024BE91L", text="x", thread_ts="1.000000")

    assert sandbox.posts == []


async def test_a_deleted_message_keeps_its_thread_while_that_has_replies(wire: Wire) -> None:
    """Then it is gone, and with it the thread."""
    parent = (await wire.slack({"channel": "C1", "text": "x"})).json()["ts"]
    below = {"channel": "C1", "text": "y", "thread_ts": parent}
    await wire.slack(below)
    wire.sandbox.slack.delete(wire.sandbox.posts[0])
    await wire.slack(below)
    for _ in range(2):
        wire.sandbox.slack.delete(wire.sandbox.posts[0])
    await wire.slack(below)

    assert [post.thread for post in wire.sandbox.removed] == [None, parent, parent]
    assert [post.thread for post in wire.sandbox.posts] == [None]
