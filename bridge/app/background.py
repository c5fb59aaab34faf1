"""What goes on beside webhooks and lanes: `background` runs it, `revive` is one of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from bridge.app.reality import Reality
from bridge.errors import StoreUnavailable
from bridge.logs import log
from bridge.logs.faults import fault
from bridge.logs.outages import Outage
from bridge.store import Store

#: how often the bridge looks whether a person wants dead deliveries sent again
REVIVE_SECONDS = 1.0
#: before work that has failed begins anew
PAUSE_SECONDS = 5.0

#: what goes on until it is cancelled
Chore = Callable[[], Coroutine[Any, Any, object]]


@asynccontextmanager
async def background(work: Chore, name: str, real: Reality) -> AsyncIterator[None]:
    """Do some work as long as the context lasts; after a fault nobody thought of, begin anew."""
    task = asyncio.create_task(_steadily(work, name, real), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _steadily(work: Chore, name: str, real: Reality) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 -- what ends silently is missed much later
            fault(error, task=name)
        await real.sleep(PAUSE_SECONDS)


async def revive(store: Store, names: Callable[[], Collection[str]], real: Reality) -> NoReturn:
    """Make pending what people ask for, where there is a lane for it, until cancelled."""
    outage = Outage("store_failed", "store_works")
    while True:
        try:
            while revived := await store.revive(at=real.now(), destinations=names()):
                for each in revived:
                    about = {} if each.source == each.destination else {"instead_of": each.source}
                    log.info(
                        "replayed", destination=each.destination, message=each.message_id, **about
                    )
            outage.worked()
        except StoreUnavailable as error:
            outage.failed(str(error))
        await real.sleep(REVIVE_SECONDS)
