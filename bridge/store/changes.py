"""What can change in a store: an `Arrival`, or what a lane has to say of its delivery. No I/O."""

from dataclasses import dataclass
from datetime import datetime

from bridge.deliveries import Accepted, Delivery, State
from bridge.store import Arrival


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


Change = Arrival | Confirmation | Postponement | Settlement
