"""`deliveries`: list what is not delivered, and why; or whatever else is asked for."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from bridge.cli.moments import age, moment, written
from bridge.cli.options import config_option, read_config
from bridge.cli.output import grid_of, stderr, stdout
from bridge.cli.printable import printable, printable_json
from bridge.cli.records import STYLES, cleaner, filter_options, record_json, shortened
from bridge.deliveries import State
from bridge.store import Parked
from bridge.store.records import Records, key_of, reading
from bridge.store.stories import DISCARDED, Filter, Group, Record, Standing

PAGE = 50
_NOT_DELIVERED = (State.PENDING, State.DEAD)
#: what `--state` can be; another process can't see which pending one is being sent
_STATES: dict[str, tuple[Standing, ...]] = {
    "pending": (State.PENDING,),
    "dead": (State.DEAD,),
    "discarded": (DISCARDED,),
    "delivered": (State.DELIVERED,),
    "all": (*_NOT_DELIVERED, DISCARDED, State.DELIVERED),
}


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge deliveries
  nexusgpt-bridge deliveries --state dead --destination ops --since 24h --list
  nexusgpt-bridge deliveries --json --limit 1000
"""
)
@click.option("--state", type=click.Choice(list(_STATES)), help="Only those in this state.")
@filter_options
@click.option("--chat", metavar="ID", help="Only those of this chat.")
@click.option(
    "--older", type=moment, metavar="TIME", help="Only those accepted before: an age or a time."
)
@click.option("--list", "as_list", is_flag=True, help="One line per delivery instead of groups.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=PAGE, show_default=True, help="Of a list."
)
@click.option("--after", metavar="ID", help="Go on behind this delivery of a list.")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list.")
@config_option
def deliveries(
    state: str | None,
    destination: str | None,
    cause: str | None,
    since: datetime | None,
    chat: str | None,
    older: datetime | None,
    as_list: bool,
    limit: int,
    after: str | None,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Say what is not delivered, and why, grouped by destination, state and cause.

    It lists single deliveries, newest first, if told so, or as soon as a filter leaves one group.
    The service may run meanwhile. "pending" includes what is being sent right now. Above it stands
    which destinations are parked, and why; with --json, on stderr.

    What is dead is found at once, however much was delivered. What is pending is all read for the
    groups. A list of what was delivered is read from the newest on until it is full.
    """
    config = read_config(config_path)
    clean = cleaner(config)
    wanted = Filter(
        states=_NOT_DELIVERED if state is None else _STATES[state],
        destination=destination,
        chat_id=chat,
        cause=cause,
        since=since,
        until=older,
    )
    if after is not None and key_of(after) is None:
        raise click.BadParameter(f'"{after}" is no ID of a delivery, such as "12-support"')
    with reading(config.store_path) as records:
        groups = [] if as_list or as_json or after else _groups(records, wanted)
        page = [] if groups else records.page(wanted, after=after or "", limit=limit + 1)
        parked = records.parked() if State.PENDING in wanted.states else {}
    for name, each in sorted(parked.items()):
        if destination in (None, name):
            _print_parked(name, each, clean, stderr() if as_json else stdout())
    if as_json:
        click.echo(printable_json([record_json(each, clean) for each in page[:limit]]))
    elif groups:
        _print_groups(groups, clean)
    else:
        _print_page(page[:limit], clean)
    if len(page) > limit:
        stderr().print(f"there are more: --after {page[limit - 1].id}", soft_wrap=True)


def _print_parked(
    destination: str, parked: Parked, clean: Callable[[str], str], out: Console
) -> None:
    since = f"{written(parked.since)} ({age(parked.since, datetime.now(UTC))})"
    out.print(f"{destination} is parked since {since}: {clean(parked.reason)}", soft_wrap=True)


def _groups(records: Records, wanted: Filter) -> Sequence[Group]:
    """Return the groups if they are what should be shown: none, to show a list."""
    if State.DELIVERED in wanted.states:
        return ()
    groups = records.groups(wanted)
    is_filtered = wanted != Filter()
    return () if is_filtered and len(groups) <= 1 else groups


def _print_groups(groups: Sequence[Group], clean: Callable[[str], str]) -> None:
    now = datetime.now(UTC)
    grid = grid_of("Destination", "State", "Count", "Oldest", "Newest", "Cause")
    for group in groups:
        grid.add_row(
            group.destination,
            Text(group.state, STYLES[group.state]),
            str(group.count),
            age(group.oldest, now),
            age(group.newest, now),
            shortened(clean(group.cause)) or "-",
        )
    stdout().print(grid)


def _print_page(page: Sequence[Record], clean: Callable[[str], str]) -> None:
    if not page:
        stderr().print("no delivery is like that")
        return
    now = datetime.now(UTC)
    grid = grid_of("ID", "Message", "Chat", "Destination", "State", "Attempts", "Age", "Reason")
    for record in page:
        grid.add_row(
            record.id,
            printable(record.message_id),
            printable(record.chat_id),
            record.destination,
            Text(record.standing, STYLES[record.standing]),
            str(record.attempts),
            age(record.accepted_at, now),
            shortened(clean(record.reason)) or "-",
        )
    stdout().print(grid)
