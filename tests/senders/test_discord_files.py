"""Files in Discord: a long message as one, and those that a message names, fetched and uploaded."""

import asyncio
import json
from dataclasses import replace
from ipaddress import ip_address

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bridge.deliveries import Accepted, Confirmed, Outcome, Rejected, Remedy, Unavailable, Unknown
from bridge.destinations import DiscordDestination
from bridge.rendering import FilePost
from bridge.sandbox import DiscordError, RateLimited, Reset, Sandbox
from bridge.sandbox.faults import Fault
from bridge.senders import Sender
from bridge.senders.discord import DiscordSender
from bridge.senders.fetching import Fetcher
from tests.senders.sites import ok, site
from tests.senders.ways import DISCORD_POST, discord

WHOLE = FilePost(
    name="max-evans-m1.md",
    text="# Long\n\nÉ 🎉\n",
    comment="The whole message",
    username="Max Evans",
    icon_url="https://example.org/max.png",
    otherwise=Remedy.IN_PARTS,
    part=2,
    parts=2,
)
FETCHED = FilePost(name="réport.csv", otherwise=Remedy.LINKED, part=1, parts=1)


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> DiscordSender:
    """A sender that may fetch from one address only."""
    destination = DiscordDestination(
        platform="discord", webhook_url=SecretStr(sandbox.discord.webhook_url("ops"))
    )
    allowed = ip_address("127.0.0.1")
    return DiscordSender(
        destination, session, Fetcher(is_forbidden=lambda address: address != allowed)
    )


