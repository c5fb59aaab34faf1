"""A client without manners: sends to the sandbox whatever a test wants, and tells what came back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy

from bridge.sandbox import BOT_TOKEN, Sandbox

AGENT = {"User-Agent": "DiscordBot (https://example.org, 1.0)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back over the wire."""

    status: int
    headers: CIMultiDictProxy[str]
    text: str
    json: Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One session to one sandbox."""

    sandbox: Sandbox
    http: aiohttp.ClientSession

    async def send(self, method: str, url: str, **options: Any) -> Reply:
        """Send one request."""
        async with self.http.request(method, url, **options) as answer:
            await answer.read()
            text = await answer.text()
            return Reply(
                status=answer.status,
                headers=answer.headers,
                text=text,
                json=lambda: json.loads(text),
            )

    async def slack(
        self, message: Mapping[str, Any], method: str = "chat.postMessage", token: str = BOT_TOKEN
    ) -> Reply:
        """Call a method of Slack's with JSON."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = self.sandbox.slack_api_url + method
        return await self.send("POST", url, json=message, headers=headers)

    async def hook(self, body: Mapping[str, Any], channel: str = "C1") -> Reply:
        """Call an incoming webhook of Slack's."""
        return await self.send("POST", self.sandbox.slack.webhook_url(channel), json=body)

    async def discord(self, body: Mapping[str, Any], channel: str = "1", **query: str) -> Reply:
        """Execute a webhook of Discord's and wait for the message."""
        url = self.sandbox.discord.webhook_url(channel)
        params = {"wait": "true", **query}
        return await self.send("POST", url, json=body, params=params, headers=AGENT)
