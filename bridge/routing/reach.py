"""What no message can ever reach: routes behind a broader one, destinations that no route names. No I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.routing.table import Condition, RoutingTable, Row


@dataclass(frozen=True, slots=True)
class Shadow:
    """A route that is never reached, and the one above it that takes all its messages."""

    hidden: str
    behind: str


def shadows(table: RoutingTable) -> tuple[Shadow, ...]:
    """Return the routes that are surely never reached. Finds no more than what is plain to see."""
    found = []
    for place, row in enumerate(table.rows):
        above = next((r for r in table.rows[:place] if _takes_all_of(r, row)), None)
        if above is not None:
            found.append(Shadow(hidden=row.title, behind=above.title))
    return tuple(found)


def unused_destinations(table: RoutingTable, names: Iterable[str]) -> tuple[str, ...]:
    """Return the destinations that no route names."""
    named = {name for row in table.rows for name in row.to}
    return tuple(name for name in names if name not in named)


def _takes_all_of(above: Row, below: Row) -> bool:
    """Whether each message that fits `below` is taken, and kept, by `above`."""
    if above.continues or (above.unless and above.unless != below.unless):
        return False
    return all(_is_implied(condition, below.match) for condition in above.match)


def _is_implied(condition: Condition, given: Sequence[Condition]) -> bool:
    """Whether some given condition on the same key allows no more than this one does."""
    return any(
        narrow.key == condition.key and set(narrow.patterns) <= set(condition.patterns)
        for narrow in given
    )
