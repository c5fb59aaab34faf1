"""What a post in Discord looks like, its threads, and the pace that the headers ask for."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bridge.deliveries import Accepted, Confirmed, Rejected, Remedy
from bridge.rendering import DiscordPost
from bridge.sandbox import DiscordChannel, Limits, Rate, Sandbox
from bridge.senders import Sender
from tests.conftest import GUILD, WEBHOOK_TOKEN
from tests.senders.ways import DISCORD_POST, Stub, discord


@pytest.fixture(name="sender")
def _sender(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    """A sender to a text channel."""
    return discord(session, sandbox.discord.webhook_url("ops"))


@pytest.fixture(name="forum")
def _forum(session: aiohttp.ClientSession, sandbox: Sandbox) -> Sender:
    """A sender to a forum channel."""
    return discord(session, sandbox.discord.webhook_url("chats"))


async def test_a_post_stands_under_the_agent_s_name_and_pings_nobody(
    sender: Sender, sandbox: Sandbox
) -> None:
    """Every mention is switched off, previews as well; nothing of the library's own is sent."""
    outcome = await sender.send(DISCORD_POST)

    [post] = sandbox.posts
    assert outcome == Accepted(confirmed=Confirmed(part=1, post_id=post.id, channel="111"))
    assert json.loads(post.body) == {
        "content": "Hello",
        "username": "Max Evans",
        "avatar_url": "https://example.org/max.png",
        "allowed_mentions": {"parse": []},
        "flags": 4,
    }


async def test_a_bare_post_brings_nothing_but_its_words(sender: Sender, sandbox: Sandbox) -> None:
    """It stands under the webhook's own name; links get their previews."""
    await sender.send(DiscordPost(content="@everyone", suppress_embeds=False, part=1, parts=1))

    [post] = sandbox.posts
    assert json.loads(post.body) == {"content": "@everyone", "allowed_mentions": {"parse": []}}
    assert post.username == "NexusGPT"
    assert post.pings == ()


@pytest.mark.parametrize(
    ("query", "thread", "sent"),
    [
        ("", None, "wait=true"),
        ("?wait=false", None, "wait=true"),
        ("?thread_id=42", None, "thread_id=42&wait=true"),
        ("?thread_id=42", "43", "thread_id=43&wait=true"),
        ("?with_components=true", "43", "with_components=true&wait=true&thread_id=43"),
    ],
)
async def test_the_query_of_a_configured_url_survives(
    session: aiohttp.ClientSession, stub: Stub, query: str, thread: str | None, sent: str
) -> None:
    """`wait` is always asked for: without it Discord does not say whether the post was saved."""
    await discord(session, f"{stub.url}/api/webhooks/1/t{query}").send(DISCORD_POST, thread=thread)

    assert [path for _, path, _ in stub.requests] == [f"/api/webhooks/1/t?{sent}"]


async def test_the_bridge_says_who_it_is(sender: Sender, sandbox: Sandbox) -> None:
    """The sandbox, like Discord, turns others away with the code 40333."""
    await sender.send(DISCORD_POST)

    assert [(call.method, call.status) for call in sandbox.calls] == [("execute", 200)]


async def test_a_forum_gets_a_thread_for_each_chat(forum: Sender, sandbox: Sandbox) -> None:
    """The first post opens it under the chat's title; the next ones go there."""
    first = await forum.send(DISCORD_POST, title="Max Evans: Hello")
    assert isinstance(first, Accepted)
    assert first.thread is not None
    second = await forum.send(DISCORD_POST, thread=first.thread, title="Max Evans: Hello")

    assert isinstance(second, Accepted)
    assert second.thread == first.thread
    assert [post.thread for post in sandbox.posts] == [first.thread, first.thread]
    assert sandbox.discord.thread_name(first.thread) == "Max Evans: Hello"


async def test_a_text_channel_that_opens_no_threads_is_asked_once(
    sender: Sender, sandbox: Sandbox
) -> None:
    """After one refusal, posts go to the channel itself, and carry no thread."""
    first = await sender.send(DISCORD_POST, title="A chat")
    second = await sender.send(DISCORD_POST, title="A chat")

    assert isinstance(first, Rejected)
    assert first.remedy is Remedy.UNTHREADED
    assert isinstance(second, Accepted)
    assert second.thread is None
    assert [call.error for call in sandbox.calls] == ["220003", ""]


async def test_another_refusal_does_not_forbid_threads(forum: Sender, sandbox: Sandbox) -> None:
    """Only the refusal of threads counts."""
    outcomes = [
        await forum.send(DiscordPost(content=content, part=1, parts=1), title="A chat")
        for content in ("", "Hello")
    ]

    assert isinstance(outcomes[0], Rejected)
    assert isinstance(outcomes[1], Accepted)
    assert outcomes[1].thread is not None


