"""The durable queue in one SQLite file: `SqliteStore`, for one process.

What has returned is on disk, also after a power cut. One thread writes and one reads; all that
waits for the writer shares one transaction and one sync of the disk. The order of each lane is
held in memory and rebuilt when the store is opened.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self, cast

from bridge.deliveries import Accepted, Delivery, Form, State
from bridge.errors import StoreUnavailable
from bridge.store import Arrival, Parked, Pruned, Receipt, Revived, Waiting
from bridge.store.batches import Batches
from bridge.store.changes import (
    Beginning,
    Change,
    Confirmation,
    Parking,
    Postponement,
    Proof,
    Pruning,
    Revival,
    Settlement,
    Sight,
    Unparking,
)
from bridge.store.checkpoints import Checkpoints
from bridge.store.commits import Commits, Committed
from bridge.store.files import OpenFile, open_file
from bridge.store.heads import Ages, Head, Heads, Told
from bridge.store.moments import restored, stored
from bridge.store.telling import storable

BUSY_TIMEOUT = timedelta(seconds=5)  # ours: a backup or a look at the file is over by then
_MAX_LOOKS = 5  # for the ages of heads: each look misses only those that were settled during it


def _unmeasured(changes: int) -> None:
    """Nobody wants to know."""


class SqliteStore:
    """A `bridge.store.Store` in one file. Belongs to the event loop it was opened in.

    Moments are kept in whole milliseconds, rounded down, and given out in UTC. Other processes
    may read the file meanwhile; one that writes or locks it for longer than the busy timeout
    makes calls raise StoreUnavailable. After that the store works again once the cause is gone.
    """

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        busy_timeout: timedelta = BUSY_TIMEOUT,
        measure: Callable[[int], object] = _unmeasured,
    ) -> Self:
        """Open the store at `path` and own it until `close`; an empty one is made if need be.

        The file gets mode 0600; its directory must exist. Raises StoreInUse while another
        process owns it, StoreUnusable if it can't be used as it is, StoreUnavailable if it is
        locked or its disk is full. `measure` is called in a thread of the store's with the number
        of changes of each commit.
        """
        file = await asyncio.to_thread(open_file, path, busy_timeout=busy_timeout)
        return cls(file, measure)

    def __init__(self, file: OpenFile, measure: Callable[[int], object] = _unmeasured) -> None:
        self._file = file
        self._lanes = file.lanes
        self._parked = dict(file.parked)
        self._seen = file.seen
        self._checkpoints = Checkpoints(file.checkpointer)
        commits, heads = Commits(file, self._checkpoints, measure), Heads(file)
        self._writer = Batches(commits.commit, self._committed, name="store-writer")
        self._reader = Batches(heads.read, _ignore, name="store-reader")
        self._closing: asyncio.Task[None] | None = None

    async def pending(self) -> Mapping[str, int]:
        """See `bridge.store.Store.pending`."""
        if self._closing is not None:
            raise StoreUnavailable("the store is closed")
        return self._lanes.counts()

    async def waiting(self) -> Mapping[str, Waiting]:
        """See `bridge.store.Store.waiting`."""
        waiting: dict[str, Waiting] = {}
        for _ in range(_MAX_LOOKS):  # a head may be settled while its age is read
            heads = [head for head in self._lanes.heads() if head[0] not in waiting]
            if not heads:
                break
            ages = cast(Mapping[str, datetime], await self._reader.ask(Ages(heads)))
            waiting |= {
                name: Waiting(count=count, oldest=ages[name])
                for name, count in self._lanes.counts().items()
                if name in ages
            }
        return waiting

    async def prove(self) -> None:
        """See `bridge.store.Store.prove`."""
        await self._writer.ask(Proof())

    async def accept(self, arrival: Arrival) -> Receipt:
        """See `bridge.store.Store.accept`."""
        return (await self._writer.ask(arrival)).receipt

    async def claim(self, destination: str) -> Delivery:
        """See `bridge.store.Store.claim`."""
        while True:
            number = await self._lanes.head(destination)
            delivery = cast(Delivery | None, await self._reader.ask((destination, number)))
            if delivery is not None:
                return delivery
            self._lanes.drop(destination, number)  # settled meanwhile, or taken out by hand

    async def begin(
        self, delivery: Delivery, *, form: Form, plan: Sequence[str] | None = None
    ) -> None:
        """See `bridge.store.Store.begin`."""
        await self._writer.ask(Beginning(delivery=delivery, form=form, plan=plan))

    async def confirm(self, delivery: Delivery, accepted: Accepted) -> None:
        """See `bridge.store.Store.confirm`."""
        await self._writer.ask(Confirmation(delivery=delivery, accepted=accepted))

    async def postpone(
        self,
        delivery: Delivery,
        *,
        until: datetime,
        reason: str,
        at: datetime,
        in_doubt: bool = False,
    ) -> None:
        """See `bridge.store.Store.postpone`."""
        change = Postponement(
            delivery=delivery, until=until, reason=reason, at=at, in_doubt=in_doubt
        )
        await self._writer.ask(change)

    async def settle(
        self,
        delivery: Delivery,
        state: State,
        *,
        reason: str,
        at: datetime,
        accepted: Accepted | None,
    ) -> None:
        """See `bridge.store.Store.settle`."""
        ending = Settlement(delivery=delivery, state=state, reason=reason, at=at, accepted=accepted)
        await self._writer.ask(ending)

    async def park(self, destination: str, *, reason: str, at: datetime) -> None:
        """See `bridge.store.Store.park`."""
        await self._writer.ask(Parking(destination=destination, reason=reason, at=at))

    async def unpark(self, destination: str) -> None:
        """See `bridge.store.Store.unpark`."""
        await self._writer.ask(Unparking(destination=destination))

    async def parked(self) -> Mapping[str, Parked]:
        """See `bridge.store.Store.parked`."""
        if self._closing is not None:
            raise StoreUnavailable("the store is closed")
        return dict(self._parked)

    async def revive(self, *, at: datetime, destinations: Collection[str]) -> Sequence[Revived]:
        """See `bridge.store.Store.revive`."""
        return (await self._writer.ask(Revival(at=at, destinations=destinations))).revived

    async def seen(self) -> datetime | None:
        """See `bridge.store.Store.seen`."""
        return self._seen

    async def see(self, at: datetime) -> None:
        """See `bridge.store.Store.see`."""
        await self._writer.ask(Sight(at=at))

    async def prune(self, before: datetime, *, after: int = 0) -> Pruned:
        """See `bridge.store.Store.prune`."""
        return (await self._writer.ask(Pruning(before=before, after=after))).pruned

    async def close(self) -> None:
        """Finish what was asked, send away those who wait, and let go of the file.

        Later calls raise StoreUnavailable; closing again is fine.
        """
        if self._closing is None:
            self._lanes.close()
            self._writer.stop()
            self._reader.stop()
            self._closing = asyncio.create_task(asyncio.to_thread(self._let_go))
        await asyncio.shield(self._closing)

    def _committed(self, change: Change, committed: Committed) -> None:
        if isinstance(change, Settlement):
            self._lanes.drop(change.delivery.destination, change.delivery.number)
        elif isinstance(change, Arrival) and committed.number is not None:
            for destination in change.routed:
                self._lanes.append(destination, committed.number)
        elif isinstance(change, Parking):
            known = self._parked.get(change.destination)
            since = restored(stored(change.at)) if known is None else known.since
            self._parked[change.destination] = Parked(reason=storable(change.reason), since=since)
        elif isinstance(change, Unparking):
            self._parked.pop(change.destination, None)
        elif isinstance(change, Sight):
            self._seen = restored(stored(change.at))
        for revived in committed.revived:
            self._lanes.append(revived.destination, revived.number)

    def _let_go(self) -> None:
        self._writer.join()
        self._reader.join()
        self._checkpoints.close()
        self._file.resources.close()


def _ignore(asked: Head | Ages, told: Told) -> None:
    """A read changes nothing."""
