"""Listens for requests: `listening`, which says where, and refuses nothing while it stops."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from socket import socket

from aiohttp import web

from bridge.errors import ListenError
from bridge.listener import Listener

#: how long requests under way may take when the bridge stops
SHUTDOWN_SECONDS = 10.0
#: callers that were just let in may still send their request
DRAIN_SECONDS = 0.5


@asynccontextmanager
async def listening(
    listener: Listener, listen: str, key: str, sockets: Sequence[socket] = ()
) -> AsyncIterator[str]:
    """Listen at "host:port" or "unix:/path", or on `sockets` that are open already.

    Yields the address, e.g. "http://127.0.0.1:8080" or "unix:/run/bridge.sock"; afterwards, lets
    requests under way finish. Raises ListenError with the name of the config's key.
    """
    runner = web.ServerRunner(listener, shutdown_timeout=SHUTDOWN_SECONDS, handle_signals=False)
    await runner.setup()
    try:
        await _bind(runner, listen, key, sockets)
        yield _address(runner.addresses[0])
    finally:
        await _drain(runner, listener)
        await runner.cleanup()


async def _bind(runner: web.ServerRunner, listen: str, key: str, sockets: Sequence[socket]) -> None:
    try:
        for each in sockets:
            await web.SockSite(runner, each).start()
        if not sockets:
            await _site(runner, listen).start()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        raise ListenError(f'can\'t listen on "{listen}" ({key}): {why}') from None


def _site(runner: web.ServerRunner, listen: str) -> web.BaseSite:
    if listen.startswith("unix:"):
        return web.UnixSite(runner, Path(listen.removeprefix("unix:")))
    host, _, port = listen.rpartition(":")
    return web.TCPSite(runner, host.strip("[]"), int(port))


def _address(bound: object) -> str:
    if not isinstance(bound, tuple):
        return f"unix:{bound}"
    host = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
    return f"http://{host}:{bound[1]}"


async def _drain(runner: web.ServerRunner, listener: Listener) -> None:
    """Let nobody in any more, and answer those who were let in before."""
    for site in list(runner.sites):
        await site.stop()
    listener.is_draining = True
    if listener.connections:
        await asyncio.sleep(DRAIN_SECONDS)
