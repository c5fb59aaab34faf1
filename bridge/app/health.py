"""How the bridge is: `Health` answers the admin listener, systemd's watchdog and its status line."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bridge.destinations import Destination
from bridge.errors import StoreUnavailable
from bridge.readiness import Proof, Readiness
from bridge.store import Store
from bridge.systemd import Pulse, status_text
from bridge.worker import Worker


class Health:
    """Asks the store and the lanes whether they do their work."""

    def __init__(
        self,
        store: Store,
        worker: Worker,
        now: Callable[[], datetime],
        destinations: Mapping[str, Destination],
    ) -> None:
        self.readiness = Readiness({"store": Proof(store), "lanes": self._lanes})
        #: as the config has them now
        self.destinations = destinations
        #: what is wrong otherwise, a sentence each, by the name of who says so
        self.remarks: dict[str, str] = {}
        self._store = store
        self._worker = worker
        self._now = now

    async def pulse(self) -> Pulse:
        """Return whether the bridge is alive, after real work, and its state in one line."""
        faults = await self.readiness.reasons()
        return Pulse(is_alive=not faults, status=await self.status(faults.values()))

    async def status(self, faults: Iterable[str] = ()) -> str:
        """Return the state of the queue, and what is wrong, in one line."""
        remarks = [*faults, *self.remarks.values()]
        try:
            waiting, parked = await self._store.waiting(), await self._store.parked()
        except StoreUnavailable as error:
            return "; ".join(dict.fromkeys([*remarks, str(error)]))
        titles = [self._title(name) for name in parked]
        return status_text(waiting, titles, self._now(), remarks=remarks)

    def _title(self, name: str) -> str:
        known = self.destinations.get(name)
        return name if known is None else f"{known.platform} {name}"

    async def _lanes(self) -> str | None:
        stuck = self._worker.stuck(self._now())
        return f"no progress in {', '.join(stuck)}" if stuck else None
