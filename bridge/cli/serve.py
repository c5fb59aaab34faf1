"""`serve`: run the bridge until it is told to stop."""

import asyncio
from pathlib import Path

import click

from bridge import app, logs
from bridge.cli.options import config_option, read_config


@click.command()
@config_option
def serve(config_path: Path | None) -> None:
    """Run the bridge: take webhooks, and post what they say.

    It logs to stderr, one line per thing that happened. SIGTERM or Ctrl-C stops it: no new events
    are taken, posts under way are finished, the rest stays on disk. A second one ends it at once.
    """
    config = read_config(config_path)
    logs.configure(config.settings.secret_texts)
    asyncio.run(app.serve(config))
