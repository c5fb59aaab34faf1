"""The sandbox's Slack: what conversations.history and conversations.replies tell, and refuse."""

from collections.abc import Mapping
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bridge.sandbox import BOT_TOKEN, BRIDGE_SCOPES, HISTORY_SCOPES, SlackToken
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import Wire

READER = "xoxb-reader"
HISTORY, REPLIES = "conversations.history", "conversations.replies"
METADATA = {"event_type": "message", "event_payload": {"id": "m1", "part": 1}}


@pytest.fixture(name="wire")
def _wire(wire: Wire) -> Wire:
    """A workspace with a token that may read."""
    wire.sandbox.slack.put(SlackToken(value=READER, scopes=BRIDGE_SCOPES | HISTORY_SCOPES))
    return wire


async def posted(wire: Wire, text: str, **more: Any) -> str:
    """Post to C1 and return the `ts`."""
    reply = await wire.slack({"channel": "C1", "text": text, **more})
    return str(reply.json()["ts"])


async def read(wire: Wire, method: str = HISTORY, **more: Any) -> dict[str, Any]:
    """Read C1 and return the answer."""
    reply = await wire.slack({"channel": "C1", **more}, method, token=READER)
    answer: dict[str, Any] = reply.json()
    return answer


def texts(answer: Mapping[str, Any]) -> list[str]:
    """Return the texts of an answer's messages."""
    return [message["text"] for message in answer["messages"]]


async def test_history_is_newest_first_and_without_replies(wire: Wire) -> None:
    """Other channels have nothing to do with it."""
    first = await posted(wire, "one")
    await posted(wire, "below", thread_ts=first)
    await posted(wire, "two")
    await wire.slack({"channel": "G2", "text": "elsewhere"})
    answer = await read(wire)

    assert texts(answer) == ["two", "one"]
    assert (answer["has_more"], answer["response_metadata"]["next_cursor"]) == (False, "")


async def test_replies_are_oldest_first_below_their_message(wire: Wire) -> None:
    """Each of them leads to the whole thread; a message without any stands alone."""
    parent = await posted(wire, "one")
    below = [await posted(wire, text, thread_ts=parent) for text in ("two", "three")]
    alone = await posted(wire, "alone")

    for ts in (parent, *below):
        assert texts(await read(wire, REPLIES, ts=ts)) == ["one", "two", "three"]
    answer = await read(wire, REPLIES, ts=alone)
    assert texts(answer) == ["alone"]
    assert "thread_ts" not in answer["messages"][0]


async def test_metadata_is_told_in_full_only_when_asked_for(wire: Wire) -> None:
    """Otherwise of what kind it is."""
    parent = await posted(wire, "one", metadata=METADATA)
    await posted(wire, "two")

    for method in (HISTORY, REPLIES):
        told = await read(wire, method, ts=parent)
        asked = await read(wire, method, ts=parent, include_all_metadata=True)
        assert told["messages"][-1]["metadata"] == {"event_type": "message"}
        assert asked["messages"][-1]["metadata"] == METADATA
        assert "metadata" not in (await read(wire))["messages"][0]


async def test_a_file_is_named_in_its_message(wire: Wire) -> None:
    """Its bytes are elsewhere."""
    ticket = await wire.send(
        "POST",
        wire.sandbox.slack_api_url + "files.getUploadURLExternal",
        data={"token": BOT_TOKEN, "filename": "a.md", "length": "1"},
    )
    await wire.send("POST", ticket.json()["upload_url"], data=b"x")
    shared = {"files": [{"id": ticket.json()["file_id"]}], "channel_id": "C1"}
    await wire.slack(shared, "files.completeUploadExternal")

    assert (await read(wire))["messages"][0]["files"] == [{"name": "a.md"}]


@pytest.mark.parametrize("method", [HISTORY, REPLIES])
async def test_pages_follow_each_other_by_their_cursors(wire: Wire, method: str) -> None:
    """Nothing is told twice, nor left out; a thread's first message stands on the first page."""
    parent = await posted(wire, "0")
    thread = {"thread_ts": parent} if method == REPLIES else {}
    for number in range(1, 6):
        await posted(wire, str(number), **thread)
    pages: list[list[str]] = []
    cursor = ""
    while not pages or cursor:
        page = await read(wire, method, ts=parent, limit=2, cursor=cursor)
        pages.append(texts(page))
        cursor = page["response_metadata"]["next_cursor"]
        assert page["has_more"] is bool(cursor)

    newest_first = [["5", "4"], ["3", "2"], ["1", "0"]]
    assert pages == (newest_first if method == HISTORY else [["0", "1", "2"], ["3", "4"], ["5"]])


