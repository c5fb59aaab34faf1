"""`discard`: let go of dead deliveries that nobody will have sent again."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bridge.cli.options import config_option, read_config
from bridge.cli.output import stderr, stdout
from bridge.cli.records import NotFound, filter_options, named_dead
from bridge.deliveries import State
from bridge.errors import ConfigError
from bridge.store.discards import discard as let_go
from bridge.store.records import reading
from bridge.store.stories import Filter

_DEAD = Filter(states=(State.DEAD,))


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge discard 12-support
  nexusgpt-bridge discard --destination old --cause channel_not_found --dry-run
"""
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@filter_options
@click.option("--dry-run", is_flag=True, help="Only say what would be discarded.")
@config_option
def discard(
    ids: tuple[str, ...],
    destination: str | None,
    cause: str | None,
    since: datetime | None,
    dry_run: bool,
    config_path: Path | None,
) -> None:
    """Let go of dead deliveries: those named by ID, or all that the filters leave.

    ID is as `deliveries` lists it ("12-support"), or NexusGPT's id of a message: all its dead ones.
    What is discarded is no longer among what did not arrive, but `deliveries --state discarded`
    lists it. It is forgotten like what was delivered, `keep` after it was discarded; until then,
    `replay` with its ID has it sent after all. The service may run meanwhile.
    """
    wanted = Filter(states=_DEAD.states, destination=destination, cause=cause, since=since)
    if bool(ids) == (wanted != _DEAD):
        raise ConfigError(["name deliveries by ID, or by --destination, --cause and --since"])
    config = read_config(config_path)
    with reading(config.store_path) as records:
        dead = (
            named_dead(records, ids, done="discarded", by_id=False) if ids else records.dead(wanted)
        )
    if not dead:
        raise NotFound("no dead delivery is like that")
    if dry_run:
        for each in dead:
            stdout().print(f"{each.id} would be discarded", soft_wrap=True)
        stderr().print(f"{len(dead)} in all; nothing was done")
        return
    keys = [(each.number, each.destination) for each in dead]
    discarded = let_go(config.store_path, keys, at=datetime.now(UTC))
    stdout().print(f"{discarded} discarded")
    if discarded < len(dead):
        stdout().print(f"{len(dead) - discarded} not: replayed or discarded meanwhile")
