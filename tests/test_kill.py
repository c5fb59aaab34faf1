"""A bridge that is killed loses nothing: the promise that all others rest on."""

import asyncio
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

import aiohttp

from bridge.sandbox import (
    NO_LIMITS,
    Arrived,
    LostAnswer,
    RateLimited,
    Reset,
    Sandbox,
    ServerError,
    SlackChannel,
    Workspace,
)
from bridge.sandbox.faults import SlackFault
from tests.processes import serving

EVENTS = 500
CHATS = 10
CHANNEL = "C1"
#: every 25th message needs two parts
LONG = "A sentence of a long answer that goes on. " * 400
FAULTS: list[SlackFault] = [RateLimited(retry_after=0), ServerError(), Reset(), LostAnswer()]
SECONDS = 90.0

CONFIG = """\
[server]
listen = "127.0.0.1:0"
[nexusgpt]
header = "nexus-signature"
secrets = ["mysecret"]
[store]
url = "sqlite:///{store}"
[slack]
token = "xoxb-sandbox"
api_url = "{api_url}"
posts_per_second = 1000
[delivery]
retry_first = "5ms"
retry_longest = "20ms"
[destinations.support]
platform = "slack"
channel = "C1"
[[routes]]
to = ["support"]
"""

Part = tuple[str, int]


def _event(number: int) -> dict[str, Any]:
    content = f"Answer {number}. " + (LONG if number % 25 == 0 else "")
    return {
        "event": "MESSAGE_FINALIZED",
        "payload": {"id": f"m{number:03}", "chatId": f"c{number % CHATS}", "content": content},
    }


async def _accept_all(url: str) -> None:
    """Send the events, those of one chat one after the other; each has to get a 202."""

    async def send_chat(chat: int) -> None:
        for number in range(chat, EVENTS, CHATS):
            headers = {"nexus-signature": "mysecret"}
            async with session.post(url, json=_event(number), headers=headers) as response:
                assert response.status == 202

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*map(send_chat, range(CHATS)))


def _part(post: Arrived) -> Part:
    payload = (post.metadata or {})["event_payload"]
    return payload["message"], payload["part"]


def _confirmed(store: Path) -> set[Part]:
    """What the store of a dead bridge has on record as posted."""
    with sqlite3.connect(store) as connection:
        rows = connection.execute(
            "SELECT message.id, part.part FROM part JOIN message ON number = part.message"
            " WHERE part.state = 'confirmed'"
        ).fetchall()
    connection.close()
    return set(rows)


def _order(posts: list[Arrived]) -> dict[str, list[Part]]:
    """The parts of each chat in the order of their first arrival."""
    order: dict[str, list[Part]] = defaultdict(list)
    for post in posts:
        chat = (post.metadata or {})["event_payload"]["chat"]
        if _part(post) not in order[chat]:
            order[chat].append(_part(post))
    return order


async def test_kill_in_the_middle_loses_and_repeats_nothing(tmp_path: Path) -> None:
    """Killed amid 500 events and a faulty Slack, it delivers all, in order, none confirmed twice."""
    config, store = tmp_path / "config.toml", tmp_path / "bridge.db"
    workspace = Workspace(channels=(SlackChannel(id=CHANNEL, name="support"),))
    async with Sandbox(workspace=workspace, limits=NO_LIMITS) as sandbox:
        sandbox.slack.faults.storm(CHANNEL, seed=7, rate=0.2, kinds=FAULTS)
        config.write_text(CONFIG.format(store=store, api_url=sandbox.slack_api_url))
        async with serving(config) as first:
            await _accept_all(first.url)
            await sandbox.wait_for(EVENTS // 3, seconds=SECONDS)
            first.process.kill()
            await first.process.wait()
        before, confirmed = len(sandbox.posts), _confirmed(store)
        async with serving(config) as second:
            assert second.recovered > 0
            async with asyncio.timeout(SECONDS):
                while len({_part(post)[0] for post in sandbox.posts}) < EVENTS:
                    await asyncio.sleep(0.1)
                second.process.terminate()
                assert await second.process.wait() == 0
        posts = sandbox.posts

    assert len(confirmed) >= EVENTS // 4
    assert confirmed.isdisjoint(_part(post) for post in posts[before:])
    order = _order(posts)
    assert sum(map(len, order.values())) == EVENTS + EVENTS // 25
    assert all(parts == sorted(parts) for parts in order.values())
