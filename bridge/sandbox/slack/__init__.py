"""A Slack on loopback that keeps Slack's documented rules."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from bridge.sandbox.answers import Accept, Answer, Stage, as_object
from bridge.sandbox.arrivals import Arrivals, Arrived
from bridge.sandbox.faults import Faults, SlackError, SlackFault
from bridge.sandbox.pace import Limits
from bridge.sandbox.slack.about import channel_info, identity
from bridge.sandbox.slack.api import arguments, bearer, failed
from bridge.sandbox.slack.channels import Channels
from bridge.sandbox.slack.editing import delete_message, update_message
from bridge.sandbox.slack.files import complete_upload, take_bytes, upload_url
from bridge.sandbox.slack.history import history, replies
from bridge.sandbox.slack.posting import bare, post_message, post_to_webhook, rate_limited
from bridge.sandbox.slack.workspace import SlackChannel, SlackToken, Workspace

#: the methods that change what stands in a channel: faults wait for them at its id as well
_WRITING = {
    "chat.postMessage": post_message,
    "chat.update": update_message,
    "chat.delete": delete_message,
    "files.completeUploadExternal": complete_upload,
}


class Slack:
    """The Slack of a sandbox. Faults wait at a channel's id or at the name of a method.

    The method of an upload's second step, the bytes, is called "upload".
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        arrivals: Arrivals,
        limits: Limits,
        clock: Callable[[], float],
        closing: asyncio.Event,
    ) -> None:
        self.faults: Faults[SlackFault] = Faults()
        self.workspace = workspace
        #: where the server listens; known once it does
        self.base_url = ""
        self._arrivals = arrivals
        self._channels = Channels(workspace, arrivals=arrivals, limits=limits, clock=clock)
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

    def delete(self, post: Arrived) -> None:
        """Delete a message, as a person would. Its thread stays as long as it has replies."""
        self._channels.remove(post)

    def routes(self) -> list[web.RouteDef]:
        """Return what the sandbox's server has to serve for Slack."""
        return [
            web.post("/api/{method:[a-z]+[.][A-Za-z.]+}", self._call),
            web.get("/api/{method:[a-z]+[.][A-Za-z.]+}", self._call),
            web.post("/services/{team}/{bot}/{secret}", self._hook),
            web.post("/upload/v1/{file}", self._upload),
        ]

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await arguments(request)

        async def accept() -> Answer:
            if given is None:
                return failed("invalid_json")
            token = self._channels.tokens.get(value := bearer(request, given))
            if token is None or token.error:
                return failed(token.error if token else "invalid_auth" if value else "not_authed")
            if seconds := self._channels.wait_for(method):
                return rate_limited(seconds)
            return self._answer(method, token, given, await request.read())

        named = (given or {}).get("channel") or (given or {}).get("channel_id")
        channel = self._channels.find(named) if method in _WRITING else None
        return await self._perform(request, method, channel, accept, lambda e: failed(e.word))

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
            case method if method in _WRITING:
                return _WRITING[method](self._channels, token, given, body)
            case "files.getUploadURLExternal":
                return upload_url(self._channels, token, given, self.base_url)
            case "conversations.info":
                return channel_info(self._channels, token, given)
            case "conversations.history":
                return history(self._channels, token, given)
            case "conversations.replies":
                return replies(self._channels, token, given)
            case "auth.test":
                return identity(self._channels, token, self.base_url)
            case _:
                return failed("unknown_method")

    async def _upload(self, request: web.Request) -> web.Response:
        file = request.match_info["file"]

        async def accept() -> Answer:
            return take_bytes(self._channels, file, await request.read())

        return await self._perform(
            request, "upload", None, accept, lambda e: bare(e.status, e.word)
        )

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
