"""A lean load driver: many connections, each with one request under way. For the benchmarks."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

_END_OF_HEAD = b"\r\n\r\n"


@dataclass(slots=True)
class Slice:
    """What one slice of load has measured."""

    seconds: float
    #: seconds that each answered request took
    latencies: list[float] = field(default_factory=list)
    #: answers by HTTP status
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Answered requests per second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Return the latency in milliseconds that this share of requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the last one is answered."""

    def __init__(self, requests: Iterator[bytes], result: Slice, until: float) -> None:
        self._requests = requests
        self._result = result
        self._until = until
        self._buffer = b""
        self._sent = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, rest = self._buffer.partition(_END_OF_HEAD)
        if not separator or len(rest) < _content_length(head):
            return
        self._buffer = b""
        now = time.perf_counter()
        self._result.latencies.append(now - self._sent)
        status = int(head[9:12])
        self._result.statuses[status] = self._result.statuses.get(status, 0) + 1
        if now < self._until:
            self._next()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _next(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))


def _content_length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def drive(
    port: int, requests: Callable[[], Iterator[bytes]], *, connections: int, seconds: float
) -> Slice:
    """Put load on a server on loopback for a while and return what was measured."""
    result = Slice(seconds)
    until = time.perf_counter() + seconds
    shared = requests()
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Connection(shared, result, until), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    return result
