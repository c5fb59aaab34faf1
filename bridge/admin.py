"""What operators and their tools ask the bridge over HTTP: /healthz, /readyz and /metrics.

It asks for no password and changes nothing, so it listens on loopback or on a unix socket. It names
destinations, but no secret, and nothing of what a message says.
"""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bridge.answers import SERVER, answer, error, health
from bridge.errors import StoreUnavailable
from bridge.listener import Listener
from bridge.logs import log
from bridge.metrics import Depth, Metrics
from bridge.readiness import Readiness
from bridge.store import Store

_METHODS = ("GET", "HEAD")


class Admin:
    """Answers operators. `web` is the aiohttp server to run."""

    def __init__(
        self, readiness: Readiness, metrics: Metrics, store: Store, now: Callable[[], datetime]
    ) -> None:
        """`now` returns the time, aware."""
        self._readiness = readiness
        self._metrics = metrics
        self._store = store
        self._now = now
        self._paths = {"/healthz": _health, "/readyz": self._ready, "/metrics": self._measured}
        self.web = Listener(self._handle, _unhandled)

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if (asked := self._paths.get(request.path)) is None:
            return error(404, f"there is nothing here, but at {', '.join(self._paths)}")
        if request.method not in _METHODS:
            return error(405, "this is asked for with GET", Allow=", ".join(_METHODS))
        return await asked(request)

    async def _ready(self, request: web.BaseRequest) -> web.Response:
        """Answer 200 if events can be taken and delivered, else 503 and why not."""
        if reasons := await self._readiness.reasons():
            return answer(503, status="not ready", reasons=reasons)
        return answer(200, status="ready")

    async def _measured(self, request: web.BaseRequest) -> web.Response:
        try:
            waiting, parked = await self._store.waiting(), await self._store.parked()
        except StoreUnavailable:
            self._metrics.queue.forget()
        else:
            now = self._now()
            depths = {
                name: Depth(each.count, max((now - each.oldest).total_seconds(), 0.0))
                for name, each in waiting.items()
            }
            self._metrics.queue.tell(depths, parked)
        body, content_type = self._metrics.exposition(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type, **SERVER})


async def _health(request: web.BaseRequest) -> web.Response:
    return health(request.method)


def _unhandled(_: web.BaseRequest, http_status: int, fault: BaseException | None) -> web.Response:
    if http_status < 500:
        return error(http_status, "the request can't be read as HTTP")
    log.error("internal_error", error=type(fault).__name__)
    return error(http_status, "a fault of the bridge itself")
