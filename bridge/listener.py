"""An HTTP server without an application around it, which answers in our words what it can't read: `Listener`.

There are few paths, and an application's routing would be a tenth of what accepting costs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
#: the request, the HTTP status that aiohttp has for it, and the fault of ours, if it is one
Unhandled = Callable[[web.BaseRequest, int, BaseException | None], web.StreamResponse]


class Listener(web.Server):
    """The aiohttp server to run. What `handle` never saw, or failed at, `unhandled` answers."""

    def __init__(self, handle: Handle, unhandled: Unhandled, **options: Any) -> None:
        super().__init__(self._handle, access_log=None, **options)
        #: nobody is let in any more: whoever is answered now has to come again by another way
        self.is_draining = False
        self._answer = handle
        self._unhandled = unhandled

    def __call__(self) -> web.RequestHandler:
        """Return a new connection of ours, as asyncio's servers ask for one."""
        loop = asyncio.get_running_loop()
        return _Connection(self, self._unhandled, loop=loop, **self._kwargs)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        response = await self._answer(request)
        if self.is_draining:
            response.force_close()
        return response


class _Connection(web.RequestHandler):
    """aiohttp's own answer and log line quote the request, and with it, perhaps, a secret."""

    def __init__(self, listener: Listener, unhandled: Unhandled, **options: Any) -> None:
        super().__init__(listener, **options)
        self._unhandled = unhandled

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return the answer to a request that was not handled, and close the connection."""
        response = self._unhandled(request, status, exc)
        response.force_close()
        return response
