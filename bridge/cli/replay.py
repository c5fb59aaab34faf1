"""`replay`: have dead deliveries sent again, by the service that runs."""

import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from bridge.cli.completion import destinations
from bridge.cli.options import config_option, read_config
from bridge.cli.output import stderr, stdout
from bridge.cli.records import NotFound, filter_options, named_dead
from bridge.config import Config
from bridge.config.faults import nearest
from bridge.deliveries import State
from bridge.errors import ConfigError
from bridge.store.records import reading
from bridge.store.revivals import Requests, Wanted, requesting
from bridge.store.stories import Filter

#: requests in one transaction, which the running bridge waits for
CHUNK = 500
#: how long the running bridge may show no sign before the command ends without it
PATIENCE_SECONDS = 3.0
_POLL_SECONDS = 0.1


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge replay 12-support 13-support
  nexusgpt-bridge replay --destination support --since 24h
  nexusgpt-bridge replay --cause 10015 --to ops --dry-run
"""
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@filter_options
@click.option(
    "--to",
    metavar="DESTINATION",
    shell_complete=destinations,
    help="Send them to this destination instead.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@config_option
def replay(
    ids: tuple[str, ...],
    destination: str | None,
    cause: str | None,
    since: datetime | None,
    to: str | None,
    dry_run: bool,
    config_path: Path | None,
) -> None:
    """Have dead deliveries sent again: those named by ID, or all that the filters leave.

    ID is as `deliveries` lists it ("12-support"), or NexusGPT's id of a message: all its dead ones.
    The running service takes them up by itself, each at the end of its destination's lane, with a
    new age; otherwise they go out at its next start. Parts that arrived are not sent again; a
    part in doubt is. With --to, the message becomes a delivery to another destination, unless it
    is there already. Only dead ones can be replayed, and asking twice sends them once. One that was
    discarded is replayed only by its own ID.
    """
    wanted = Filter(states=(State.DEAD,), destination=destination, cause=cause, since=since)
    is_filtered = wanted != Filter(states=(State.DEAD,))
    if bool(ids) == is_filtered:
        raise ConfigError(["name deliveries by ID, or by --destination, --cause and --since"])
    config = read_config(config_path)
    with reading(config.store_path) as records:
        dead = (
            named_dead(records, ids, done="replayed", by_id=True) if ids else records.dead(wanted)
        )
    if not dead:
        raise NotFound("no dead delivery is like that")
    chosen = [Wanted(each.number, each.destination, to or each.destination) for each in dead]
    _check_destinations(config, {each.to for each in chosen})
    if dry_run:
        _say("would be sent again", chosen)
        return
    _ask(config.store_path, chosen)


def _check_destinations(config: Config, names: Collection[str]) -> None:
    known = config.settings.destinations
    faults = [
        f'there is no destination "{name}" in {config.path}{nearest(name, known)}'
        for name in sorted(names)
        if name not in known
    ]
    if faults:
        raise ConfigError([*faults, "--to sends them to another destination; nothing was done"])


def _ask(path: Path, chosen: Sequence[Wanted]) -> None:
    """Ask the bridge for all of them, and say what it does."""
    asked: list[range] = []
    with requesting(path) as requests, stderr().status("asking") as status:
        for start in range(0, len(chosen), CHUNK):
            asked.append(requests.ask(chosen[start : start + CHUNK], at=datetime.now(UTC)))
            status.update(f"asked for {min(start + CHUNK, len(chosen))} of {len(chosen)}")
        count = sum(map(len, asked))
        status.update(f"{count} wait for the bridge")
        left = _wait(requests, asked)
    stdout().print(f"{count - left} taken up by the running bridge", soft_wrap=True)
    if left:
        stdout().print(f"{left} wait for it: they go out when it runs", soft_wrap=True)
    if count < len(chosen):
        stdout().print(
            f"{len(chosen) - count} not needed: asked for, on the way or delivered already"
        )


def _wait(requests: Requests, asked: Sequence[range]) -> int:
    """Wait for the bridge as long as it goes on taking up requests; return how many it left."""
    left = sum(map(requests.left, asked))
    patience = time.monotonic() + PATIENCE_SECONDS
    while left and time.monotonic() < patience:
        time.sleep(_POLL_SECONDS)
        before, left = left, sum(map(requests.left, asked))
        patience = patience if left == before else time.monotonic() + PATIENCE_SECONDS
    return left


def _say(what: str, chosen: Sequence[Wanted]) -> None:
    for each in chosen:
        there = "" if each.to == each.source else f" to {each.to}"
        stdout().print(f"{each.number}-{each.source} {what}{there}", soft_wrap=True)
    stderr().print(f"{len(chosen)} in all; nothing was done")
