"""What needs an event loop, in a thread of its own: beside a command, which has a loop of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

_Opened = TypeVar("_Opened")


@contextmanager
def beside(manager: AbstractAsyncContextManager[_Opened]) -> Iterator[_Opened]:
    """Enter a context in a thread of its own, and leave it at the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        opened = asyncio.run_coroutine_threadsafe(_enter(manager), loop).result()
        try:
            yield opened
        finally:
            asyncio.run_coroutine_threadsafe(_leave(manager), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _enter(manager: AbstractAsyncContextManager[_Opened]) -> _Opened:
    return await manager.__aenter__()


async def _leave(manager: AbstractAsyncContextManager[_Opened]) -> None:
    await manager.__aexit__(None, None, None)