async def test_a_forum_refuses_what_names_no_thread(forum: Sender) -> None:
    """The reason says which setting to make."""
    outcome = await forum.send(DISCORD_POST)

    assert isinstance(outcome, Rejected)
    assert outcome.reason.endswith('this is a forum channel: set thread = "chat"')


async def test_a_thread_that_is_gone_can_be_replaced(forum: Sender) -> None:
    """Discord says "Unknown Channel"; the webhook itself is fine."""
    outcome = await forum.send(DISCORD_POST, thread="4242", title="A chat")

    assert isinstance(outcome, Rejected)
    assert outcome.remedy is Remedy.NEW_THREAD


async def test_a_wrong_token_is_refused_with_advice(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """So is a webhook that was removed."""
    url = sandbox.discord.webhook_url("ops")
    outcomes = [
        await discord(session, changed).send(DISCORD_POST)
        for changed in (url + "x", url.replace("9111", "9999"))
    ]

    assert outcomes == [
        Rejected(
            reason="Discord says Invalid Webhook Token (HTTP 401, code 50027): "
            "the webhook's token is wrong: copy its URL again",
            is_broken=True,
            toward_ban=True,
        ),
        Rejected(
            reason="Discord says Unknown Webhook (HTTP 404, code 10015): "
            "the webhook was removed: make a new one",
            is_broken=True,
        ),
    ]


@pytest.fixture(name="slow")
async def _slow() -> AsyncIterator[Sandbox]:
    """A Discord that takes two posts in five seconds, and whose clock stands still."""
    limits = Limits(discord_webhook=Rate(posts=2, seconds=5.0), discord_channel=None)
    async with Sandbox(guild=GUILD, limits=limits, clock=lambda: 1_700_000_000.0) as sandbox:
        yield sandbox


async def test_the_last_post_of_a_window_asks_for_a_pause(
    session: aiohttp.ClientSession, slow: Sandbox
) -> None:
    """The bridge waits before it is told to."""
    sender = discord(session, slow.discord.webhook_url("ops"))
    outcomes = [await sender.send(DISCORD_POST) for _ in range(2)]

    assert [outcome.pause for outcome in outcomes if isinstance(outcome, Accepted)] == [
        timedelta(0),
        timedelta(seconds=5),
    ]


PAUSES = {"0.5": 0.5, "": 0.0, "soon": 0.0, "-1": 0.0, "1e30": 86_400.0}


@pytest.mark.parametrize(("header", "seconds"), PAUSES.items())
async def test_a_pause_that_makes_no_sense_is_none(
    session: aiohttp.ClientSession, stub: Stub, header: str, seconds: float
) -> None:
    """And none is longer than a day."""
    headers = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset_After": header}
    stub.answer(200, b'{"id": "1"}', **headers)
    outcome = await discord(session, stub.url).send(DISCORD_POST)

    assert outcome == Accepted(
        confirmed=Confirmed(part=1, post_id="1"), pause=timedelta(seconds=seconds)
    )


async def test_posts_in_threads_ask_for_the_same_pause(
    session: aiohttp.ClientSession, slow: Sandbox
) -> None:
    """The pace is the webhook's, wherever its posts stand."""
    forum = discord(session, slow.discord.webhook_url("chats"))
    outcomes = [await forum.send(DISCORD_POST, title="A chat") for _ in range(2)]

    assert [outcome.pause for outcome in outcomes if isinstance(outcome, Accepted)] == [
        timedelta(0),
        timedelta(seconds=5),
    ]


async def test_a_webhook_may_be_moved_to_a_channel_without_threads_and_back(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    """A thread of the forum is no thread there; in the forum, one refusal says that it is one."""
    text = DiscordChannel(id="222", name="chats", token=WEBHOOK_TOKEN)
    sandbox.discord.put(text)
    sender = discord(session, sandbox.discord.webhook_url("chats"))
    refused = await sender.send(DISCORD_POST, title="A chat")
    there = [
        await sender.send(DISCORD_POST, thread=thread, title="A chat") for thread in (None, "5")
    ]
    sandbox.discord.put(replace(text, forum=True))
    closed = await sender.send(DISCORD_POST, title="A chat")
    back = await sender.send(DISCORD_POST, title="A chat")

    assert isinstance(refused, Rejected)
    assert refused.remedy is Remedy.UNTHREADED
    assert [isinstance(each, Accepted) and each.thread for each in there] == [None, None]
    assert isinstance(closed, Rejected)
    assert closed.is_broken
    assert isinstance(back, Accepted)
    assert back.thread == sandbox.posts[-1].thread is not None
