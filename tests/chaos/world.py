"""What is around the bridge: its platforms with a record of all they took, its config, its store's file."""

import json
import re
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import bridge.sandbox.app
from bridge.sandbox import (
    BRIDGE_SCOPES,
    HISTORY_SCOPES,
    NO_LIMITS,
    Arrived,
    DiscordChannel,
    DiscordError,
    Guild,
    LostAnswer,
    RateLimited,
    Sandbox,
    ServerError,
    SlackChannel,
    SlackToken,
    Workspace,
)
from bridge.sandbox.arrivals import Arrivals
from tests.chaos.plans import ALL_PLACES, REFUSING, Event, Place, Plan
from tests.messages import make_payload

SECRET = "mysecret"
_MARK = re.compile(r"(e\d+)r(\d+)p(\d+)of(\d+)")
_KEPT = Path(__file__).parents[1] / "store" / "kept"
#: what was settled before a night is older than `keep` after it
_NIGHT_MS = 2 * 86_400_000

_CONFIG = """\
[server]
listen = "127.0.0.1:0"
[admin]
listen = "127.0.0.1:0"
[nexusgpt]
header = "nexus-signature"
secrets = ["{secret}"]
[store]
url = "sqlite:///{store}"
[slack]
token = "xoxb-sandbox"
api_url = "{api_url}"
posts_per_second = 1000
[delivery]
retry_first = "5ms"
retry_longest = "20ms"
keep = "1d"
{destinations}
[[routes]]
to = {names}
"""
_HEADER = "{{ message.id }}r{{ message.revision }}p{{ part }}of{{ parts }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Which part a post is."""

    id: str
    revision: int
    #: the destination's name
    place: str
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a platform took from the bridge."""

    what: Literal["post", "edit", "removal"]
    mark: Mark
    #: of the parts of the message
    parts: int
    #: the platform's thread that the post stands in, or opens
    thread: str | None
    #: the platform's id of the post
    post: str
    #: it came with a file, which Slack can't look up
    is_file: bool = False


class Journal(Arrivals):
    """Keeps in order what was taken, also what was edited or removed later."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Taken] = []

    def add(self, post: Arrived) -> None:
        """Keep a post."""
        self.taken.append(_taken("post", post))
        super().add(post)

    def replace(self, post: Arrived, by: Arrived) -> None:
        """Keep an edit."""
        self.taken.append(_taken("edit", by))
        super().replace(post, by)

    def remove(self, post: Arrived) -> None:
        """Keep a removal."""
        self.taken.append(_taken("removal", post))
        super().remove(post)


def _taken(what: Literal["post", "edit", "removal"], post: Arrived) -> Taken:
    found = _MARK.search(f"{post.text}{post.blocks}")
    assert found is not None, f"a post without its mark: {post}"
    id_, revision, part, parts = found.groups()
    place = next(each for each in (*ALL_PLACES, REFUSING) if each.channel == post.channel)
    mark = Mark(id=id_, revision=int(revision), place=place.name, part=int(part))
    thread = post.thread or (post.id if place.threaded else None)
    return Taken(
        what=what,
        mark=mark,
        parts=int(parts),
        thread=thread,
        post=post.id,
        is_file=bool(post.files),
    )


