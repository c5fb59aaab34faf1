"""The sandbox's Slack: the three steps of a file, and what each of them refuses."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bridge.sandbox import BOT_TOKEN, LostAnswer, Sandbox, SlackError, SlackToken
from tests.sandbox.wire import Reply, Wire

ANNOUNCE = "files.getUploadURLExternal"
COMPLETE = "files.completeUploadExternal"


async def call(
    wire: Wire, method: str, form: Mapping[str, Any], token: str = BOT_TOKEN
) -> dict[str, Any]:
    """Call a method with a form and return its answer."""
    reply = await wire.send(
        "POST",
        wire.sandbox.slack_api_url + method,
        data=form,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert reply.status == 200
    answer: dict[str, Any] = reply.json()
    return answer


async def uploaded(wire: Wire, content: bytes = b"# All", name: str = "all.md") -> str:
    """Take the first two steps and return the file's id."""
    ticket = await call(wire, ANNOUNCE, {"filename": name, "length": str(len(content))})
    sent = await wire.send("POST", ticket["upload_url"], data=content)
    assert (sent.status, sent.text) == (200, f"OK - {len(content)}")
    return str(ticket["file_id"])


async def share(wire: Wire, *files: str, **more: str) -> dict[str, Any]:
    """Take the last step."""
    listed = json.dumps([{"id": file, "title": "All of it"} for file in files])
    return await call(wire, COMPLETE, {"files": listed, "channel_id": "C1", **more})


async def test_a_file_takes_three_steps(wire: Wire) -> None:
    """Its name, its bytes and the comment stand in the channel; the answer has no `ts`."""
    file = await uploaded(wire)
    assert wire.sandbox.posts == []
    answer = await share(wire, file, initial_comment="The *whole* message")

    [post] = wire.sandbox.posts
    assert answer == {"ok": True, "files": [{"id": file, "title": "All of it"}]}
    assert (post.files, post.contents) == (("all.md",), (b"# All",))
    assert (post.text, post.username, post.thread) == ("The *whole* message", "NexusGPT", None)


async def test_files_can_come_together_into_a_thread(wire: Wire) -> None:
    """Several files of one call are one post."""
    parent = (await wire.slack({"channel": "C1", "text": "x"})).json()["ts"]
    files = [await uploaded(wire, b"1", "1.md"), await uploaded(wire, b"22", "2.md")]
    await share(wire, *files, thread_ts=parent)

    post = wire.sandbox.posts[1]
    assert (post.thread, post.files, post.contents) == (parent, ("1.md", "2.md"), (b"1", b"22"))
    assert post.text == ""


async def test_without_a_channel_a_file_stays_private(wire: Wire) -> None:
    """Nothing is posted."""
    listed = json.dumps([{"id": await uploaded(wire)}])
    answer = await call(wire, COMPLETE, {"files": listed})

    assert answer["ok"]
    assert wire.sandbox.posts == []


async def test_a_comment_can_ping(wire: Wire) -> None:
    """It is mrkdwn like any text."""
    await share(wire, await uploaded(wire), initial_comment="<!everyone>")

    assert wire.sandbox.posts[0].pings == ("<!everyone>",)


FAULTY_TICKETS: dict[str, tuple[dict[str, str], str]] = {
    "no name": ({"length": "1"}, "invalid_arguments"),
    "empty name": ({"filename": "", "length": "1"}, "invalid_arguments"),
    "no length": ({"filename": "x"}, "invalid_arguments"),
    "length in words": ({"filename": "x", "length": "one"}, "invalid_arguments"),
    "no bytes": ({"filename": "x", "length": "0"}, "missing_argument"),
    "too many bytes": ({"filename": "x", "length": str(2**30 + 1)}, "file_upload_size_restricted"),
}


@pytest.mark.parametrize(("form", "word"), FAULTY_TICKETS.values(), ids=FAULTY_TICKETS)
async def test_faulty_tickets_are_refused(wire: Wire, form: dict[str, str], word: str) -> None:
    """A ticket needs a name and a length."""
    assert (await call(wire, ANNOUNCE, form))["error"] == word


async def test_a_ticket_is_asked_for_by_form_only(wire: Wire) -> None:
    """Unlike everywhere else, JSON is not understood."""
    reply = await wire.slack({"filename": "x", "length": 1}, ANNOUNCE)

    assert reply.json()["error"] == "invalid_arguments"


async def test_bytes_have_to_be_those_that_were_announced(wire: Wire) -> None:
    """Another number of them, or none that were announced, is refused; nothing can be shared."""
    ticket = await call(wire, ANNOUNCE, {"filename": "x", "length": "3"})
    short = await wire.send("POST", ticket["upload_url"], data=b"12")
    stray = await wire.send("POST", ticket["upload_url"] + "0", data=b"123")

    assert (short.status, short.text) == (400, "length_mismatch")
    assert (stray.status, stray.text) == (404, "file_not_found")
    assert (await share(wire, ticket["file_id"]))["error"] == "file_not_found"


