"""How the sandbox answers: an `Answer` as the rules want it, or a fault in its stead."""

import asyncio
import json
import math
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, assert_type

from aiohttp import web

from bridge.sandbox.arrivals import Arrivals, Call, Platform
from bridge.sandbox.faults import (
    CloudflareBan,
    Fault,
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    ServerError,
    Shape,
)

_GARBAGE = {
    Shape.HTML: ("text/html", b"<!doctype html><title>Just a moment...</title>"),
    Shape.BROKEN_JSON: ("application/json", b'{"ok": tr'),
    Shape.OTHER_JSON: ("application/json", b'["unexpected", 42]'),
    Shape.EMPTY: ("application/json", b""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back to the client."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    #: the platform's word or code for what was wrong, for the record
    error: str = ""

    async def given(self) -> Self:
        """Return itself, as an `Accept` that is already decided."""
        return self


def in_json(
    value: object, status: int = 200, *, headers: Mapping[str, str] | None = None, error: str = ""
) -> Answer:
    """Return *value* as a JSON answer."""
    return Answer(
        status=status,
        content_type="application/json",
        body=json.dumps(value).encode(),
        headers=headers or {},
        error=error,
    )


def in_html(status: int, title: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a small page as the proxies in front of the platforms send it."""
    page = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(
        status=status, content_type="text/html", body=page.encode(), headers=headers or {}
    )


def retry_after(seconds: float | None) -> dict[str, str]:
    """Return the header that names *seconds*, rounded up to whole ones, or none."""
    return {} if seconds is None else {"Retry-After": str(math.ceil(seconds))}


#: what the platform makes of a request once no fault stands in the way
Accept = Callable[[], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Answers requests for one platform, or lets them meet their fault."""

    platform: Platform
    arrivals: Arrivals
    #: set when the sandbox closes, so that nothing hangs on
    closing: asyncio.Event
    #: the platform's own form of a 429
    rate_limited: Callable[[float | None], Answer]
    #: headers of every answer that comes from the platform itself
    headers: Mapping[str, str] = field(default_factory=dict)

    async def perform(
        self,
        request: web.Request,
        fault: Fault | None,
        accept: Accept,
        *,
        method: str,
        channel: str,
    ) -> web.Response:
        """Answer *request* with what *accept* says, unless *fault* stands in the way."""
        answer: Answer | None = None
        try:
            answer = await (self._meet(request, fault, accept) if fault else accept())
        finally:
            status, error = (answer.status, answer.error) if answer else (None, "")
            call = Call(
                platform=self.platform, method=method, channel=channel, status=status, error=error
            )
            self.arrivals.calls.append(call)
        if answer is None:
            return web.Response()  # goes nowhere: the connection is gone
        own = {} if isinstance(fault, CloudflareBan) else self.headers
        headers = {"Content-Type": answer.content_type, **own, **answer.headers}
        return web.Response(status=answer.status, body=answer.body, headers=headers)

    async def _meet(self, request: web.Request, fault: Fault, accept: Accept) -> Answer | None:
        """Return what *request* gets under *fault*; None: its connection was cut without a word."""
        if isinstance(fault, Reset):
            _cut(request, reset=True)
            return None
        await request.read()
        if isinstance(fault, LostAnswer) or getattr(fault, "accepted", False):
            await accept()
        return await self._spoil(request, fault)

    async def _spoil(self, request: web.Request, fault: Fault) -> Answer | None:
        match fault:
            case RateLimited(retry_after=seconds):
                return self.rate_limited(seconds)
            case ServerError(status=status):
                return in_html(status, "upstream error")
            case Garbage(shape=shape):
                kind, body = _GARBAGE[shape]
                return Answer(status=200, content_type=kind, body=body)
            case CloudflareBan(retry_after=seconds):
                return in_html(429, "Error 1015: you are being rate limited", retry_after(seconds))
            case Hang():
                await self.closing.wait()
                _cut(request)
            case _:
                assert_type(fault, Reset | LostAnswer)
                _cut(request)
        return None


def _cut(request: web.Request, *, reset: bool = False) -> None:
    """Cut the connection of *request*; a *reset* is what the client sees as ECONNRESET."""
    if reset:
        # SO_LINGER with no time: the kernel sends RST in place of FIN.
        wire: socket.socket = request.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.protocol.force_close()


def as_object(body: bytes) -> dict[str, Any] | None:
    """Return *body* as a JSON object, or None if it is none."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
