"""What can change in a store: an `Arrival`, or what a lane has to say of its delivery. No I/O."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.deliveries import Accepted, Delivery, Form, State
from bridge.store import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The next part is about to be sent."""

    delivery: Delivery
    #: the form that the parts to follow were rendered in
    form: Form
    #: what is to follow, if it is not on record yet: this part first
    plan: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The platform has a part."""

    delivery: Delivery
    accepted: Accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponement:
    """An attempt failed; there will be another."""

    delivery: Delivery
    #: aware
    until: datetime
    reason: str
    #: when it failed, aware
    at: datetime
    #: the part may have been taken all the same
    in_doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A delivery has ended."""

    delivery: Delivery
    state: State
    reason: str
    #: aware
    at: datetime
    #: its last part, if that is not yet confirmed
    accepted: Accepted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revival:
    """What people have asked to be sent again becomes pending."""

    #: aware
    at: datetime
    #: those that have a lane
    destinations: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning:
    """What is over may go, a few messages at a time."""

    #: aware; what was accepted or settled since then stays
    before: datetime
    #: the number of the message to go on behind
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parking:
    """A destination is gone."""

    destination: str
    reason: str
    #: aware
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparking:
    """A destination is back."""

    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The clock is believed up to some moment."""

    #: aware
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Nothing changes, but on disk."""


Change = (
    Arrival
    | Beginning
    | Confirmation
    | Postponement
    | Settlement
    | Revival
    | Pruning
    | Parking
    | Unparking
    | Sight
    | Proof
)
