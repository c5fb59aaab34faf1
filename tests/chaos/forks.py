"""Starts bridges in milliseconds: a process that has imported all of it, and forks for each life.

It reads lines of JSON: an order for a life, or `{"pid": 7, "signal": 15}`. It answers with lines:
`{"pid": 7}` when a life has begun, `{"pid": 7, "status": -9}` when it has ended, negative for a
signal. When its input ends, so do the lives that are left.
"""

import json
import os
import selectors
import signal
import sys
from typing import Any

from tests.chaos.victim import Order, live

_INPUT = 0


def serve() -> None:
    """Begin and end lives, until the input ends."""
    Forks().run()


class Forks:
    """The lives that go on."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._selector.register(_INPUT, selectors.EVENT_READ)
        self._lives: dict[int, int] = {}  # file descriptor of the process -> its id
        self._rest = b""

    def run(self) -> None:
        """Begin and end lives until the input ends."""
        while self._is_told():
            pass
        for pid in self._lives.values():
            os.kill(pid, signal.SIGKILL)
        for each in tuple(self._lives):
            self._end(each)

    def _is_told(self) -> bool:
        """Wait for what happens next; tell whether there can be more."""
        for key, _ in self._selector.select():
            if key.fd != _INPUT:
                self._end(key.fd)
                continue
            data = os.read(_INPUT, 65_536)
            *orders, self._rest = (self._rest + data).split(b"\n")
            for order in map(json.loads, orders):
                self._obey(order)
            if not data:
                return False
        return True

    def _obey(self, order: dict[str, Any]) -> None:
        if "signal" not in order:
            self._begin(Order.read(order))
        elif order["pid"] in self._lives.values():
            os.kill(order["pid"], order["signal"])

    def _begin(self, order: Order) -> None:
        if (pid := os.fork()) == 0:
            self._selector.close()
            os.dup2(os.open(os.devnull, os.O_RDONLY), _INPUT)
            os._exit(_lived(order))
        process = os.pidfd_open(pid)
        self._lives[process] = pid
        self._selector.register(process, selectors.EVENT_READ)
        _say(pid=pid)

    def _end(self, process: int) -> None:
        self._selector.unregister(process)
        os.close(process)
        pid = self._lives.pop(process)
        _, status = os.waitpid(pid, 0)
        _say(pid=pid, status=os.waitstatus_to_exitcode(status))


def _lived(order: Order) -> int:
    """Live; what goes wrong before the command runs stands in its log, as an exit code of 70."""
    try:
        return live(order)
    except BaseException as error:  # noqa: BLE001 -- the child must not go on as its parent
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        return 70


def _say(**words: Any) -> None:
    os.write(1, json.dumps(words).encode() + b"\n")