FAULTY_SHARES: dict[str, tuple[dict[str, str], str]] = {
    "no files": ({"files": "[]"}, "invalid_arguments"),
    "no list": ({"files": "F1"}, "invalid_arguments"),
    "list of strings": ({"files": '["F1"]'}, "invalid_arguments"),
    "no id": ({"files": '[{"title": "x"}]'}, "invalid_arguments"),
    "unknown id": ({"files": '[{"id": "F9"}]'}, "file_not_found"),
    "unknown channel": ({"channel_id": "C9"}, "channel_not_found"),
    "a channel's name": ({"channel_id": "support"}, "channel_not_found"),
    "private channel": ({"channel_id": "G1"}, "channel_not_found"),
    "not a member": ({"channel_id": "C2"}, "not_in_channel"),
    "archived": ({"channel_id": "C3"}, "posting_to_channel_denied"),
    "thread in words": ({"thread_ts": "now"}, "invalid_thread_ts"),
}


@pytest.mark.parametrize(("form", "word"), FAULTY_SHARES.values(), ids=FAULTY_SHARES)
async def test_faulty_shares_are_refused(wire: Wire, form: dict[str, str], word: str) -> None:
    """The file is not in the channel, and can be shared later."""
    file = await uploaded(wire)

    assert (await share(wire, file, **form))["error"] == word
    assert wire.sandbox.posts == []
    assert (await share(wire, file))["ok"]


async def test_a_ticket_is_used_up(wire: Wire) -> None:
    """A file can be shared once."""
    file = await uploaded(wire)
    await share(wire, file)

    assert (await share(wire, file))["error"] == "file_not_found"


@pytest.mark.parametrize("method", [ANNOUNCE, COMPLETE])
async def test_files_need_a_scope_of_their_own(wire: Wire, method: str) -> None:
    """chat:write, even chat:write.public, is not enough."""
    answer = await call(wire, method, {}, token="xoxb-public")

    assert (answer["error"], answer["needed"]) == ("missing_scope", "files:write")


async def test_chat_write_public_opens_no_channel_for_files(wire: Wire) -> None:
    """The app has to be a member."""
    scopes = frozenset({"chat:write.public", "files:write"})
    wire.sandbox.slack.put(SlackToken(value="xoxb-filer", scopes=scopes))
    listed = json.dumps([{"id": await uploaded(wire)}])
    answer = await call(wire, COMPLETE, {"files": listed, "channel_id": "C2"}, token="xoxb-filer")

    assert answer["error"] == "not_in_channel"


@pytest.mark.parametrize("place", [ANNOUNCE, COMPLETE, "C1"])
async def test_faults_can_wait_for_the_calls_of_a_file(wire: Wire, place: str) -> None:
    """At the name of each step; at the channel for the one that names it."""
    wire.sandbox.slack.faults.add(place, SlackError("file_uploads_disabled"))
    ticket = await call(wire, ANNOUNCE, {"filename": "x", "length": "1"})
    answer = ticket if not ticket["ok"] else await share(wire, await uploaded(wire))

    assert answer["error"] == "file_uploads_disabled"


async def test_a_fault_can_wait_for_the_bytes(wire: Wire) -> None:
    """That step is called "upload"; its refusal is an HTTP status."""
    wire.sandbox.slack.faults.add("upload", SlackError("gone", status=403))
    ticket = await call(wire, ANNOUNCE, {"filename": "x", "length": "1"})
    refused: Reply = await wire.send("POST", ticket["upload_url"], data=b"x")

    assert (refused.status, refused.text) == (403, "gone")
    assert [entry.method for entry in wire.sandbox.calls] == [ANNOUNCE, "upload"]


async def test_a_lost_answer_leaves_the_file_in_the_channel(wire: Wire) -> None:
    """As with posts."""
    file = await uploaded(wire)
    wire.sandbox.slack.faults.add(COMPLETE, LostAnswer())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await share(wire, file)

    assert [post.files for post in wire.sandbox.posts] == [("all.md",)]


async def test_the_official_client_can_upload(sandbox: Sandbox) -> None:
    """slack-sdk's own three steps work unchanged."""
    client = AsyncWebClient(BOT_TOKEN, base_url=sandbox.slack_api_url, retry_handlers=[])
    await client.files_upload_v2(content="# All", filename="all.md", channel="C1", title="All")

    assert sandbox.posts[0].contents == (b"# All",)
