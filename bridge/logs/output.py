"""Where lines go. What can't be written is counted, and stops nothing."""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock
from typing import TextIO

from bridge.logs.lines import Format, descriptor_of, render_for
from bridge.logs.redaction import Redactor


class Output:
    """Where lines go, how they look, and how important they have to be.

    The lines of one turn of an event loop are written together at its end.
    """

    def __init__(self, stream: TextIO | None, form: Format, redactor: Redactor, level: int) -> None:
        self.level = level
        self.render = render_for(stream, form, redactor)
        self._redactor = redactor
        self._stream = stream
        self._put = _writer(stream)
        self._lines: deque[str] = deque()
        self._lost = 0
        #: the event loop that will flush
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = Lock()  # threads log too

    def change(self, form: Format, secrets: Iterable[str], level: int) -> None:
        """Write the next lines in another way; what was a secret stays one."""
        self._redactor = Redactor((*self._redactor.secrets, *secrets))
        self.render = render_for(self._stream, form, self._redactor)
        self.level = level

    def write(self, line: str) -> None:
        """Write a line, at the latest when this turn of the event loop ends."""
        # In this order, as `flush` has it the other way round: no thread leaves a line behind.
        self._lines.append(line)
        loop = _running_loop()
        if loop is None:
            self.flush()
        elif loop is not self._loop:
            self._loop = loop
            loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write what waits. It never raises: whoever logs has something better to do."""
        with self._lock:
            self._loop = None
            lines = [self._lines.popleft() for _ in range(len(self._lines))]
            if not lines:
                return
            if self._lost:
                lines.insert(0, self.render("warning", "lines_lost", {"lines": self._lost}))
            try:
                self._put("\n".join([*lines, ""]))
            except (OSError, ValueError):  # ValueError: somebody has closed it
                self._lost += len(lines) - bool(self._lost)
            else:
                self._lost = 0


def _writer(stream: TextIO | None) -> Callable[[str], None]:
    """Return what writes to a stream at once.

    A real file is written past Python's buffers: these would keep what they could not write, try it
    again at the end of the process, and make its exit code a failure.
    """
    if stream is None:  # the process was started without one
        return lambda _: None
    is_file = descriptor_of(stream) is not None
    return partial(_write_past if is_file else _write, stream)


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def _write_past(stream: TextIO, text: str) -> None:
    data = text.encode()
    while data:
        # Asked each time: the number of a file that was closed may be another file's by now.
        data = data[os.write(stream.fileno(), data) :]


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
