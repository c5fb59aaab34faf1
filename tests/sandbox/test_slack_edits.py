"""The sandbox's Slack: what chat.update and chat.delete change, and what they refuse."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bridge.sandbox import BOT_TOKEN, Sandbox, SlackChannel, SlackError
from tests.sandbox.blocks import MARKDOWN, section
from tests.sandbox.wire import Reply, Wire


async def posted(wire: Wire, **message: Any) -> str:
    """Post to C1 and return the `ts`."""
    reply = await wire.slack({"channel": "C1", "text": "old", **message})
    return str(reply.json()["ts"])


async def update(wire: Wire, ts: str, channel: str = "C1", **message: Any) -> Reply:
    """Edit a post."""
    return await wire.slack({"channel": channel, "ts": ts, **message}, "chat.update")


async def delete(wire: Wire, ts: str, channel: str = "C1") -> Reply:
    """Delete a post."""
    return await wire.slack({"channel": channel, "ts": ts}, "chat.delete")


async def test_an_edit_changes_the_words_and_nothing_else(wire: Wire) -> None:
    """Place, time, author and thread stay; the post knows that it was edited."""
    parent = await posted(wire)
    ts = await posted(wire, username="Max", thread_ts=parent, blocks=[MARKDOWN])
    await posted(wire, text="later")
    before = wire.sandbox.posts[1]
    reply = await update(wire, ts, text="new", blocks=[section("new")])

    after = wire.sandbox.posts[1]
    assert reply.json()["ok"]
    assert (reply.json()["ts"], reply.json()["text"]) == (ts, "new")
    assert reply.json()["message"]["blocks"] == [section("new")]
    assert (after.text, after.blocks, after.edited) == ("new", (section("new"),), 1)
    assert (after.id, after.time, after.username, after.thread) == (ts, before.time, "Max", parent)
    assert [post.text for post in wire.sandbox.posts] == ["old", "new", "later"]
    assert after.unknown_keys == ()


async def test_an_edit_with_text_alone_takes_the_blocks_away(wire: Wire) -> None:
    """As the documentation of chat.update says."""
    ts = await posted(wire, blocks=[MARKDOWN])
    await update(wire, ts, text="new")

    assert wire.sandbox.posts[0].blocks == ()


METADATA = {"event_type": "message", "event_payload": {"id": "m1"}}


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (None, METADATA),
        ({}, None),
        ({**METADATA, "event_type": "x"}, {**METADATA, "event_type": "x"}),
    ],
    ids=["not told", "empty", "changed"],
)
async def test_metadata_stays_unless_told(
    wire: Wire, told: dict[str, Any] | None, kept: dict[str, Any] | None
) -> None:
    """An empty object removes it."""
    ts = await posted(wire, metadata=METADATA)
    given: dict[str, Any] = {} if told is None else {"metadata": told}
    await update(wire, ts, text="new", **given)

    assert wire.sandbox.posts[0].metadata == kept


async def test_what_chat_update_has_no_argument_for_is_shown(wire: Wire) -> None:
    """A name can't be changed by an edit."""
    ts = await posted(wire)
    await update(wire, ts, text="new", username="Max", mrkdwn=False)

    assert wire.sandbox.posts[0].unknown_keys == ("mrkdwn", "username")


async def test_pings_of_all_that_stood_there_are_kept(wire: Wire) -> None:
    """Who was notified by a post was notified, whatever it says now."""
    ts = await posted(wire, text="<!channel> <@U1>")
    await update(wire, ts, text="<@U1> <!everyone> <!subteam^S1>")

    assert wire.sandbox.posts[0].pings == ("<!channel>", "<@U1>", "<!everyone>", "<!subteam^S1>")


