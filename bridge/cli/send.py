"""`send`: post one marked test message, and say what the platform answered.

It goes the way of every message, from accepting to settling, with a store of its own that is
thrown away afterwards: the running service is not disturbed.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import click

from bridge import logs
from bridge.app import Reality
from bridge.cli.completion import destinations
from bridge.cli.options import config_option, read_config
from bridge.cli.output import stderr, stdout
from bridge.config import Config
from bridge.config.faults import nearest
from bridge.deliveries import Accepted, Outcome
from bridge.destinations import Destination
from bridge.errors import ConfigError
from bridge.notices import own_message
from bridge.retries import RetryPolicy
from bridge.senders import Sender, open_sender, open_session
from bridge.store.sqlite import SqliteStore
from bridge.worker import Lane, Surroundings, Target, Worker

_TEXT = "This is a **test message**: if you can read it, the bridge can post here."
_POLL_SECONDS = 0.02
_REAL = Reality()


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge send support
  nexusgpt-bridge send ops "The **new** channel works."
"""
)
@click.argument("destination", shell_complete=destinations)
@click.argument("text", default=_TEXT)
@config_option
def send(destination: str, text: str, config_path: Path | None) -> None:
    """Post one test message to DESTINATION, marked as such, and say what the platform answered.

    It is rendered and sent like every message, but tried only once. TEXT is Markdown; without it,
    the message says that it is a test. Exit code 0 if it was accepted.
    """
    config = read_config(config_path)
    logs.configure(config.settings.secret_texts, level=logs.SILENT)
    target = config.settings.destinations.get(destination)
    if target is None:
        known = nearest(destination, config.settings.destinations)
        raise ConfigError([f'there is no destination "{destination}" in {config.path}{known}'])
    outcomes = asyncio.run(_delivered(config, destination, target, text))
    for outcome in outcomes:
        _say(destination, outcome)
    sys.exit(0 if isinstance(outcomes[-1], Accepted) else 1)


class _Witness:
    """A sender that remembers what the platform answered."""

    def __init__(self, sender: Sender) -> None:
        self.outcomes: list[Outcome] = []
        self._sender = sender
        # None is called: a test message is always new, and tried once.
        self.edit, self.remove, self.find = sender.edit, sender.remove, sender.find

    async def send(
        self, post: Any, *, thread: str | None = None, title: str | None = None
    ) -> Outcome:
        """Send the post as the real sender does."""
        outcome = await self._sender.send(post, thread=thread, title=title)
        self.outcomes.append(outcome)
        return outcome


async def _delivered(
    config: Config, name: str, destination: Destination, text: str
) -> list[Outcome]:
    """Deliver one event and return every answer of the platform."""
    slack = config.settings.slack
    async with open_session(config.settings.outbound.way) as session:
        sender = _Witness(
            open_sender(destination, session, slack_token=slack.token, slack_api_url=slack.api_url)
        )
        with TemporaryDirectory(prefix="nexusgpt-bridge-") as directory:
            store = await SqliteStore.open(Path(directory, "send.db"))
            try:
                arrival = own_message(
                    f"test-{uuid4()}",
                    "test",
                    text,
                    role="test message",
                    routed={name: "send"},
                    at=_REAL.now(),
                )
                await store.accept(arrival)
                await _work_down(store, name, Target(destination=destination, sender=sender))
            finally:
                await store.close()
    return sender.outcomes


async def _work_down(store: SqliteStore, name: str, target: Target) -> None:
    around = Surroundings(
        store=store,
        agents={},
        now=_REAL.now,
        sleep=_REAL.sleep,
        chance=_REAL.chance,
    )
    # The maximum age of nothing makes the first failure final.
    once = RetryPolicy(max_age=timedelta(0))
    worker = Worker([Lane(name, target, once, around)])
    worker.start()
    while await store.pending():  # noqa: ASYNC110 -- a store does not tell when it has settled
        await asyncio.sleep(_POLL_SECONDS)
    await worker.stop()


def _say(destination: str, outcome: Outcome) -> None:
    if isinstance(outcome, Accepted):
        post = outcome.confirmed
        where = f" in {post.channel}" if post.channel else ""
        stdout().print(f"{destination}: accepted, post {post.post_id or 'without an id'}{where}")
    else:
        stderr().print(f"{destination}: {outcome.reason}", soft_wrap=True)
