"""A lean load driver: many connections, each with one request under way. For the benchmarks.

It is a bare loop over epoll and not asyncio, because on two cores whatever the driver spends is
missing to the server that it measures.
"""

import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_END_OF_HEAD = b"\r\n\r\n"
_READ_BYTES = 4_096
_ANSWER_SECONDS = 10


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


class _Connection:
    """Sends the next request as soon as the last one is answered."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), _ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        self._sent = 0.0

    def send(self, request: bytes) -> None:
        self._sent = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self, result: Slice) -> bool:
        """Read what is there, and whether the answer is whole now; note it in the result."""
        received = self.socket.recv(_READ_BYTES)
        if not received:
            raise ConnectionError("the server hung up")
        answer = self._buffer + received if self._buffer else received
        head, separator, rest = answer.partition(_END_OF_HEAD)
        if not separator or len(rest) < _content_length(head):
            self._buffer = answer
            return False
        self._buffer = b""
        result.latencies.append(time.perf_counter() - self._sent)
        status = int(head[9:12])
        result.statuses[status] = result.statuses.get(status, 0) + 1
        return True


def _content_length(head: bytes) -> int:
    return int(head.partition(b"Content-Length:")[2].partition(b"\r\n")[0])


def drive(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Slice:
    """Put load on a server on loopback for a while and return what was measured. Blocks."""
    result = Slice(seconds)
    by_number: dict[int, _Connection] = {}
    with select.epoll() as poll:
        for connection in [_Connection(port) for _ in range(connections)]:
            poll.register(connection.socket, select.EPOLLIN)
            by_number[connection.socket.fileno()] = connection
            connection.send(next(requests))
        until = time.perf_counter() + seconds
        while by_number:
            for number, _ in poll.poll(_ANSWER_SECONDS) or _nothing_came():
                connection = by_number[number]
                if not connection.is_answered(result):
                    continue
                if time.perf_counter() < until:
                    connection.send(next(requests))
                else:
                    by_number.pop(number).socket.close()
    return result


def _nothing_came() -> list[tuple[int, int]]:
    raise TimeoutError(f"no answer within {_ANSWER_SECONDS} seconds")