@pytest.fixture(name="forum")
def _forum(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    return discord(session, sandbox.discord.webhook_url("chats"))


async def test_a_long_message_comes_as_a_file(sender: DiscordSender, sandbox: Sandbox) -> None:
    """Under the agent's name, with a line above it, byte for byte, and nobody is pinged."""
    outcome = await sender.send(WHOLE)

    [post] = sandbox.posts
    assert outcome == Accepted(confirmed=Confirmed(part=2, post_id=post.id, channel="111"))
    assert (post.files, post.contents) == (("max-evans-m1.md",), ("# Long\n\nÉ 🎉\n".encode(),))
    assert (post.text, post.username) == ("The whole message", "Max Evans")
    assert post.avatar == "https://example.org/max.png"
    assert post.unknown_keys == ()
    head, _, rest = post.body.partition(b"\r\n\r\n")
    assert b'name="payload_json"' in head
    assert json.loads(rest.partition(b"\r\n")[0]) == {
        "content": "The whole message",
        "username": "Max Evans",
        "avatar_url": "https://example.org/max.png",
        "allowed_mentions": {"parse": []},
        "attachments": [{"id": 0, "filename": "max-evans-m1.md"}],
        "flags": 4,
    }


async def test_a_file_may_come_without_a_word(
    sender: DiscordSender, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """discord-webhook has nothing to complain about in the log."""
    bare = FilePost(name="a.md", text="x", otherwise=Remedy.IN_PARTS, part=1, parts=1)
    await sender.send(bare)

    [post] = sandbox.posts
    assert (post.text, post.files, post.username) == ("", ("a.md",), "NexusGPT")
    assert caplog.text == ""


async def test_half_a_character_does_not_hold_up_a_file(
    sender: DiscordSender, sandbox: Sandbox
) -> None:
    """JSON can carry what UTF-8 can't."""
    await sender.send(replace(WHOLE, text="a\ud800b"))

    assert sandbox.posts[0].contents == (b"a?b",)


async def test_a_file_of_a_message_is_fetched_and_uploaded(
    sender: DiscordSender, sandbox: Sandbox
) -> None:
    """With the name that the message gives it, whatever its address says."""
    async with site() as near:
        near.pages["/x"] = ok(b"a,b\n", Content_Type="text/csv")
        outcome = await sender.send(replace(FETCHED, url=f"{near.url}/x?y"))

    [post] = sandbox.posts
    assert isinstance(outcome, Accepted)
    assert (post.files, post.contents) == (("réport.csv",), (b"a,b\n",))
    assert b"Content-Type: text/csv" in post.body


async def test_what_can_t_be_fetched_is_linked(sender: DiscordSender, sandbox: Sandbox) -> None:
    """Discord is not even asked."""
    outcome = await sender.send(replace(FETCHED, url="http://169.254.169.254/latest"))

    assert outcome == Rejected(
        reason="the file at 169.254.169.254 is not at a public address", remedy=Remedy.LINKED
    )
    assert sandbox.calls == []


async def test_a_file_goes_to_the_chat_s_thread(forum: Sender, sandbox: Sandbox) -> None:
    """Or opens it."""
    first = await forum.send(WHOLE, title="A chat")
    assert isinstance(first, Accepted)
    second = await forum.send(WHOLE, thread=first.thread)

    assert isinstance(second, Accepted)
    assert [post.thread for post in sandbox.posts] == [first.thread, first.thread]
    assert first.thread is not None
    assert sandbox.discord.thread_name(first.thread) == "A chat"


async def test_a_text_channel_that_opens_no_threads_gets_the_file_itself(
    sender: DiscordSender,
) -> None:
    """The refusal is about the thread, not about the file."""
    first = await sender.send(WHOLE, title="A chat")
    second = await sender.send(WHOLE, title="A chat")

    assert isinstance(first, Rejected)
    assert first.remedy is Remedy.UNTHREADED
    assert isinstance(second, Accepted)


# status, code -> the remedy
REFUSED: dict[tuple[int, int], Remedy] = {
    (413, 40005): Remedy.IN_PARTS,
    (413, 0): Remedy.IN_PARTS,
    (400, 50035): Remedy.IN_PARTS,
    (400, 50006): Remedy.IN_PARTS,
    (400, 200000): Remedy.IN_PARTS,
    (400, 240000): Remedy.IN_PARTS,
    (400, 40333): Remedy.IN_PARTS,
    (403, 50013): Remedy.IN_PARTS,
    (404, 10015): Remedy.NONE,
    (401, 50027): Remedy.NONE,
    (400, 220001): Remedy.NONE,
    (404, 10003): Remedy.NEW_THREAD,
    (400, 50083): Remedy.NEW_THREAD,
}


@pytest.mark.parametrize(
    ("status", "code", "remedy"), [(*key, remedy) for key, remedy in REFUSED.items()]
)
async def test_a_refused_file_has_another_way(
    sender: DiscordSender, sandbox: Sandbox, status: int, code: int, remedy: Remedy
) -> None:
    """Its own, unless nothing would pass or the thread is what is wrong."""
    sandbox.discord.faults.add("111", DiscordError(status, code))
    outcome = await sender.send(WHOLE, thread="5")

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is remedy
    assert outcome.is_broken is (remedy is Remedy.NONE or code == 50013)


async def test_a_refused_name_is_taken_off(sender: DiscordSender) -> None:
    """The file itself is fine."""
    outcome = await sender.send(replace(WHOLE, username="Discord"))

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.ANONYMOUS


async def test_a_file_above_the_limit_has_another_way(
    sender: DiscordSender, sandbox: Sandbox
) -> None:
    """Discord takes 10 MiB."""
    outcome = await sender.send(replace(WHOLE, text="x" * (10 * 1024 * 1024 + 1)))

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.IN_PARTS
    assert sandbox.calls[0].error == "40005"


FAULTS: dict[str, tuple[Fault, type[Outcome]]] = {
    "limited": (RateLimited(retry_after=1), Unavailable),
    "reset": (Reset(), Unknown),
}


@pytest.mark.parametrize(("fault", "kind"), FAULTS.values(), ids=FAULTS)
async def test_a_file_can_be_sent_a_second_time(
    sender: DiscordSender, sandbox: Sandbox, fault: Fault, kind: type[Outcome]
) -> None:
    """Each attempt has a form of its own."""
    sandbox.discord.faults.add("111", fault)
    first, second = await sender.send(WHOLE), await sender.send(WHOLE)

    assert type(first) is kind
    assert isinstance(second, Accepted)
    assert len(sandbox.posts) == 1


async def test_text_can_become_a_file_and_a_file_text(
    sender: DiscordSender, sandbox: Sandbox
) -> None:
    """An edit leaves nothing of the earlier post."""
    first = await sender.send(DISCORD_POST)
    assert isinstance(first, Accepted)
    await sender.edit(WHOLE, first.confirmed)
    await sender.edit(replace(WHOLE, name="b.md", text="b"), first.confirmed)
    [post] = sandbox.posts
    assert (post.text, post.files, post.contents) == ("The whole message", ("b.md",), (b"b",))

    await sender.edit(DISCORD_POST, first.confirmed)
    [post] = sandbox.posts
    assert (post.text, post.files, post.edited) == ("Hello", (), 3)


@pytest.mark.parametrize(
    ("code", "remedy"), [(40005, Remedy.IN_PARTS), (10008, Remedy.POSTED_AGAIN)]
)
async def test_an_edit_to_a_file_can_fail_in_both_ways(
    sender: DiscordSender, sandbox: Sandbox, code: int, remedy: Remedy
) -> None:
    """For the file, or for the post that is gone."""
    sandbox.discord.faults.add("edit", DiscordError(400, code))
    outcome = await sender.edit(WHOLE, Confirmed(part=1, post_id="7"))

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is remedy


async def test_a_large_file_is_given_more_time(session: aiohttp.ClientSession) -> None:
    """A post of text would be in doubt by then."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(0.6)
        return web.json_response({"id": "1"})

    app = web.Application()
    app.router.add_post("/api/webhooks/1/t", take)
    async with TestServer(app) as server:
        sender = discord(session, str(server.make_url("/api/webhooks/1/t")))
        text = await sender.send(DISCORD_POST)
        file = await sender.send(replace(WHOLE, text="x" * 128 * 1024))

    assert isinstance(text, Unknown)
    assert isinstance(file, Accepted)
