"""The page of the sandbox: both chat clients side by side, with what has arrived."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import resources
from string import Template
from urllib.parse import urlencode

from aiohttp import web

from bridge.sandbox.arrivals import Arrivals, Arrived, Platform
from bridge.sandbox.discord import Discord
from bridge.sandbox.page import discord as discord_drawing
from bridge.sandbox.page import slack as slack_drawing
from bridge.sandbox.page.windows import Draw, Room, Window, window
from bridge.sandbox.slack import Slack

# Pictures are all that may come from elsewhere, if a post brings one: no scripts, styles or frames.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src http: https:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Page:
    """Draws what has arrived; each post only once, and again when it was edited."""

    def __init__(self, arrivals: Arrivals, slack: Slack, discord: Discord) -> None:
        self._arrivals = arrivals
        self._slack = slack
        self._discord = discord
        self._drawn: dict[tuple[str, str, str, int], str] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return what the sandbox's server has to serve for the page."""
        return [
            web.get("/", self._whole),
            web.get("/view", self._view),
            web.get("/page.css", _file("page.css", "text/css")),
            web.get("/page.js", _file("page.js", "text/javascript")),
        ]

    async def _whole(self, request: web.Request) -> web.Response:
        template = Template(_read("page.html"))
        html = template.substitute(view=self._draw(request.query), seen=self._version)
        return web.Response(text=html, content_type="text/html", headers=_HEADERS)

    async def _view(self, request: web.Request) -> web.Response:
        """Answer with both clients if anything is new since the page has last asked."""
        if request.query.get("seen") == self._version:
            return web.Response(status=204, headers=_HEADERS)
        headers = {**_HEADERS, "X-Seen": self._version}
        return web.Response(
            text=self._draw(request.query), content_type="text/html", headers=headers
        )

    @property
    def _version(self) -> str:
        arrivals = self._arrivals
        edits = sum(post.edited for post in arrivals.posts)
        counts = (len(arrivals.posts), len(arrivals.removed), len(arrivals.calls), edits)
        return ".".join(map(str, counts))

    def _draw(self, query: Mapping[str, str]) -> str:
        posts, calls = self._arrivals.posts, self._arrivals.calls
        failed = sum(call.status is None or bool(call.error) for call in calls)
        pinged = sum(bool(post.pings) for post in posts)
        counts = (
            f"{_count(len(posts), 'post')}{_changes(posts, self._arrivals.removed)}"
            f" · {_count(len(calls), 'call')}, {failed} refused or lost"
        )
        warning = f'<b class="ping">{_count(pinged, "ping")}</b>' if pinged else ""
        both = window(self._slack_window(query)) + window(self._discord_window(query))
        return f'<p class="counts">{counts} {warning}</p><main>{both}</main>'

    def _slack_window(self, query: Mapping[str, str]) -> Window:
        rooms = [
            self._room("slack", channel.id, channel.name, "🔒" if channel.private else "#", query)
            for channel in self._slack.channels
        ]
        return Window(
            platform="slack",
            title=self._slack.workspace.name,
            rooms=rooms,
            open=_open(rooms, query.get("slack")),
            draw=self._once(slack_drawing.draw),
            thread_name=lambda _: "",
        )

    def _discord_window(self, query: Mapping[str, str]) -> Window:
        rooms = [
            self._room("discord", channel.id, channel.name, "💬" if channel.forum else "#", query)
            for channel in self._discord.channels
        ]
        return Window(
            platform="discord",
            title=self._discord.guild.name,
            rooms=rooms,
            open=_open(rooms, query.get("discord")),
            draw=self._once(discord_drawing.draw),
            thread_name=self._discord.thread_name,
        )

    def _room(
        self, platform: Platform, channel: str, name: str, sign: str, query: Mapping[str, str]
    ) -> Room:
        kept = {key: query[key] for key in ("slack", "discord") if key in query}
        return Room(
            id=channel,
            name=name,
            sign=sign,
            posts=self._arrivals.select(platform, channel),
            href="?" + urlencode({**kept, platform: channel}),
        )

    def _once(self, draw: Draw) -> Draw:
        """Return a *draw* that remembers: a page that asks every second must not parse every second."""

        def remembered(post: Arrived) -> str:
            key = (post.platform, post.channel, post.id, post.edited)
            if key not in self._drawn:
                self._drawn[key] = draw(post)
            return self._drawn[key]

        return remembered


def _open(rooms: Sequence[Room], wanted: str | None) -> Room:
    """Return the room that was asked for, else the first with something in it."""
    chosen = [room for room in rooms if room.id == wanted] or [room for room in rooms if room.posts]
    return (chosen or list(rooms))[0]


def _changes(posts: Sequence[Arrived], removed: Sequence[Arrived]) -> str:
    """Say how many posts are no longer what they were, if any."""
    edited = sum(bool(post.edited) for post in posts)
    facts = ((edited, "edited"), (len(removed), "removed"))
    told = ", ".join(f"{number} {word}" for number, word in facts if number)
    return f" ({told})" if told else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _read(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def _file(name: str, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(_request: web.Request) -> web.Response:
        return web.Response(text=_read(name), content_type=kind, headers=_HEADERS)

    return serve
