"""Builds everything, owns its lifetime, and picks the real clock: `running` is a bridge at work."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from bridge import __version__
from bridge.config import Config, Settings
from bridge.errors import ListenError, StoreUnavailable
from bridge.logs import log
from bridge.retention import retain
from bridge.routing import RoutingTable
from bridge.senders import open_sender, open_session
from bridge.server import Intake, Server
from bridge.store import Store
from bridge.store.sqlite import SqliteStore
from bridge.worker import Gates, Lane, Surroundings, Target, Worker, slack_rate

#: how long webhooks under way may take when the bridge stops
SHUTDOWN_SECONDS = 10.0
#: how often the bridge looks whether a person wants dead deliveries sent again
REVIVE_SECONDS = 1.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reality:
    """Time and chance; tests bring their own."""

    now: Callable[[], datetime] = _utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A bridge at work."""

    #: where webhooks go, e.g. "http://127.0.0.1:8080/webhooks/nexusgpt" or "unix:/run/bridge.sock"
    url: str
    #: destination -> deliveries found on disk at the start
    recovered: Mapping[str, int]


@asynccontextmanager
async def running(config: Config, reality: Reality | None = None) -> AsyncIterator[Bridge]:
    """Run a bridge until the context ends, then stop it: no new events, posts under way finish.

    Raises StoreError if the store can't be opened and ListenError if the address can't be had.
    """
    real = reality or Reality()
    settings = config.settings
    async with AsyncExitStack() as stack:
        store = await SqliteStore.open(config.store_path)
        stack.push_async_callback(store.close)
        recovered = await store.pending()
        session = await stack.enter_async_context(open_session())
        worker = Worker(_lanes(settings, session, store, real, recovered))
        stack.push_async_callback(worker.stop)
        url = await stack.enter_async_context(_listening(settings, _server(settings, store, real)))
        worker.start()
        await stack.enter_async_context(_pruning(store, settings.delivery.keep, real))
        names = {*settings.destinations, *recovered}
        await stack.enter_async_context(_reviving(store, names, real))
        yield Bridge(url=url, recovered=recovered)


async def serve(config: Config) -> None:
    """Run a bridge until SIGTERM or SIGINT; a second signal ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _on_signal, number, stop)
    for warning in config.warnings:
        log.warning("config", text=warning)
    async with running(config) as bridge:
        _say_started(config, bridge)
        await stop.wait()
        log.info("stopping", text="no new events; posts under way are finished")
    log.info("stopped")


def _on_signal(number: int, stop: asyncio.Event) -> None:
    if stop.is_set():
        log.warning("stopped", text="at once, by a second signal; nothing accepted is lost")
        log.output.flush()
        os._exit(128 + number)
    stop.set()


def _say_started(config: Config, bridge: Bridge) -> None:
    settings = config.settings
    for name, count in bridge.recovered.items():
        log.info("recovered", destination=name, deliveries=count)
        if name not in settings.destinations:
            text = f"the config no longer names it: its deliveries wait up to {settings.delivery.max_age}"
            log.warning("destination_missing", destination=name, text=text)
    log.info(
        "started",
        version=__version__,
        config=str(config.path),
        store=str(config.store_path),
        listen=bridge.url,
        routes=len(settings.routes),
        destinations=len(settings.destinations),
        recovered=sum(bridge.recovered.values()),
    )


def _server(settings: Settings, store: Store, real: Reality) -> Server:
    intake = Intake(
        path=settings.nexusgpt.path,
        verification=settings.nexusgpt.verification,
        max_body_bytes=settings.server.max_body_bytes,
        agents=settings.known_agents,
        table=RoutingTable(settings.routes),
        now=real.now,
    )
    return Server(intake, store)


def _lanes(
    settings: Settings,
    session: aiohttp.ClientSession,
    store: Store,
    real: Reality,
    recovered: Mapping[str, int],
) -> list[Lane]:
    """Return a lane for each destination, also for those that only the store still knows."""
    around = Surroundings(
        store=store,
        agents=settings.known_agents,
        now=real.now,
        sleep=real.sleep,
        chance=real.chance,
        gates=Gates(slack_rate(settings.slack.posts_per_second)),
    )
    lanes = []
    for name in dict.fromkeys((*settings.destinations, *recovered)):
        destination = settings.destinations.get(name)
        target = None
        if destination is not None:
            sender = open_sender(
                destination,
                session,
                slack_token=settings.slack.token,
                slack_api_url=settings.slack.api_url,
            )
            token = getattr(destination, "token", None) or settings.slack.token
            target = Target(destination=destination, sender=sender, token=token)
        lanes.append(Lane(name, target, settings.delivery.policy(destination), around))
    return lanes


@asynccontextmanager
async def _pruning(store: Store, keep: timedelta, real: Reality) -> AsyncIterator[None]:
    """Forget what was delivered long ago, as long as the context lasts."""
    retaining = retain(store, keep, now=real.now, sleep=real.sleep)
    task = asyncio.create_task(retaining, name="retention")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def _reviving(store: Store, names: Collection[str], real: Reality) -> AsyncIterator[None]:
    """Make pending what people ask for, where there is a lane for it."""
    reviving = asyncio.create_task(_revive(store, names, real), name="revivals")
    try:
        yield
    finally:
        reviving.cancel()
        await asyncio.gather(reviving, return_exceptions=True)


async def _revive(store: Store, names: Collection[str], real: Reality) -> None:
    while True:
        try:
            while revived := await store.revive(at=real.now(), destinations=names):
                for each in revived:
                    about = {} if each.source == each.destination else {"instead_of": each.source}
                    log.info(
                        "replayed", destination=each.destination, message=each.message_id, **about
                    )
        except StoreUnavailable as error:
            log.error("store_failed", reason=str(error))
        await real.sleep(REVIVE_SECONDS)


@asynccontextmanager
async def _listening(settings: Settings, server: Server) -> AsyncIterator[str]:
    """Listen, and yield the address of webhooks; afterwards, let those under way finish."""
    runner = web.ServerRunner(server.web, shutdown_timeout=SHUTDOWN_SECONDS, handle_signals=False)
    await runner.setup()
    try:
        yield await _bind(runner, settings)
    finally:
        await runner.cleanup()


async def _bind(runner: web.ServerRunner, settings: Settings) -> str:
    listen = settings.server.listen
    try:
        if listen.startswith("unix:"):
            await web.UnixSite(runner, Path(listen.removeprefix("unix:"))).start()
            return listen
        host, _, port = listen.rpartition(":")
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError as error:
        raise ListenError(
            f'can\'t listen on "{listen}" ([server] listen): {os.strerror(error.errno) if error.errno else error}'
        ) from None
    return f"http://{host}:{runner.addresses[0][1]}{settings.nexusgpt.path}"
