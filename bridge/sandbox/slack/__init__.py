"""A Slack on loopback that keeps Slack's documented rules."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from bridge.sandbox.answers import Accept, Answer, Stage, as_object, in_json
from bridge.sandbox.arrivals import Arrivals, Arrived
from bridge.sandbox.faults import Faults, SlackError, SlackFault
from bridge.sandbox.pace import Rate
from bridge.sandbox.slack.api import arguments, bearer, failed, missing_scope
from bridge.sandbox.slack.channels import Channels
from bridge.sandbox.slack.posting import bare, post_message, post_to_webhook, rate_limited
from bridge.sandbox.slack.workspace import SlackChannel, SlackToken, Workspace


class Slack:
    """The Slack of a sandbox. Faults wait at a channel's id or at the name of a method."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        arrivals: Arrivals,
        rate: Rate | None,
        clock: Callable[[], float],
        closing: asyncio.Event,
    ) -> None:
        self.faults: Faults[SlackFault] = Faults()
        self.workspace = workspace
        #: where the server listens; known once it does
        self.base_url = ""
        self._arrivals = arrivals
        self._channels = Channels(workspace, arrivals=arrivals, rate=rate, clock=clock)
        self._stage = Stage(
            platform="slack", arrivals=arrivals, closing=closing, rate_limited=rate_limited
        )

    @property
    def api_url(self) -> str:
        """The base URL of the Web API."""
        return f"{self.base_url}/api/"

    @property
    def channels(self) -> tuple[SlackChannel, ...]:
        """The channels as they are now."""
        return tuple(self._channels.by_id.values())

    @property
    def posts(self) -> list[Arrived]:
        """What has arrived in all channels, in order."""
        return self._arrivals.select("slack", None)

    def webhook_url(self, channel: str) -> str:
        """Return the URL of the incoming webhook of the channel with this id or name."""
        found = self._channels.find(channel)
        if found is None:
            raise KeyError(channel)
        return f"{self.base_url}/services/{self.workspace.id}/B{found.id}/{_secret(found)}"

    def put(self, thing: SlackChannel | SlackToken) -> None:
        """Add a channel or a token, or change the one with the same id or value."""
        if isinstance(thing, SlackChannel):
            self._channels.by_id[thing.id] = thing
        else:
            self._channels.tokens[thing.value] = thing

    def routes(self) -> list[web.RouteDef]:
        """Return what the sandbox's server has to serve for Slack."""
        return [
            web.post("/api/{method:[a-z]+[.][A-Za-z.]+}", self._call),
            web.get("/api/{method:[a-z]+[.][A-Za-z.]+}", self._call),
            web.post("/services/{team}/{bot}/{secret}", self._hook),
        ]

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await arguments(request)
        channel = self._channels.find((given or {}).get("channel"))

        async def accept() -> Answer:
            if given is None:
                return failed("invalid_json")
            token = self._channels.tokens.get(value := bearer(request, given))
            if token is None or token.error:
                return failed(token.error if token else "invalid_auth" if value else "not_authed")
            return self._answer(method, token, given, await request.read())

        posted = channel if method == "chat.postMessage" else None
        return await self._perform(request, method, posted, accept, lambda e: failed(e.word))

    async def _perform(
        self,
        request: web.Request,
        method: str,
        channel: SlackChannel | None,
        accept: Accept,
        refuse: Callable[[SlackError], Answer],
    ) -> web.Response:
        place = channel.id if channel else ""
        fault = self.faults.take(place, method)
        if isinstance(fault, SlackError):
            accept, fault = refuse(fault).given, None
        return await self._stage.perform(request, fault, accept, method=method, channel=place)

    def _answer(
        self, method: str, token: SlackToken, given: dict[str, object], body: bytes
    ) -> Answer:
        match method:
            case "chat.postMessage":
                return post_message(self._channels, token, given, body)
            case "conversations.info":
                return self._info(token, given)
            case "auth.test":
                return self._identity(token)
            case _:
                return failed("unknown_method")

    def _identity(self, token: SlackToken) -> Answer:
        value = {
            "ok": True,
            "url": f"{self.base_url}/",
            "team": self.workspace.name,
            "team_id": self.workspace.id,
            "user": self.workspace.app_name.lower(),
            "user_id": "U0SANDBOX",
            "bot_id": "B0SANDBOX",
            "is_enterprise_install": False,
        }
        return in_json(value, headers={"X-OAuth-Scopes": ",".join(sorted(token.scopes))})

    def _info(self, token: SlackToken, given: dict[str, object]) -> Answer:
        channel = self._channels.by_id.get(str(given.get("channel")))
        if channel is None:
            return failed("channel_not_found")
        needed = "groups:read" if channel.private else "channels:read"
        if needed not in token.scopes:
            return missing_scope(token, needed)
        if channel.private and not channel.member:
            return failed("channel_not_found")
        value = {
            "id": channel.id,
            "name": channel.name,
            "is_channel": not channel.private,
            "is_group": channel.private,
            "is_private": channel.private,
            "is_member": channel.member,
            "is_archived": channel.archived,
        }
        return in_json({"ok": True, "channel": value})

    async def _hook(self, request: web.Request) -> web.Response:
        channel = self._channels.by_id.get(request.match_info["bot"].removeprefix("B"))

        async def accept() -> Answer:
            if channel is None or not channel.webhook:
                return bare(404, "no_service")
            if request.match_info["secret"] != _secret(channel):
                return bare(403, "invalid_token")
            body = await request.read()
            return post_to_webhook(self._channels, channel, as_object(body), body)

        return await self._perform(
            request, "webhook", channel, accept, lambda e: bare(e.status, e.word)
        )


def _secret(channel: SlackChannel) -> str:
    return f"sandbox-{channel.id.lower()}"
