"""The sandbox as a whole: it starts, tells what arrived, and stops."""

import asyncio

import pytest

from bridge.sandbox import Sandbox
from tests.sandbox.wire import Wire


async def test_it_waits_for_posts(wire: Wire) -> None:
    """Who waits is woken by the post that makes the number full, of any or of one channel."""
    one = asyncio.create_task(wire.sandbox.wait_for(1, channel="1"))
    both = asyncio.create_task(wire.sandbox.wait_for(2))
    await wire.slack({"channel": "C1", "text": "x"})
    await wire.discord({"content": "y"})

    assert [post.text for post in await one] == ["y"]
    assert [post.text for post in await both] == ["x", "y"]


async def test_who_waits_in_vain_hears_how_many_came(wire: Wire) -> None:
    """The error counts."""
    await wire.slack({"channel": "C1", "text": "x"})

    with pytest.raises(TimeoutError, match="1 of 2 posts came"):
        await wire.sandbox.wait_for(2, seconds=0.01)


async def test_it_keeps_a_record_of_every_call(wire: Wire) -> None:
    """Posts, questions and refusals stand in the order of their answers."""
    await wire.slack({"channel": "C1", "text": "x"})
    await wire.slack({}, "auth.test")
    await wire.hook({})
    await wire.discord({})

    assert [
        (call.platform, call.method, call.channel, call.status, call.error)
        for call in wire.sandbox.calls
    ] == [
        ("slack", "chat.postMessage", "C1", 200, ""),
        ("slack", "auth.test", "", 200, ""),
        ("slack", "webhook", "C1", 400, "no_text"),
        ("discord", "execute", "1", 400, "50006"),
    ]


async def test_it_stops_at_once_under_idle_connections(wire: Wire) -> None:
    """A client that keeps its connection open doesn't hold the sandbox back."""
    loop = asyncio.get_running_loop()
    async with Sandbox() as sandbox:
        await wire.send("GET", sandbox.url)
        before = loop.time()

    assert loop.time() - before < 0.4


async def test_it_may_be_left_before_it_was_entered() -> None:
    """A failure on the way in leaves nothing to clean up."""
    await Sandbox().__aexit__(None, None, None)


async def test_no_secret_shows_in_its_values(wire: Wire) -> None:
    """Tokens are left out of what is printed."""
    shown = f"{wire.sandbox.slack.workspace}{wire.sandbox.discord.guild}"

    assert "xoxb-" not in shown
    assert "sandbox-token" not in shown
