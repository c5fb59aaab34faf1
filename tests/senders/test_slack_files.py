"""How a file reaches a Slack channel, and which files it can't reach."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bridge.deliveries import Accepted, Confirmed, Rejected, Remedy
from bridge.destinations import SlackDestination
from bridge.rendering import FilePost
from bridge.sandbox import BRIDGE_SCOPES, Sandbox, SlackChannel, SlackToken
from bridge.senders import Sender, open_sender
from bridge.senders.fetching import Fetcher
from tests.conftest import TOKEN
from tests.senders.ways import SLACK_POST, WHOLE, Stub, slack


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return slack(session, sandbox.slack_api_url)


@pytest.fixture(name="local")
def _local(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    """A sender that may fetch files from this very machine."""
    return open_sender(
        SlackDestination(platform="slack", channel="C1"),
        session,
        slack_token=SecretStr(TOKEN),
        slack_api_url=sandbox.slack_api_url,
        fetcher=Fetcher(is_forbidden=lambda _: False),
    )


async def test_a_file_stands_in_the_channel_with_a_line_above(
    sender: Sender, sandbox: Sandbox
) -> None:
    """Three calls, one post; Slack doesn't tell its `ts`, so the receipt has no id."""
    outcome = await sender.send(WHOLE)

    assert outcome == Accepted(confirmed=Confirmed(part=2, post_id="", channel="C1"))
    [post] = sandbox.posts
    assert (post.files, post.contents) == ((WHOLE.name,), ("# All of it ☃".encode(),))
    assert (post.text, post.thread, post.pings) == (WHOLE.comment, None, ())
    assert [call.method for call in sandbox.calls] == [
        "files.getUploadURLExternal",
        "upload",
        "files.completeUploadExternal",
    ]


async def test_a_file_without_a_comment_has_none(sender: Sender, sandbox: Sandbox) -> None:
    """Nothing stands above it."""
    bare = FilePost(name="x.md", text="x", otherwise=Remedy.IN_PARTS, part=1, parts=1)
    await sender.send(bare)

    assert sandbox.posts[0].text == ""


async def test_a_file_stands_in_the_thread_of_its_chat(sender: Sender, sandbox: Sandbox) -> None:
    """But it can't begin one."""
    alone = await sender.send(WHOLE, title="A chat")
    first = await sender.send(SLACK_POST, title="A chat")
    assert isinstance(alone, Accepted)
    assert isinstance(first, Accepted)
    second = await sender.send(WHOLE, thread=first.thread, title="A chat")

    assert alone.thread is None
    assert isinstance(second, Accepted)
    assert second.thread == first.thread
    assert [post.thread for post in sandbox.posts] == [None, None, first.thread]


async def test_a_file_of_the_message_is_fetched_and_uploaded(
    local: Sender, sandbox: Sandbox, stub: Stub
) -> None:
    """Byte by byte."""
    stub.answer(200, b"\0\xff", Content_Type="image/png")
    post = FilePost(name="a.png", url=f"{stub.url}/a.png", otherwise=Remedy.LINKED, part=2, parts=2)
    outcome = await local.send(post)

    assert isinstance(outcome, Accepted)
    assert (sandbox.posts[0].files, sandbox.posts[0].contents) == (("a.png",), (b"\0\xff",))


async def test_a_file_that_can_t_be_fetched_is_linked(
    sender: Sender, sandbox: Sandbox, stub: Stub
) -> None:
    """Here for being at no public address; Slack is not even asked."""
    post = FilePost(name="a", url=f"{stub.url}/a", otherwise=Remedy.LINKED, part=2, parts=2)
    outcome = await sender.send(post)

    assert outcome == Rejected(
        reason="the file at 127.0.0.1 is not at a public address", remedy=Remedy.LINKED
    )
    assert sandbox.calls == []
    assert stub.requests == []


async def test_an_empty_file_is_linked(local: Sender, stub: Stub) -> None:
    """Slack takes none."""
    stub.answer(200, b"")
    post = FilePost(name="a", url=f"{stub.url}/a", otherwise=Remedy.LINKED, part=2, parts=2)

    assert await local.send(post) == Rejected(
        reason="Slack says missing_argument", remedy=Remedy.LINKED
    )


async def test_a_missing_scope_is_named(session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    """The operator reads in the log what to add."""
    sandbox.slack.put(SlackToken(value=TOKEN, scopes=BRIDGE_SCOPES - {"files:write"}))
    outcome = await slack(session, sandbox.slack_api_url).send(WHOLE)

    assert outcome == Rejected(
        reason="Slack says missing_scope: to upload files, the app needs files:write",
        remedy=Remedy.IN_PARTS,
    )


async def test_a_channel_that_takes_posts_may_take_no_files(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """chat:write.public lets the app post where it is no member, but not upload."""
    scopes = BRIDGE_SCOPES | {"chat:write.public"}
    sandbox.slack.put(SlackToken(value=TOKEN, scopes=scopes))
    sandbox.slack.put(SlackChannel(id="C1", name="support", member=False))
    sender = slack(session, sandbox.slack_api_url)

    assert isinstance(await sender.send(SLACK_POST), Accepted)
    assert await sender.send(WHOLE) == Rejected(
        reason="Slack says not_in_channel: invite the bot to the channel", remedy=Remedy.IN_PARTS
    )


async def test_the_bytes_travel_without_the_token(session: aiohttp.ClientSession) -> None:
    """The address alone opens the door, and wherever it leads, the token is not for there."""
    tokens: list[str | None] = []

    async def handle(request: web.Request) -> web.Response:
        tokens.append(request.headers.get("Authorization"))
        ticket = {"ok": True, "file_id": "F1", "upload_url": f"{request.url.origin()}/upload"}
        return web.json_response(ticket)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(app) as server:
        await slack(session, str(server.make_url("/api/"))).send(WHOLE)

    assert tokens == [f"Bearer {TOKEN}", None, f"Bearer {TOKEN}"]