class World:
    """One plan's platforms, config and store."""

    def __init__(self, plan: Plan, sandbox: Sandbox, journal: Journal, directory: Path) -> None:
        self.plan = plan
        self.journal = journal
        self.store = directory / "bridge.db"
        self.config = directory / "config.toml"
        self.directory = directory
        self._sandbox = sandbox
        self._break()
        if plan.old_schema is not None:
            _old_store(self.store, plan)

    def configure(self, *, without_first: bool = False) -> None:
        """Write the config, with all places or without the first one."""
        places = self.plan.places[without_first:]
        text = _CONFIG.format(
            secret=SECRET,
            store=self.store,
            api_url=self._sandbox.slack_api_url,
            destinations="\n".join(map(self._destination, places)),
            names=json.dumps([place.name for place in places]),
        )
        # As an editor does it: a bridge never reads half of it.
        (draft := self.config.with_suffix(".draft")).write_text(text)
        draft.replace(self.config)

    def heal(self) -> None:
        """Take what was refused for good."""
        self._sandbox.discord.faults.clear(REFUSING.channel)

    def calm(self) -> None:
        """Let nothing go wrong any more."""
        self._sandbox.slack.faults.clear()
        self._sandbox.discord.faults.clear()

    def put(self, place: Place, *, is_gone: bool) -> None:
        """Take a channel away from the bridge, or give it back."""
        if place.is_of_slack:
            channel = SlackChannel(id=place.channel, name=place.name, archived=is_gone)
            self._sandbox.slack.put(channel)
        else:
            self._sandbox.discord.put(replace(_discord(place), webhook=not is_gone))

    def lost(self) -> Counter[str]:
        """Return how many calls at each place got no answer that says whether they were taken."""
        names = {place.channel: place.name for place in self.plan.places}
        return Counter(
            names[call.channel]
            for call in self._sandbox.calls
            if call.channel in names and (call.status is None or call.status >= 500)
        )

    def a_night(self) -> None:
        """Let the time pass for what the store holds."""
        with closing(sqlite3.connect(self.store)) as connection, connection:
            connection.execute("UPDATE message SET accepted_at = accepted_at - ?", (_NIGHT_MS,))
            connection.execute("UPDATE history SET settled_at = settled_at - ?", (_NIGHT_MS,))

    def _destination(self, place: Place) -> str:
        slack, discord = self._sandbox.slack, self._sandbox.discord
        way = {
            "slack": lambda: f'channel = "{place.channel}"',
            "slack webhook": lambda: f'webhook_url = "{slack.webhook_url(place.channel)}"',
            "discord": lambda: f'webhook_url = "{discord.webhook_url(place.channel)}"',
            "forum": lambda: f'webhook_url = "{discord.webhook_url(place.channel)}"',
        }
        return (
            f"[destinations.{place.name}]\n"
            f'platform = "{"slack" if place.is_of_slack else "discord"}"\n'
            f"{way[place.kind]()}\n"
            f'thread = "{"chat" if place.threaded else "none"}"\n'
            f'on_unknown = "{place.on_unknown}"\n'
            f'header = "{_HEADER}"\n'
        )

    def _break(self) -> None:
        """Let go wrong what the plan says."""
        for number, place in enumerate(self.plan.places):
            platform = self._sandbox.slack if place.is_of_slack else self._sandbox.discord
            if place == REFUSING:
                self._sandbox.discord.faults.always(place.channel, DiscordError(400, 200000))
                continue
            # As often as they are wanted, of all that can go wrong.
            certain, doubtful = round(place.limited * 20), round(place.lost * 20)
            kinds = [
                *[RateLimited(retry_after=0)] * certain,
                *([LostAnswer(), ServerError()] * doubtful)[:doubtful],
            ]
            if kinds:
                seed, rate = self.plan.seed * 10 + number, place.limited + place.lost
                platform.faults.storm(place.channel, seed=seed, rate=rate, kinds=kinds)


def _discord(place: Place) -> DiscordChannel:
    return DiscordChannel(id=place.channel, name=place.name, forum=place.kind == "forum")


def body(event: Event) -> bytes:
    """Return the webhook that tells an event."""
    payload = make_payload(id=event.id, chatId=event.chat, content=event.content)
    return json.dumps({"event": "MESSAGE_FINALIZED", "payload": payload}).encode()


def _old_store(path: Path, plan: Plan) -> None:
    """Make the store that an earlier version left, with the plan's first events pending in it."""
    script = (_KEPT / f"schema_{plan.old_schema}.sql").read_text()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(script)
        _clear(connection)
        for number, event in enumerate(plan.events[: plan.old_events], start=1):
            names = [place.name for place in plan.places]
            _insert(connection, number, event, names)


def _clear(connection: sqlite3.Connection) -> None:
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own names


def _insert(
    connection: sqlite3.Connection, number: int, event: Event, names: Sequence[str]
) -> None:
    connection.execute(
        "INSERT INTO message (number, id, revision, chat_id, fingerprint, accepted_at, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            event.id,
            event.revision,
            event.chat,
            f"old {number}".encode(),
            int(time.time() * 1000),
            body(event),
        ),
    )
    connection.executemany(
        "INSERT INTO delivery (message, destination, route) VALUES (?, ?, 'old')",
        [(number, name) for name in names],
    )


@asynccontextmanager
async def world(plan: Plan, directory: Path) -> AsyncIterator[World]:
    """Run the plan's platforms until the context ends."""
    every = (*ALL_PLACES, REFUSING)
    workspace = Workspace(
        channels=tuple(SlackChannel(id=each.channel, name=each.name) for each in every if each.is_of_slack),
        tokens=(SlackToken(scopes=BRIDGE_SCOPES | HISTORY_SCOPES),),
    )
    guild = Guild(channels=tuple(_discord(each) for each in every if not each.is_of_slack))
    journal = Journal()
    # The sandbox keeps what a reader finds at the end; the journal keeps what was ever taken.
    usual, bridge.sandbox.app.Arrivals = bridge.sandbox.app.Arrivals, lambda: journal  # type: ignore[misc,assignment]
    try:
        sandbox = Sandbox(workspace=workspace, guild=guild, limits=NO_LIMITS)
    finally:
        bridge.sandbox.app.Arrivals = usual  # type: ignore[misc]
    async with sandbox:
        yield World(plan, sandbox, journal, directory)
