"""Builds everything and owns its lifetime: `running` is a `Bridge` at work."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import aiohttp

from bridge.admin import Admin
from bridge.app.background import Chore, background, revive
from bridge.app.health import Health
from bridge.app.lanes import Blueprint, Builder, blueprints
from bridge.app.listening import listening
from bridge.app.reality import Reality
from bridge.app.watching import Watching
from bridge.config import Config, Settings
from bridge.metrics import Metrics
from bridge.notices import Notices
from bridge.retention import retain
from bridge.routing import RoutingTable
from bridge.senders import open_session
from bridge.senders.fetching import Fetcher
from bridge.server import Intake, Server
from bridge.store import Store
from bridge.store.sqlite import SqliteStore
from bridge.systemd import Sockets
from bridge.worker import STOP_TIMEOUT, Gates, Surroundings, Worker, slack_rate

_NO_SOCKETS = Sockets()
#: from a platform's answer, or its absence, to what is on record of it
RECORD_TIME = timedelta(seconds=10)


class Bridge:
    """A bridge at work. Its settings can change, all but where it listens and where its store is."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        session: aiohttp.ClientSession,
        real: Reality,
        *,
        metrics: Metrics,
        recovered: Mapping[str, int],
    ) -> None:
        #: where webhooks go, e.g. "http://127.0.0.1:8080/webhooks/nexusgpt"; known once it listens
        self.url = ""
        #: where operators ask; None: nowhere
        self.admin_url: str | None = None
        #: destination -> deliveries found on disk at the start
        self.recovered = recovered
        self.server = Server(_intake(settings, real), store, metrics.incoming)
        self._settings = settings
        self._store = store
        self._real = real
        self._metrics = metrics
        self._notices = Notices(store, real.now, settings.operations.notify)
        self._builder = Builder(session, Fetcher(outbound=settings.outbound.way), self._around())
        self._plans: dict[str, Blueprint] = dict(blueprints(settings, recovered))
        self.worker = Worker(map(self._builder.lane, self._plans.values()))
        self.health = Health(store, self.worker, real.now, settings.destinations)
        self.admin = Admin(self.health.readiness, metrics, store, real.now)
        metrics.expect(self._plans)

    async def reload(self, settings: Settings) -> None:
        """Go on with other settings: at once with new events, and in each lane between two posts.

        Nothing under way is cancelled. Lanes whose settings are the same go on as they are, but a
        parked one tries its destination at once. What waits for a destination that is no longer
        named is delivered with its old settings. Raises StoreUnavailable, having changed nothing.
        """
        parked = await self._store.parked()
        self._settings = settings
        self.server.intake = _intake(settings, self._real)
        self._notices.destination = settings.operations.notify
        self.health.destinations = settings.destinations
        self._metrics.expect(settings.destinations)
        changed = {
            name: plan
            for name, plan in blueprints(settings).items()
            if name in parked or plan != self._plans.get(name)
        }
        self._plans |= changed
        await self.worker.replace(map(self._builder.lane, changed.values()))

    async def pending(self) -> Mapping[str, int]:
        """Return how many deliveries wait for each destination; none with 0."""
        return await self._store.pending()

    @property
    def chores(self) -> Mapping[str, Chore]:
        """What is to go on beside webhooks and lanes, by name."""
        real, store = self._real, self._store
        watching = Watching(self._metrics, self._notices, self.health, real, self._expected)
        return {
            "retention": partial(retain, store, self._keep, now=real.now, sleep=real.sleep),
            "revivals": partial(revive, store, self.worker.names, real),
            "watching": watching.run,
        }

    def _keep(self) -> timedelta:
        return self._settings.delivery.keep

    def _expected(self) -> timedelta | None:
        return self._settings.operations.expect_event_within

    def _around(self) -> Surroundings:
        real = self._real
        return Surroundings(
            store=self._store,
            agents={},
            now=real.now,
            sleep=real.sleep,
            chance=real.chance,
            gates=Gates(slack_rate(self._settings.slack.posts_per_second), real.steady),
            tell=self._notices.tell,
            metrics=self._metrics.outgoing,
        )


@asynccontextmanager
async def running(
    config: Config, reality: Reality | None = None, sockets: Sockets = _NO_SOCKETS
) -> AsyncIterator[Bridge]:
    """Run a bridge until the context ends, then stop it: no new events, posts under way finish.

    It listens on `sockets`, or where there are none, at the addresses of the config. Raises
    StoreError if the store can't be opened and ListenError if an address can't be had.
    """
    real, settings, metrics = reality or Reality(), config.settings, Metrics()
    async with AsyncExitStack() as stack:
        store = await SqliteStore.open(config.store_path, measure=metrics.committed)
        stack.push_async_callback(store.close)
        bridge = Bridge(
            settings,
            store,
            await stack.enter_async_context(open_session(settings.outbound.way)),
            real,
            metrics=metrics,
            recovered=await store.pending(),
        )
        await _unpark(store, bridge.worker.names())
        patience = max(STOP_TIMEOUT, settings.outbound.answer_timeout + RECORD_TIME)
        stack.push_async_callback(bridge.worker.stop, patience)
        await _listen(bridge, settings, sockets, stack)
        bridge.worker.start()
        for name, work in bridge.chores.items():
            await stack.enter_async_context(background(work, name, real))
        yield bridge


async def _unpark(store: Store, names: Collection[str]) -> None:
    """Forget that destinations are gone which nobody names any more, and for which nothing waits."""
    for name in await store.parked():
        if name not in names:
            await store.unpark(name)


async def _listen(
    bridge: Bridge, settings: Settings, sockets: Sockets, stack: AsyncExitStack
) -> None:
    if settings.admin_listen is not None:
        admin = listening(bridge.admin.web, settings.admin_listen, "[admin] listen", sockets.admin)
        bridge.admin_url = await stack.enter_async_context(admin)
    public = listening(bridge.server.web, settings.server.listen, "[server] listen", sockets.public)
    address = await stack.enter_async_context(public)
    is_unix = address.startswith("unix:")
    bridge.url = address if is_unix else f"{address}{settings.nexusgpt.path}"


def _intake(settings: Settings, real: Reality) -> Intake:
    return Intake(
        path=settings.nexusgpt.path,
        verification=settings.nexusgpt.verification,
        max_body_bytes=settings.server.max_body_bytes,
        agents=settings.known_agents,
        table=RoutingTable(settings.routes),
        now=real.now,
        proxies=settings.server.proxies,
    )
