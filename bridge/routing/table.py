"""The compiled routing table: live traffic and `explain` go through the same conditions. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, assert_never

from bridge.events import Message
from bridge.routing.patterns import Pattern, compile_pattern
from bridge.routing.routes import Conditions, Route


class Key(StrEnum):
    """What a condition looks at."""

    CHAT = "chat"
    AGENT = "agent"
    ROLE = "role"
    CONTENT = "content"
    KIND = "kind"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of `match` or `unless`, and the patterns of which any has to match."""

    key: Key
    patterns: tuple[Pattern, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The patterns as the config writes them."""
        return tuple(pattern.text for pattern in self.patterns)

    def holds(self, message: Message) -> bool:
        """Return whether the message fulfils it; what NexusGPT left out fulfils nothing."""
        for value in actual(self.key, message):
            for pattern in self.patterns:
                if pattern.matches(value):
                    return True
        return False


def actual(key: Key, message: Message) -> tuple[str, ...]:
    """Return what a condition compares: no value where NexusGPT left it out, two for an agent."""
    match key:
        case Key.CHAT:
            return (message.chat_id,)
        case Key.AGENT:
            return _given(message.agent.id, message.agent.name)
        case Key.ROLE:
            return _given(message.agent.role)
        case Key.CONTENT:
            return (message.content,)
        case Key.KIND:
            return (message.kind.value,)
        case Key.FILES:
            return ("true" if message.files else "false",)
        case _:
            assert_never(key)


def _given(*values: str | None) -> tuple[str, ...]:
    return tuple([value for value in values if value is not None])


@dataclass(frozen=True, slots=True)
class Row:
    """A route with its conditions compiled."""

    title: str
    match: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    to: tuple[str, ...]
    continues: bool

    @classmethod
    def of(cls, route: Route, place: int) -> Self:
        """Compile a route that stands at a place of the table, counted from 1."""
        return cls(
            title=route.title(place),
            match=_conditions(route.match),
            unless=_conditions(route.unless),
            to=route.to,
            continues=route.continues,
        )

    def takes(self, message: Message) -> bool:
        """Return whether the route matches the message."""
        for condition in self.match:
            if not condition.holds(message):
                return False
        return not self.unless or not all(each.holds(message) for each in self.unless)


def _conditions(conditions: Conditions) -> tuple[Condition, ...]:
    given = ((key, getattr(conditions, key)) for key in Key)
    return tuple(Condition(key, _patterns(value)) for key, value in given if value is not None)


def _patterns(value: Sequence[str] | bool) -> tuple[Pattern, ...]:
    texts = (str(value).lower(),) if isinstance(value, bool) else value
    return tuple(compile_pattern(text) for text in texts)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one route says of a message. `looked_at` is false below the row where matching stopped."""

    row: Row
    looked_at: bool
    matched: bool

    @property
    def stopped(self) -> bool:
        """Whether matching ended here."""
        return self.matched and not self.row.continues


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every route's verdict on a message, and where it goes."""

    message: Message
    verdicts: tuple[Verdict, ...]
    #: destination -> title of the route that sent it there first, in order
    routed: Mapping[str, str]


class RoutingTable:
    """The rows, top to bottom."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.rows = tuple(Row.of(route, place) for place, route in enumerate(routes, start=1))

    def match(self, message: Message) -> Mapping[str, str]:
        """Return destination -> title of the route that sent the message there first, in order."""
        routed: dict[str, str] = {}
        for row in self.rows:
            if not row.takes(message):
                continue
            for destination in row.to:
                routed.setdefault(destination, row.title)
            if not row.continues:
                break
        return routed

    def explain(self, message: Message) -> Explanation:
        """Return what every route says of the message, also of those that were not looked at."""
        verdicts: list[Verdict] = []
        stopped = False
        for row in self.rows:
            verdict = Verdict(
                row, looked_at=not stopped, matched=not stopped and row.takes(message)
            )
            verdicts.append(verdict)
            stopped = stopped or verdict.stopped
        return Explanation(message, tuple(verdicts), self.match(message))
