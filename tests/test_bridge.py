"""The whole way, as a user sees it: a webhook over HTTP in, a post in the channel."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridge.app import running
from bridge.config import Config, load
from bridge.sandbox import LostAnswer, Sandbox, SlackError
from tests.conftest import TOKEN
from tests.messages import make_body

CONFIG = """\
[server]
listen = "127.0.0.1:0"
[nexusgpt]
header = "nexus-signature"
secrets = ["new-secret", "old-secret"]
[store]
url = "sqlite:///{store}"
[slack]
token = "{token}"
api_url = "{api_url}"
[delivery]
retry_first = "10ms"

[destinations.support]
platform = "slack"
channel = "C1"
[destinations.alerts]
platform = "slack"
webhook_url = "{alerts}"
[destinations.ops]
platform = "discord"
webhook_url = "{ops}"

[[routes]]
name = "refunds"
match = {{ content = "re:(?i)refund" }}
to = ["support", "ops"]
continue = true
[[routes]]
name = "mornings"
match = {{ content = "good morning*" }}
to = ["alerts", "support"]
"""

Answer = tuple[int, Mapping[str, Any]]
Post = Callable[..., Awaitable[Answer]]


@pytest.fixture(name="config")
def _config(tmp_path: Path, sandbox: Sandbox) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(
        CONFIG.format(
            store=tmp_path / "bridge.db",
            token=TOKEN,
            api_url=sandbox.slack_api_url,
            alerts=sandbox.slack.webhook_url("C2"),
            ops=sandbox.discord.webhook_url("111"),
        )
    )
    return load(path, {})


@asynccontextmanager
async def _bridge(config: Config) -> AsyncIterator[Post]:
    """A bridge at work, and a way to send it a webhook."""
    async with running(config) as bridge, aiohttp.ClientSession() as session:

        async def post(secret: str = "new-secret", **changes: Any) -> Answer:
            headers = {"Nexus-Signature": secret}
            async with session.post(bridge.url, data=make_body(**changes), headers=headers) as got:
                return got.status, await got.json()

        yield post


async def test_message_reaches_every_channel_of_its_routes(
    sandbox: Sandbox, config: Config
) -> None:
    """One event is posted to each destination that the routes name, once, with chat and sender."""
    async with _bridge(config) as post:
        answer = await post(id="m1", chatId="c1", content="Good morning, your **refund** is here")
        posts = await sandbox.wait_for(3)

    assert answer == (
        202,
        {"status": "accepted", "message": "m1", "deliveries": ["support", "ops", "alerts"]},
    )
    assert sorted(each.channel for each in posts) == ["111", "C1", "C2"]
    assert all("Max Evans" in each.text + each.username for each in posts)
    assert all("chat c1" in f"{each.text}{each.blocks}" for each in posts)


async def test_either_secret_is_accepted_while_rotating(sandbox: Sandbox, config: Config) -> None:
    """The old and the new secret both pass; any other is refused."""
    async with _bridge(config) as post:
        answers = [
            await post(secret, id=secret, content="refund")
            for secret in ("new-secret", "old-secret", "guessed")
        ]

    assert [status for status, _ in answers] == [202, 202, 401]
    assert answers[2][1] == {"error": "the verification header is missing or wrong"}


async def test_same_event_again_is_no_second_post(sandbox: Sandbox, config: Config) -> None:
    """A redelivered event is answered with 200 and posted nowhere, also after a restart."""
    async with _bridge(config) as post:
        await post(id="m1", content="good morning")
        again = await post(id="m1", content="good morning", updatedAt="2030-01-01T00:00:00Z")
        await sandbox.wait_for(2)
    async with _bridge(config) as post:
        after_restart = await post(id="m1", content="good morning")

    assert again == after_restart == (200, {"status": "duplicate"})
    assert len(sandbox.posts) == 2


async def test_changed_message_is_changed_where_it_stands(sandbox: Sandbox, config: Config) -> None:
    """The same message with another text edits its post, and says that it is an update."""
    async with _bridge(config) as post:
        await post(id="m1", content="refund: 40 €")
        await sandbox.wait_for(1, channel="111")
        changed = await post(id="m1", content="refund: 49 €")
        async with asyncio.timeout(5):
            while not all(each.edited for each in sandbox.posts) or len(sandbox.posts) < 2:
                await asyncio.sleep(0.01)

    assert changed[0] == 202
    assert sorted(each.channel for each in sandbox.posts) == ["111", "C1"]
    assert all("updated" in f"{each.text}{each.blocks}" for each in sandbox.posts)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"content": "unheard of"}, {"status": "unrouted"}),
        ({"senderType": "USER"}, {"status": "ignored", "reason": "written by a user"}),
        ({"isTemporary": True}, {"status": "ignored", "reason": "a temporary message"}),
        ({"status": "IN_PROGRESS"}, {"status": "ignored", "reason": "still being written"}),
    ],
    ids=["unrouted", "user", "temporary", "in progress"],
)
async def test_what_is_not_brought_on_is_answered_with_200(
    sandbox: Sandbox, config: Config, changes: dict[str, Any], answer: dict[str, str]
) -> None:
    """NexusGPT has nothing to repeat: what goes nowhere is no error, and is posted nowhere."""
    async with _bridge(config) as post:
        answered = await post(**changes)

    assert answered == (200, answer)
    assert sandbox.calls == []


async def test_refused_markup_arrives_as_plain_text(sandbox: Sandbox, config: Config) -> None:
    """When Slack refuses the blocks twice, the same words arrive as plain text."""
    sandbox.slack.faults.add("C1", *[SlackError("invalid_blocks")] * 2)
    async with _bridge(config) as post:
        await post(content="A **refund** of `49 €`, see [the terms](https://example.com/terms)")
        (arrived,) = await sandbox.wait_for(1, channel="C1")

    assert arrived.blocks == ()
    for word in ("refund", "49 €", "the terms", "https://example.com/terms", "Max Evans"):
        assert word in arrived.text


async def test_lost_answer_is_repeated_rather_than_lost(sandbox: Sandbox, config: Config) -> None:
    """A post whose answer was lost is posted again: rather twice than never."""
    sandbox.discord.faults.add("111", LostAnswer())
    async with _bridge(config) as post:
        await post(content="refund")
        posts = await sandbox.wait_for(2, channel="111")

    assert posts[0].text == posts[1].text


async def test_what_was_accepted_before_a_stop_is_posted_after_it(
    sandbox: Sandbox, config: Config
) -> None:
    """A stop between accepting and posting loses nothing."""
    sandbox.slack.faults.always("C1", SlackError("ratelimited"))
    async with _bridge(config) as post:
        await post(id="m1", content="refund")
    sandbox.slack.faults.clear()
    async with running(config) as bridge:
        (arrived,) = await sandbox.wait_for(1, channel="C1")

    assert bridge.recovered["support"] == 1
    assert "refund" in arrived.text


async def test_nothing_a_model_writes_pings_anyone(sandbox: Sandbox, config: Config) -> None:
    """No mention in a message is live in any channel, in prose, code or links."""
    mentions = "@everyone @here <!channel> <!here> <@U024BE7LH> <@&1> <#C1> <!subteam^S1>"
    text = f"good morning refund {mentions} `{mentions}`\n\n```\n{mentions}\n```\n[{mentions}](http://a.b)"
    async with _bridge(config) as post:
        await post(content=text)
        posts = await sandbox.wait_for(3)

    assert [each.pings for each in posts] == [(), (), ()]
