"""What the store can tell people: a `Record` per delivery, a `Group` of them, the `Story` of one. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bridge.deliveries import State
from bridge.store import Parked

DISCARDED: Literal["discarded"] = "discarded"
#: where people look for a delivery: a dead one that was discarded is no longer among the dead
Standing = State | Literal["discarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One delivery, as far as a list tells."""

    number: int
    destination: str
    message_id: str
    chat_id: str
    revision: int
    route: str
    state: State
    #: failed ones since it was accepted, or sent again
    attempts: int
    #: why it is dead, or why the last attempt failed; "" if none did
    reason: str
    accepted_at: datetime
    #: None: it is pending
    settled_at: datetime | None
    #: when a person let go of it
    discarded_at: datetime | None = None

    @property
    def standing(self) -> Standing:
        """Where people look for it."""
        return self.state if self.discarded_at is None else DISCARDED

    @property
    def id(self) -> str:
        """What people call it, for ever: the number of its message and its destination."""
        return f"{self.number}-{self.destination}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Deliveries that are where they are for the same reason."""

    destination: str
    state: Standing
    #: the reason without what differs from delivery to delivery
    cause: str
    count: int
    #: when the events were accepted
    oldest: datetime
    newest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which deliveries are asked for: all that is given has to hold."""

    states: tuple[Standing, ...] = (State.PENDING, State.DEAD)
    destination: str | None = None
    chat_id: str | None = None
    #: a part of the reason, in any case
    cause: str | None = None
    #: accepted at this moment or later
    since: datetime | None = None
    #: accepted at this moment or earlier
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a delivery."""

    number: int
    #: planned, in doubt or confirmed
    state: str
    #: the platform's; "" where it tells none
    post_id: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that failed."""

    part: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A person's wish that a delivery is sent again."""

    to: str
    asked_at: datetime
    #: None: the bridge has not taken it up yet
    done_at: datetime | None
    #: it became pending; not, if that was needless by then
    revived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that is known of one delivery."""

    record: Record
    #: the webhook's, as it came
    body: bytes
    thread: str | None
    #: why its destination is parked, if it is
    parked: Parked | None
    parts: tuple[Part, ...]
    attempts: tuple[Attempt, ...]
    #: oldest first: those of this delivery, and those that have sent the message here from elsewhere
    replays: tuple[Replay, ...]
