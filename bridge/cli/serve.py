"""`serve`: run the bridge until it is told to stop."""

import asyncio
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click

from bridge import app, logs
from bridge.cli.options import config_option
from bridge.config import find, load
from bridge.config.sources import PREFIX


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge serve --config /etc/nexusgpt-bridge/config.toml
  nexusgpt-bridge serve --log-format json 2> bridge.log
  kill -HUP $(pidof -x nexusgpt-bridge)    # have it read its config again
"""
)
@click.option(
    "--log-level",
    type=click.Choice(list(logs.LEVELS)),
    help='Write only lines of this importance or more. "debug" also tells what messages say. '
    "Default: [log] level of the config.",
)
@click.option(
    "--log-format",
    type=click.Choice(["logfmt", "json"]),
    help="For people, or one JSON object per line. Default: [log] format of the config.",
)
@config_option
def serve(log_level: str | None, log_format: str | None, config_path: Path | None) -> None:
    """Run the bridge: take webhooks, and post what they say.

    It logs to stderr, one line per thing that happened; in systemd's journal with priorities.

    SIGHUP has it read its config again: a bad one is refused, and the old one goes on. SIGTERM or
    Ctrl-C stops it: no new events are taken, posts under way are finished, the rest stays on disk.
    A second one ends it at once, and loses nothing either.
    """
    environ = _overruled(os.environ, LOG__LEVEL=log_level, LOG__FORMAT=log_format)
    read = partial(load, find(config_path, environ), environ)
    config = read()
    settings = config.settings
    level, form = logs.LEVELS[settings.log.level], settings.log.format
    logs.configure(settings.secret_texts, level=level, form=form)
    asyncio.run(app.serve(config, read))


def _overruled(environ: Mapping[str, str], **options: str | None) -> dict[str, str]:
    """Return an environment in which options have their say, now and at each reload."""
    told = {PREFIX + key: value for key, value in options.items() if value is not None}
    return {**environ, **told}
