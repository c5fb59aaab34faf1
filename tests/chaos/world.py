"""What is around a bridge: the `World` of its platforms, its config and its store's file."""

import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

from bridge.sandbox import (
    BRIDGE_SCOPES,
    HISTORY_SCOPES,
    NO_LIMITS,
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
from bridge.sandbox.faults import Fault
from tests.chaos.journal import HEADER, Journal
from tests.chaos.old_stores import make_old_store
from tests.chaos.plans import ALL_PLACES, REFUSING, Place, Plan

SECRET = "mysecret"
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
retry_longest = "{longest}ms"
keep = "1d"
{destinations}
[[routes]]
to = {names}
"""


class World:
    """One plan's platforms, config and store."""

    def __init__(self, plan: Plan, sandbox: Sandbox, journal: Journal, directory: Path) -> None:
        self.plan = plan
        self.journal = journal
        self.store = directory / "bridge.db"
        self.config = directory / "config.toml"
        self.directory = directory
        self._sandbox = sandbox
        self._configs = 0
        self._break()
        if plan.old_schema is not None:
            make_old_store(self.store, plan)

    def configure(self, *, without_first: bool = False) -> None:
        """Write the config, with all places or without the first one; it is never as it was before."""
        self._configs += 1
        places = self.plan.places[without_first:]
        text = _CONFIG.format(
            secret=SECRET,
            store=self.store,
            api_url=self._sandbox.slack_api_url,
            destinations="\n".join(map(self._destination, places)),
            names=json.dumps([place.name for place in places]),
            longest=20 + self._configs,
        )
        # As an editor does it: a bridge never reads half of it.
        draft = self.config.with_suffix(".draft")
        draft.write_text(text)
        draft.chmod(0o600)
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
            f'header = "{HEADER}"\n'
            f"max_parts = {2 + self._configs % 4}\n"
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
            lost: list[Fault] = [LostAnswer(), ServerError()]
            kinds: list[Fault] = [
                *[RateLimited(retry_after=0)] * certain,
                *(lost * doubtful)[:doubtful],
            ]
            if kinds:
                seed, rate = self.plan.seed * 10 + number, place.limited + place.lost
                platform.faults.storm(place.channel, seed=seed, rate=rate, kinds=kinds)


def _discord(place: Place) -> DiscordChannel:
    return DiscordChannel(id=place.channel, name=place.name, forum=place.kind == "forum")


@asynccontextmanager
async def world(plan: Plan, directory: Path) -> AsyncIterator[World]:
    """Run the plan's platforms until the context ends."""
    every = (*ALL_PLACES, REFUSING)
    workspace = Workspace(
        channels=tuple(
            SlackChannel(id=each.channel, name=each.name) for each in every if each.is_of_slack
        ),
        tokens=(SlackToken(scopes=BRIDGE_SCOPES | HISTORY_SCOPES),),
    )
    guild = Guild(channels=tuple(_discord(each) for each in every if not each.is_of_slack))
    journal = Journal()
    sandbox = Sandbox(workspace=workspace, guild=guild, limits=NO_LIMITS, arrivals=journal)
    async with sandbox:
        yield World(plan, sandbox, journal, directory)
