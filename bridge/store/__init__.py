"""The durable queue, as the loops see it: `Store` is what any engine has to promise.

`server` puts messages in and `worker` takes deliveries out; the two meet nowhere else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bridge.deliveries import Accepted, Delivery, Form, State


class Arrival(NamedTuple):
    """A verified message with all that is put on disk in one transaction."""

    message_id: str
    chat_id: str
    #: see `bridge.events.Message.fingerprint`
    fingerprint: bytes
    #: the body of the webhook as it came
    body: bytes
    #: destination name -> name of the route that sent it there, in order; never empty
    routed: Mapping[str, str]
    #: aware
    accepted_at: datetime


class Receipt(NamedTuple):
    """What became of an arrival, true after any crash."""

    #: the message with this content was stored before: nothing was stored now
    is_duplicate: bool
    #: 0 for the first time a message is told, then 1, 2, … each time it was changed
    revision: int = 0


class Revived(NamedTuple):
    """A dead delivery that is pending again, since a person asked for it."""

    message_id: str
    #: the number of the message in the store
    number: int
    destination: str
    #: where it was dead; the same, unless it now goes elsewhere
    source: str


class Pruned(NamedTuple):
    """What a step of pruning has done."""

    messages: int
    #: where the next step goes on: the number of the last message that was looked at
    after: int
    #: there is nothing left to prune
    is_done: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a destination."""

    #: at least 1
    count: int
    #: when the one at the head of the lane was accepted, or last sent again by a person, aware
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """Why nothing is sent to a destination."""

    #: that of the last proof
    reason: str
    #: when the first proof came, aware
    since: datetime


class Store(Protocol):
    """A queue with one ordered lane per destination.

    A lane has one owner: if several bridges share a store, `claim` first makes this bridge the
    owner of the lane, waiting while another one is. `confirm`, `postpone` and `settle` are for the
    owner's claimed delivery only. Each of them, and `accept`, returns when its change would
    survive a crash. All raise StoreUnavailable when that can't be had now.
    """

    async def pending(self) -> Mapping[str, int]:
        """Return how many deliveries wait for each destination; none with 0."""
        ...

    async def waiting(self) -> Mapping[str, Waiting]:
        """Return what waits for each destination, with its age; only those for which something does."""
        ...

    async def prove(self) -> None:
        """Put something on disk that nobody looks at, to see that it can be done now."""
        ...

    async def accept(self, arrival: Arrival) -> Receipt:
        """Put a message, its duplicate mark and its deliveries on disk, all or nothing."""
        ...

    async def claim(self, destination: str) -> Delivery:
        """Return the oldest pending delivery of a destination; wait until there is one.

        The same delivery is returned until it is settled.
        """
        ...

    async def begin(
        self, delivery: Delivery, *, form: Form, plan: Sequence[str] | None = None
    ) -> None:
        """Record, before the call, that the next part is being sent: from now on it is in doubt.

        With a `plan`, that part and those after it are what it says, in this form, until they are
        confirmed or planned anew.
        """
        ...

    async def confirm(self, delivery: Delivery, accepted: Accepted) -> None:
        """Record that the platform has a part, and the thread that now carries the chat."""
        ...

    async def postpone(
        self,
        delivery: Delivery,
        *,
        until: datetime,
        reason: str,
        at: datetime,
        in_doubt: bool = False,
    ) -> None:
        """Count a failed attempt; not to be tried again before `until`, also after a restart.

        Unless it is `in_doubt`, the part that was begun was certainly not taken.
        """
        ...

    async def settle(
        self,
        delivery: Delivery,
        state: State,
        *,
        reason: str,
        at: datetime,
        accepted: Accepted | None,
    ) -> None:
        """End a delivery as `delivered` or `dead`; `accepted` is its last part, if not yet confirmed."""
        ...

    async def park(self, destination: str, *, reason: str, at: datetime) -> None:
        """Keep on record that a destination is gone; again, it stays since then for the new reason."""
        ...

    async def unpark(self, destination: str) -> None:
        """Forget that a destination was parked, if it was."""
        ...

    async def parked(self) -> Mapping[str, Parked]:
        """Return the destinations that are parked, also by an earlier run of the bridge."""
        ...

    async def revive(self, *, at: datetime, destinations: Collection[str]) -> Sequence[Revived]:
        """Make pending what other processes have asked to be sent again to these destinations.

        Each goes to the end of its lane, with no failed attempt; its age counts from `at`, and its
        confirmed parts stay so. Returns the next ones, oldest request first; none when all is done.
        """
        ...

    async def seen(self) -> datetime | None:
        """Return up to when the clock is believed, as `see` has it on record; None: nobody knows.

        Before there is such a record, that is when the newest message was accepted.
        """
        ...

    async def see(self, at: datetime) -> None:
        """Keep on record that the clock is believed up to this moment."""
        ...

    async def prune(self, before: datetime, *, after: int = 0) -> Pruned:
        """Forget some messages behind the number `after` whose deliveries are all over.

        A message goes with its duplicate mark and all that is on record of it, when neither it nor
        a revision of it was accepted, settled or discarded since `before`. What is dead stays until
        a person discards it.
        """
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of everything."""
        ...
