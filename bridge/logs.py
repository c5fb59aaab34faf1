"""One log line per thing that happened: a word, then fields. Secrets are taken out of every line.

A pipe or a file gets logfmt with UTC times; the journal gets logfmt without, since it has its own;
a terminal gets the time of day and colours. A line is written for each accepted webhook, so this
is on the hot path: with a logging library, and a write for each line, it was a fifth of what
accepting costs.
"""

import asyncio
import json
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, TextIO

__all__ = ["SILENT", "Log", "configure", "log"]

#: shorter texts would blacken ordinary words; no real secret is that short
MIN_SECRET_CHARS = 6
_NEEDS_NO_QUOTES = re.compile(r"[^\s\"=\\]+").fullmatch
_BLACK = "[secret]"
#: nothing of ours is logged at this level
SILENT = logging.CRITICAL
_NAMES = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "critical"}
_COLOURS = {"debug": 2, "info": 32, "warning": 33, "error": 31, "critical": 31}

Render = Callable[[str, str, Mapping[str, object]], str]


class Redactor:
    """Takes known secrets and control characters out of what is logged."""

    def __init__(self, secrets: Sequence[str]) -> None:
        spelled = [spelling for secret in secrets for spelling in (secret, _escaped(secret))]
        self._secrets = tuple(
            each for each in dict.fromkeys(spelled) if len(each) >= MIN_SECRET_CHARS
        )

    def redacted(self, text: str) -> str:
        """Return the text without secrets, and without characters that move a terminal's cursor."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, _BLACK)
        if text.isprintable():
            return text
        return "".join(each if each.isprintable() else "\ufffd" for each in text)


class Logfmt:
    """Writes a line as `time=… level=… event=…` and its fields: https://brandur.org/logfmt."""

    def __init__(self, redactor: Redactor, *, with_time: bool) -> None:
        self._redacted = redactor.redacted
        self._with_time = with_time
        self._second = 0
        self._date = ""

    def __call__(self, level: str, word: str, fields: Mapping[str, object]) -> str:
        """Return the line."""
        pairs = "".join([f" {key}={_quoted(value)}" for key, value in fields.items()])
        return self._redacted(f"{self._time()}level={level} event={_quoted(word)}{pairs}")

    def _time(self) -> str:
        if not self._with_time:
            return ""
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._date = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"time={self._date}.{int((now - second) * 1000):03}+00:00 "


class Colours:
    """Writes a line for a person at a terminal."""

    def __init__(self, redactor: Redactor) -> None:
        self._redacted = redactor.redacted

    def __call__(self, level: str, word: str, fields: Mapping[str, object]) -> str:
        """Return the line."""
        clock = time.strftime("%H:%M:%S")
        redacted = {key: self._redacted(_quoted(value)) for key, value in fields.items()}
        pairs = "".join(f" \x1b[36m{key}\x1b[0m={value}" for key, value in redacted.items())
        colour = f"\x1b[{_COLOURS[level]}m[{level:<7}]\x1b[0m"
        return f"\x1b[2m{clock}\x1b[0m {colour} \x1b[1m{self._redacted(word)}\x1b[0m{pairs}"


class Output:
    """Where lines go, how they look, and how important they have to be.

    The lines of one turn of an event loop are written together at its end.
    """

    def __init__(self, stream: TextIO, render: Render, level: int) -> None:
        self.render = render
        self.level = level
        self._stream = stream
        self._lines: list[str] = []
        #: the event loop that will flush
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = Lock()  # threads log too

    def write(self, line: str) -> None:
        """Write a line, at the latest when this turn of the event loop ends."""
        loop = _running_loop()
        with self._lock:
            self._lines.append(f"{line}\n")
            if loop is not None and loop is self._loop:
                return
            self._loop = loop
        if loop is None:
            self.flush()
        else:
            loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            text = "".join(self._lines)
            self._lines.clear()
            self._loop = None
            self._stream.write(text)
            self._stream.flush()


class Log:
    """Writes one line for each call, in the way that `configure` has set."""

    def __init__(self, output: Output) -> None:
        self.output = output

    def info(self, word: str, **fields: object) -> None:
        """Log what happens every day."""
        self.write(logging.INFO, word, fields)

    def warning(self, word: str, **fields: object) -> None:
        """Log what may need a look."""
        self.write(logging.WARNING, word, fields)

    def error(self, word: str, **fields: object) -> None:
        """Log what needs a person."""
        self.write(logging.ERROR, word, fields)

    def write(self, level: int, word: str, fields: Mapping[str, object]) -> None:
        """Log a word and its fields at a level of `logging`."""
        output = self.output
        if level >= output.level:
            output.write(output.render(_NAMES[level], word, fields))


class _Forward(logging.Handler):
    """Brings what libraries log through `logging` into the same lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a library's record as the word "library", with its text on one line."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text}: {record.exc_info[0].__name__}: {record.exc_info[1]}"
        fields: dict[str, Any] = {"name": record.name, "text": " ".join(text.splitlines())}
        log.write(record.levelno // 10 * 10, "library", fields)


log = Log(Output(sys.stderr, Logfmt(Redactor(()), with_time=True), logging.INFO))


def configure(
    secrets: Sequence[str], *, stream: TextIO | None = None, level: int = logging.INFO
) -> None:
    """Set up logging for this process; call it once, before anything is logged."""
    out = stream or sys.stderr
    log.output = Output(out, _render(out, Redactor(secrets)), level)
    logging.basicConfig(handlers=[_Forward()], level=max(level, logging.WARNING), force=True)


def _render(out: TextIO, redactor: Redactor) -> Render:
    if out.isatty():
        return Colours(redactor)
    # The journal has times of its own.
    return Logfmt(redactor, with_time="JOURNAL_STREAM" not in os.environ)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _quoted(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    # Ids are most of what is written; for them this is far cheaper than the expression.
    if text.replace("-", "0").isalnum() or _NEEDS_NO_QUOTES(text):
        return text
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
