"""The three ways to post, each with its sender, a post and a place where faults wait."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from bridge.deliveries import Outcome, Remedy
from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.rendering import DiscordPost, FilePost, Post, SlackPost
from bridge.sandbox import Arrived, Sandbox
from bridge.sandbox.faults import Fault
from bridge.senders import Sender, open_sender
from tests.conftest import TOKEN

SLACK_POST = SlackPost(
    text="Hello",
    blocks=({"type": "markdown", "text": "**Hello**"},),
    username="Max Evans",
    icon_url="https://example.org/max.png",
    metadata={"event_type": "nexusgpt_message", "event_payload": {"part": 1}},
    part=1,
    parts=1,
)
RICH_POST = SlackPost(
    text="Hello",
    blocks=(
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello"}]}
            ],
        },
    ),
    part=1,
    parts=1,
)
PLAIN_POST = SlackPost(text="Hello", part=1, parts=1)
#: a message that is too long for a channel
WHOLE = FilePost(
    name="max-evans-m1.md",
    text="# All of it ☃",
    comment="The *whole* message",
    otherwise=Remedy.IN_PARTS,
    part=2,
    parts=2,
)
DISCORD_POST = DiscordPost(
    content="Hello", username="Max Evans", avatar_url="https://example.org/max.png", part=1, parts=1
)

WAYS = ("Slack", "Slack webhook", "Discord")


def slack(
    session: aiohttp.ClientSession, api_url: str, *, channel: str = "C1", token: str = TOKEN
) -> Sender:
    """Return the sender of a Slack channel."""
    destination = SlackDestination(platform="slack", channel=channel)
    return open_sender(destination, session, slack_token=SecretStr(token), slack_api_url=api_url)


def at_webhook(session: aiohttp.ClientSession, destination: Destination) -> Sender:
    """Return the sender of a destination that needs no token."""
    return open_sender(destination, session, slack_token=None, slack_api_url="https://unused/")


def slack_webhook(session: aiohttp.ClientSession, url: str) -> Sender:
    """Return the sender of an incoming webhook."""
    return at_webhook(session, SlackDestination(platform="slack", webhook_url=SecretStr(url)))


def discord(session: aiohttp.ClientSession, url: str) -> Sender:
    """Return the sender of a Discord webhook."""
    return at_webhook(session, DiscordDestination(platform="discord", webhook_url=SecretStr(url)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to post to a sandbox."""

    name: str
    sender: Sender
    post: Post
    sandbox: Sandbox

    @property
    def platform(self) -> str:
        """What the platform is called in a reason."""
        return self.name.split()[0]

    @property
    def posts(self) -> list[Arrived]:
        """What has arrived."""
        return self.sandbox.posts

    async def send(self) -> Outcome:
        """Send a post."""
        return await sent(self.sender, self.post)

    def meet(self, *faults: Fault) -> None:
        """Let the next posts meet faults."""
        self.sandbox.slack.faults.add("C1", *faults)
        self.sandbox.discord.faults.add("111", *faults)


def way(name: str, session: aiohttp.ClientSession, sandbox: Sandbox) -> Way:
    """Return a way to post to the sandbox."""
    sender, post = _at(
        name,
        session,
        sandbox.slack_api_url,
        sandbox.slack.webhook_url("C1"),
        sandbox.discord.webhook_url("111"),
    )
    return Way(name=name, sender=sender, post=post, sandbox=sandbox)


def at_address(name: str, session: aiohttp.ClientSession, url: str) -> tuple[Sender, Post]:
    """Return a sender that posts to some other server, and a post for it."""
    return _at(name, session, f"{url}/api/", f"{url}/services/T/B/S", f"{url}/api/webhooks/1/t")


def _at(
    name: str, session: aiohttp.ClientSession, api: str, hook: str, webhook: str
) -> tuple[Sender, Post]:
    ways: Mapping[str, Callable[[], tuple[Sender, Post]]] = {
        "Slack": lambda: (slack(session, api), SLACK_POST),
        "Slack webhook": lambda: (slack_webhook(session, hook), PLAIN_POST),
        "Discord": lambda: (discord(session, webhook), DISCORD_POST),
    }
    return ways[name]()


@dataclass(slots=True, kw_only=True)
class Stub:
    """A server that answers every request alike, for answers that no sandbox gives."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    #: method, path and body of what came
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Let it answer so from now on; `_` in a header's name stands for "-"."""
        self.status, self.body = status, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request."""
        self.requests.append((request.method, request.path_qs, await request.read()))
        return web.Response(status=self.status, body=self.body, headers=self.headers)


async def sent(sender: Sender, post: Post) -> Outcome:
    """Send a post in a task of its own.

    Up to 3.11, Python stops tracing a test when an exception is thrown into its coroutine.
    """
    return await asyncio.create_task(sender.send(post))


def reason(outcome: Any) -> str:
    """Return why a post was not accepted."""
    return str(outcome.reason)