FAULTY_EDITS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "no_text"),
    "no such message": ({"ts": "1.000000", "text": "x"}, "message_not_found"),
    "no ts": ({"ts": None, "text": "x"}, "message_not_found"),
    "no such channel": ({"channel": "C9", "text": "x"}, "channel_not_found"),
    "a channel's name": ({"channel": "support", "text": "x"}, "channel_not_found"),
    "another channel": ({"channel": "G2", "text": "x"}, "message_not_found"),
    "a private channel": ({"channel": "G1", "text": "x"}, "channel_not_found"),
    "an archived channel": ({"channel": "C3", "text": "x"}, "is_inactive"),
    "faulty blocks": ({"text": "x", "blocks": [{}]}, "invalid_blocks"),
    "long markdown": (
        {"text": "x", "blocks": [{"type": "markdown", "text": "x" * 12_001}]},
        "msg_too_long",
    ),
    "faulty metadata": ({"text": "x", "metadata": "x"}, "invalid_metadata_format"),
}


@pytest.mark.parametrize(("message", "word"), FAULTY_EDITS.values(), ids=FAULTY_EDITS)
async def test_faulty_edits_are_refused(wire: Wire, message: dict[str, Any], word: str) -> None:
    """The post stays as it was."""
    ts = await posted(wire)
    reply = await wire.slack({"channel": "C1", "ts": ts, **message}, "chat.update")

    assert (reply.status, reply.json()["error"]) == (200, word)
    assert [(post.text, post.edited) for post in wire.sandbox.posts] == [("old", 0)]


async def test_a_deleted_post_is_gone_but_not_forgotten(wire: Wire) -> None:
    """A reader finds it no more, nor does Slack; tests can see what was removed."""
    ts = await posted(wire)
    reply = await delete(wire, ts)

    assert reply.json() == {"ok": True, "channel": "C1", "ts": ts}
    assert wire.sandbox.posts == []
    assert [post.id for post in wire.sandbox.removed] == [ts]
    assert (await delete(wire, ts)).json()["error"] == "message_not_found"
    assert (await update(wire, ts, text="x")).json()["error"] == "message_not_found"


async def test_in_an_archived_channel_a_post_can_still_be_deleted(wire: Wire) -> None:
    """Its list of errors knows no word against it."""
    ts = await posted(wire)
    wire.sandbox.slack.put(SlackChannel(id="C1", name="support", archived=True))

    assert (await delete(wire, ts)).json()["ok"]


async def test_what_a_webhook_has_posted_no_token_can_change(wire: Wire) -> None:
    """It is from another author."""
    await wire.hook({"text": "old"})
    ts = wire.sandbox.posts[0].id

    assert (await update(wire, ts, text="x")).json()["error"] == "cant_update_message"
    assert (await delete(wire, ts)).json()["error"] == "cant_delete_message"


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
async def test_changing_needs_the_scope_of_posting(wire: Wire, method: str) -> None:
    """chat:write is for all three."""
    reply = await wire.slack({"channel": "C1"}, method, token="xoxb-mute")

    assert (reply.json()["error"], reply.json()["needed"]) == ("missing_scope", "chat:write")


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
@pytest.mark.parametrize("place", ["channel", "method"])
async def test_faults_can_wait_for_changes(wire: Wire, method: str, place: str) -> None:
    """At the channel, or at the name of the method."""
    ts = await posted(wire)
    fault = SlackError("edit_window_closed")
    wire.sandbox.slack.faults.add("C1" if place == "channel" else method, fault)
    arguments = {"channel": "C1", "ts": ts, "text": "x"}

    assert (await wire.slack(arguments, method)).json()["error"] == "edit_window_closed"
    assert (await wire.slack(arguments, method)).json()["ok"]


async def test_the_official_client_can_edit_and_delete(sandbox: Sandbox) -> None:
    """slack-sdk's calls work unchanged."""
    client = AsyncWebClient(BOT_TOKEN, base_url=sandbox.slack_api_url, retry_handlers=[])
    posted = await client.chat_postMessage(channel="C1", text="old", metadata=METADATA)
    await client.chat_update(channel="C1", ts=posted["ts"], text="new", blocks=[MARKDOWN])
    [edited] = sandbox.posts
    await client.chat_delete(channel="C1", ts=posted["ts"])

    assert (edited.text, edited.blocks, edited.metadata) == ("new", (MARKDOWN,), METADATA)
    assert sandbox.posts == []