WINDOWS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "after": ({"oldest": "1001"}, ["3"]),
    "after, with its edge": ({"oldest": "1001", "inclusive": "true"}, ["3", "2"]),
    "before": ({"latest": "1001.000000"}, ["1"]),
    "before, with its edge": ({"latest": 1001, "inclusive": 1}, ["2", "1"]),
    "between": ({"oldest": "1000", "latest": "1002"}, ["2"]),
    "nothing": ({"oldest": "5000"}, []),
}


@pytest.mark.parametrize(("window", "found"), WINDOWS.values(), ids=WINDOWS)
async def test_a_window_leaves_out_what_is_older_or_newer(
    wire: Wire, clock: Clock, window: dict[str, Any], found: list[str]
) -> None:
    """And its edges, unless they are asked for; a thread's first message is always told."""
    tses = []
    for number in (1, 2, 3):
        clock.now = 999 + number
        tses.append(await posted(wire, str(number)))
    await posted(wire, "below", thread_ts=tses[0])
    told = texts(await read(wire, REPLIES, ts=tses[0], **window))

    assert texts(await read(wire, **window)) == found
    assert told == ["1", *(["below"] if "3" in found else [])]


async def test_a_deleted_message_is_told_of_while_it_has_replies(wire: Wire) -> None:
    """Its words are gone."""
    parent = await posted(wire, "one")
    await posted(wire, "below", thread_ts=parent)
    wire.sandbox.slack.delete(wire.sandbox.posts[0])

    for answer in (await read(wire), await read(wire, REPLIES, ts=parent)):
        first = answer["messages"][0]
        assert (first["subtype"], first["ts"]) == ("tombstone", parent)
        assert first["text"] == "This message was deleted."


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no channel": ({"channel": None}, "channel_not_found"),
    "a channel's name": ({"channel": "support"}, "channel_not_found"),
    "a private channel of others": ({"channel": "G1"}, "channel_not_found"),
    "a public channel of others": ({"channel": "C2"}, "not_in_channel"),
    "oldest in words": ({"oldest": "yesterday"}, "invalid_ts_oldest"),
    "oldest below zero": ({"oldest": -1}, "invalid_ts_oldest"),
    "latest in words": ({"latest": "now"}, "invalid_ts_latest"),
    "no limit": ({"limit": 0}, "invalid_limit"),
    "a limit in words": ({"limit": "all"}, "invalid_limit"),
    "too high a limit": ({"limit": 1_001}, "invalid_limit"),
    "no base64": ({"cursor": "#"}, "invalid_cursor"),
    "no text": ({"cursor": "/w=="}, "invalid_cursor"),
    "another cursor": ({"cursor": "dXNlcjpVMDYxTkZUVDI="}, "invalid_cursor"),
    "a cursor to nowhere": ({"cursor": "bmV4dF90czp4"}, "invalid_cursor"),
}


@pytest.mark.parametrize("method", [HISTORY, REPLIES])
@pytest.mark.parametrize(("given", "word"), REFUSED.values(), ids=REFUSED)
async def test_faulty_questions_are_refused(
    wire: Wire, method: str, given: dict[str, Any], word: str
) -> None:
    """Each fault has its own word."""
    ts = await posted(wire, "one")

    assert (await read(wire, method, ts=ts, **given)).get("error") == word


@pytest.mark.parametrize("ts", [None, "1.000000", "x"])
async def test_a_thread_that_isn_t_there_is_not_found(wire: Wire, ts: str | None) -> None:
    """Nor one whose message is gone, with all that was below it."""
    gone = await posted(wire, "one")
    wire.sandbox.slack.delete(wire.sandbox.posts[0])

    assert (await read(wire, REPLIES, ts=ts))["error"] == "thread_not_found"
    assert (await read(wire, REPLIES, ts=gone))["error"] == "thread_not_found"


@pytest.mark.parametrize("method", [HISTORY, REPLIES])
@pytest.mark.parametrize(
    ("channel", "scope"), [("C1", "channels:history"), ("G2", "groups:history")]
)
async def test_reading_needs_the_scope_of_the_kind_of_channel(
    wire: Wire, method: str, channel: str, scope: str
) -> None:
    """Posting is another matter."""
    wire.sandbox.slack.put(SlackToken(value=READER, scopes=HISTORY_SCOPES - {scope}))
    answer = await read(wire, method, channel=channel)

    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


async def test_the_official_client_can_read(wire: Wire) -> None:
    """slack-sdk's calls work unchanged: it asks by GET, where true is 1."""
    parent = await posted(wire, "one", metadata=METADATA)
    url = wire.sandbox.slack_api_url
    client = AsyncWebClient(READER, base_url=url, retry_handlers=[])
    given: dict[str, Any] = {"channel": "C1", "include_all_metadata": True, "oldest": "0"}
    history = await client.conversations_history(**given, limit=5)
    replies = await client.conversations_replies(ts=parent, **given)

    assert history["messages"][0]["metadata"] == replies["messages"][0]["metadata"] == METADATA
