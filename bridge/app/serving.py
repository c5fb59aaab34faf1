"""Runs a bridge as a service that obeys signals: `serve`."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial

from bridge import __version__, logs
from bridge.app.background import background
from bridge.app.reality import Reality
from bridge.app.running import Bridge, running
from bridge.config import Config, Settings
from bridge.errors import ConfigError, StoreUnavailable
from bridge.logs import log
from bridge.systemd import Notifier, feed, take_sockets, watchdog_seconds

Read = Callable[[], Config]


async def serve(config: Config, read: Read) -> None:
    """Run a bridge until SIGTERM or SIGINT; a second signal ends the process at once.

    At SIGHUP it goes on with the config that `read` returns, unless that raises ConfigError. To
    systemd, if that is there, it tells what state it is in.
    """
    stop, again = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _on_signal, number, stop)
    loop.add_signal_handler(signal.SIGHUP, again.set)
    real, notifier, pid = Reality(), Notifier(os.environ), os.getpid()
    sockets = take_sockets(os.environ, pid)
    _warn(config)
    async with running(config, real, sockets) as bridge, AsyncExitStack() as stack:
        _say_started(config, bridge)
        notifier.ready(await bridge.health.status())
        chores = {
            "reload": partial(_reload, bridge, config, read, again, notifier),
            "watchdog": partial(
                feed,
                notifier,
                bridge.health.pulse,
                watchdog=watchdog_seconds(os.environ, pid),
                sleep=real.sleep,
            ),
        }
        for name, work in chores.items():
            await stack.enter_async_context(background(work, name, real))
        await stop.wait()
        notifier.stopping("posts under way are finished")
        log.info("stopping", text="no new events; posts under way are finished")
    log.info("stopped")


def _on_signal(number: int, stop: asyncio.Event) -> None:
    if stop.is_set():
        log.warning("stopped", text="at once, by a second signal; nothing accepted is lost")
        log.output.flush()
        os._exit(128 + number)
    stop.set()


async def _reload(
    bridge: Bridge, config: Config, read: Read, again: asyncio.Event, notifier: Notifier
) -> None:
    """Read the config again each time the event is set, and go on with it if it is good."""
    first = config
    while True:
        await again.wait()
        again.clear()
        notifier.reloading()
        try:
            news = await _reloaded(bridge, read)
        except (ConfigError, StoreUnavailable) as error:
            for fault in str(error).splitlines():
                log.error("not_reloaded", reason=fault)
            bridge.health.remarks["config"] = f"config not reloaded: {str(error).splitlines()[0]}"
        else:
            bridge.health.remarks.pop("config", None)
            for key in _fixed(first, news):
                log.warning(
                    "config", text=f"{key} is not what the bridge runs with: that takes a restart"
                )
            await _say_reloaded(bridge, config, news)
            config = news
        notifier.ready(await bridge.health.status())


async def _reloaded(bridge: Bridge, read: Read) -> Config:
    # In a thread, since reading it would keep webhooks waiting.
    config = await asyncio.to_thread(read)
    _reconfigure_logs(config.settings)
    await bridge.reload(config.settings)
    return config


def _reconfigure_logs(settings: Settings) -> None:
    level, form = logs.LEVELS[settings.log.level], settings.log.format
    logs.reconfigure(settings.secret_texts, level=level, form=form)


async def _say_reloaded(bridge: Bridge, old: Config, new: Config) -> None:
    _warn(new)
    before, now = old.settings.destinations, new.settings.destinations
    waiting = await bridge.pending()
    for name in before.keys() - now.keys():
        if count := waiting.get(name):
            text = "what waits for it is delivered with its old settings"
            log.warning("destination_removed", destination=name, deliveries=count, text=text)
    routes, destinations = len(new.settings.routes), len(now)
    log.info("reloaded", config=str(new.path), routes=routes, destinations=destinations)


def _fixed(old: Config, new: Config) -> Iterator[str]:
    """Yield the keys that have another value than when the bridge started, without effect."""

    def fixed(settings: Settings) -> dict[str, object]:
        return {
            "[server] listen": settings.server.listen,
            "[admin] listen": settings.admin_listen,
            "[slack] posts_per_second": settings.slack.posts_per_second,
            "[store] url": settings.store.url,
            "[outbound]": settings.outbound,
        }

    before, now = fixed(old.settings), fixed(new.settings)
    return (key for key in now if now[key] != before[key])


def _warn(config: Config) -> None:
    for warning in config.warnings:
        log.warning("config", text=warning)


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
        **({} if bridge.admin_url is None else {"admin": bridge.admin_url}),
        routes=len(settings.routes),
        destinations=len(settings.destinations),
        recovered=sum(bridge.recovered.values()),
    )
