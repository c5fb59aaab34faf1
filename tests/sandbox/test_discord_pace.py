"""The sandbox's Discord: edits and removals have their share of the pace."""

import pytest

from bridge.sandbox import Limits, Rate
from tests.sandbox.wire import AGENT, Wire


@pytest.fixture(name="limits")
def _limits() -> Limits:
    """Three calls for the webhook, one post for the channel, on a clock that stands still."""
    return Limits(
        discord_webhook=Rate(posts=3, seconds=2), discord_channel=Rate(posts=1, seconds=60)
    )


async def test_edits_count_as_calls_but_not_as_posts(wire: Wire) -> None:
    """The limit that headers show is for all of them, the hidden one for posts."""
    message = (await wire.discord({"content": "x"})).json()["id"]
    url = f"{wire.sandbox.discord.webhook_url('1')}/messages/{message}"
    replies = [
        await wire.send(method, url, json={"content": "y"}, headers=AGENT)
        for method in ("PATCH", "DELETE", "PATCH")
    ]

    assert [reply.status for reply in replies] == [200, 204, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["1", "0", "0"]
    assert replies[2].json()["retry_after"] == 2.0
