"""A Discord on loopback that keeps the documented rules of webhooks."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from bridge.sandbox.answers import Accept, Answer, Stage, in_json
from bridge.sandbox.arrivals import Arrivals, Arrived
from bridge.sandbox.discord.channels import Channels
from bridge.sandbox.discord.forms import form
from bridge.sandbox.discord.guild import DiscordChannel, Guild
from bridge.sandbox.discord.posting import Ask, delete, edit, execute
from bridge.sandbox.discord.refusals import Pace, form_refusal, rate_limited, refusal
from bridge.sandbox.faults import DiscordError, DiscordFault, Faults
from bridge.sandbox.pace import Limits

# https://docs.discord.com/developers/reference#user-agent
_USER_AGENT = re.compile(r"DiscordBot \(\S+, [^)]+\)")

_TRUE, _FALSE = ("true", "True", "1"), ("false", "False", "0", "")
_PATH = "/api{version:(/v[0-9]+)?}/webhooks/{webhook}/{token}"
_MESSAGE_PATH = _PATH + "/messages/{message}"

#: the methods that change what stands in a channel: faults wait for them at its id as well
_WRITING = ("execute", "edit", "delete")

#: what the platform makes of a call that changes something in a channel
Write = Callable[[web.Request, DiscordChannel], Awaitable[Answer]]


class Discord:
    """The Discord of a sandbox.

    Faults wait at a channel's id, or at "execute", "edit", "delete" (of a message) or "get".
    """

    def __init__(
        self,
        guild: Guild,
        *,
        arrivals: Arrivals,
        limits: Limits,
        clock: Callable[[], float],
        closing: asyncio.Event,
    ) -> None:
        self.faults: Faults[DiscordFault] = Faults()
        self.guild = guild
        #: where the server listens; known once it does
        self.base_url = ""
        self._arrivals = arrivals
        self._channels = Channels(guild, arrivals=arrivals, clock=clock)
        self._pace = Pace(limits)
        self._stage = Stage(
            platform="discord",
            arrivals=arrivals,
            closing=closing,
            rate_limited=rate_limited,
            # What Cloudflare answers itself lacks this header: so clients tell a ban from a limit.
            headers={"Via": "1.1 google"},
        )

    @property
    def channels(self) -> tuple[DiscordChannel, ...]:
        """The channels as they are now."""
        return tuple(self._channels.by_id.values())

    @property
    def posts(self) -> list[Arrived]:
        """What has arrived in all channels, in order."""
        return self._arrivals.select("discord", None)

    def webhook_url(self, channel: str) -> str:
        """Return the URL of the webhook of the channel with this id or name."""
        found = self._channels.named(channel)
        return f"{self.base_url}/api/webhooks/{found.webhook_id}/{found.token}"

    def put(self, channel: DiscordChannel) -> None:
        """Add a channel, or change the one with the same id."""
        self._channels.by_id[channel.id] = channel

    def open_thread(self, channel: str, name: str) -> str:
        """Open a thread in the channel with this id, as a person would, and return its id."""
        return self._channels.open_thread(self._channels.by_id[channel], name)

    def archive_thread(self, thread: str) -> None:
        """Archive a thread, as a person would, or time."""
        self._channels.archived.add(thread)

    def lock_thread(self, thread: str) -> None:
        """Lock a thread, as a moderator would: webhooks are none."""
        self._channels.locked.add(thread)

    def delete_thread(self, thread: str) -> None:
        """Delete a thread with all that stands in it, as a moderator would."""
        self._channels.delete_thread(thread)

    def delete(self, post: Arrived) -> None:
        """Delete a message, as a person would."""
        self._channels.delete(post)

    def thread_name(self, thread: str) -> str:
        """Return the name of a thread."""
        return self._channels.threads[thread][1]

    def routes(self) -> list[web.RouteDef]:
        """Return what the sandbox's server has to serve for Discord."""
        return [
            web.post(_PATH, self._execute),
            web.get(_PATH, self._get),
            web.patch(_MESSAGE_PATH, self._edit),
            web.delete(_MESSAGE_PATH, self._delete),
        ]

    async def _execute(self, request: web.Request) -> web.Response:
        return await self._write(request, "execute", self._answer)

    async def _edit(self, request: web.Request) -> web.Response:
        async def answer(request: web.Request, channel: DiscordChannel) -> Answer:
            message, body = request.match_info["message"], await form(request)
            return edit(self._channels, channel, message, body, request.query.get("thread_id"))

        return await self._write(request, "edit", answer)

    async def _delete(self, request: web.Request) -> web.Response:
        async def answer(request: web.Request, channel: DiscordChannel) -> Answer:
            message = request.match_info["message"]
            return delete(self._channels, channel, message, request.query.get("thread_id"))

        return await self._write(request, "delete", answer)

    async def _write(self, request: web.Request, method: str, write: Write) -> web.Response:
        async def accept() -> Answer:
            channel = self._admit(request)
            if isinstance(channel, Answer):
                return channel
            now = self._channels.clock()
            limited, headers = self._pace.enter(channel, now, is_post=method == "execute")
            answer = limited or await write(request, channel)
            return replace(answer, headers={**headers, **answer.headers})

        return await self._perform(request, method, accept)

    async def _answer(self, request: web.Request, channel: DiscordChannel) -> Answer:
        wait = request.query.get("wait", "")
        if wait not in (*_TRUE, *_FALSE):
            return form_refusal(
                (("wait",), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            )
        ask = Ask(wait=wait in _TRUE, thread=request.query.get("thread_id"))
        return execute(self._channels, channel, await form(request), ask)

    async def _get(self, request: web.Request) -> web.Response:
        async def accept() -> Answer:
            channel = self._admit(request)
            if isinstance(channel, Answer):
                return channel
            # https://docs.discord.com/developers/resources/webhook#get-webhook-with-token - no user
            value = {
                "id": channel.webhook_id,
                "type": 1,
                "name": self.guild.webhook_name,
                "avatar": None,
                "channel_id": channel.id,
                "guild_id": self.guild.id,
                "application_id": None,
                "token": channel.token,
            }
            return in_json(value)

        return await self._perform(request, "get", accept)

    def _admit(self, request: web.Request) -> DiscordChannel | Answer:
        """Return the channel of a request, or its refusal: from nobody, to nobody, wrong token."""
        if not _USER_AGENT.match(request.headers.get("User-Agent", "")):
            return refusal(403, 40333, "internal network error")
        channel = self._channels.of_webhook(request.match_info["webhook"])
        if channel is None or not channel.webhook:
            return refusal(404, 10015, "Unknown Webhook")
        if request.match_info["token"] != channel.token:
            return refusal(401, 50027, "Invalid Webhook Token")
        return channel

    async def _perform(self, request: web.Request, method: str, accept: Accept) -> web.Response:
        channel = self._channels.of_webhook(request.match_info["webhook"])
        place = channel.id if channel else ""
        fault = self.faults.take(*((place, method) if method in _WRITING else (method,)))
        if isinstance(fault, DiscordError):
            accept = refusal(fault.status, fault.code, fault.message).given
            fault = None
        return await self._stage.perform(request, fault, accept, method=method, channel=place)
