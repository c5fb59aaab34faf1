"""`backup`: copy the store into a file, while the service runs."""

from pathlib import Path

import click

from bridge.cli.options import config_option, read_config
from bridge.cli.output import stdout
from bridge.store.backups import back_up


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge backup /var/backups/nexusgpt-bridge.db
"""
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@config_option
def backup(file: Path, config_path: Path | None) -> None:
    """Copy the store into the new FILE, as it is at this moment, and check the copy.

    The service may run meanwhile and is not held up. FILE can be read by you alone, since it holds
    what agents wrote. To go back to it: stop the service, move the store and the files of its name
    that end in "-wal" and "-shm" away, put FILE in the store's place, with its owner, and start the
    service. It then posts again what was pending when the copy was made, also what has been
    delivered since: look at it with `deliveries` first.
    """
    config = read_config(config_path)
    copied = back_up(config.store_path, file)
    stdout().print(
        f"{file}: {copied.messages} messages, {copied.pending} deliveries pending, "
        f"{copied.dead} dead",
        soft_wrap=True,
    )
