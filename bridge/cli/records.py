"""Deliveries as the commands show them: without the message's text, and without secrets."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from bridge.cli.completion import destinations
from bridge.cli.moments import moment, written
from bridge.cli.printable import printable
from bridge.config import Config
from bridge.deliveries import State
from bridge.errors import BridgeError
from bridge.logs import Redactor
from bridge.store.records import Records
from bridge.store.stories import DISCARDED, Record

#: what is shown of a reason or a cause in a list; `show` has all of it
REASON_CHARS = 100
#: standing -> its colour in a terminal
STYLES = {
    State.PENDING: "yellow",
    State.DEAD: "red",
    DISCARDED: "bright_black",
    State.DELIVERED: "green",
}


class NotFound(BridgeError):
    """No delivery is what was asked for."""


def cleaner(config: Config) -> Callable[[str], str]:
    """Return what takes secrets, and all that a terminal would obey, out of foreign words."""
    redactor = Redactor(config.settings.secret_texts)
    return lambda text: printable(redactor.redacted(text))


def shortened(text: str) -> str:
    """Return the beginning of a long reason."""
    return text if len(text) <= REASON_CHARS else f"{text[:REASON_CHARS]}…"


def record_json(record: Record, clean: Callable[[str], str]) -> dict[str, Any]:
    """Return a delivery for programs."""
    return {
        "id": record.id,
        "message": record.message_id,
        "chat": record.chat_id,
        "destination": record.destination,
        "state": record.state,
        "attempts": record.attempts,
        "reason": clean(record.reason),
        "accepted_at": written(record.accepted_at),
        "settled_at": written(record.settled_at),
    }


def named_dead(records: Records, names: Sequence[str], *, done: str, by_id: bool) -> list[Record]:
    """Return the dead deliveries of these names, oldest first; each name has to have one.

    One that was discarded counts only if it is named by its own ID, and only `by_id`. `done` is
    what is to be done with them. Raises NotFound.
    """
    found: dict[str, Record] = {}
    for name in dict.fromkeys(names):
        records_of = records.named(name)
        dead = [
            record
            for record in records_of
            if record.standing is State.DEAD
            or (record.standing == DISCARDED and by_id and record.id == name)
        ]
        if not dead:
            standings = ", ".join(dict.fromkeys(record.standing for record in records_of))
            fault = f"{standings}, and only what is dead is {done}" if standings else "not known"
            raise NotFound(f'"{name}" is {fault}; nothing was done')
        found |= {record.id: record for record in dead}
    return sorted(found.values(), key=lambda record: (record.number, record.destination))


def filter_options(command: Any) -> Any:
    """Add what `deliveries`, `replay` and `discard` filter by."""
    options = (
        click.option(
            "--destination",
            metavar="NAME",
            shell_complete=destinations,
            help="Only those to this destination.",
        ),
        click.option("--cause", metavar="TEXT", help="Only those whose reason contains this."),
        click.option(
            "--since",
            type=moment,
            metavar="TIME",
            help='Only those accepted since then: an age ("24h") or a time ("2026-08-01T12:00").',
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
