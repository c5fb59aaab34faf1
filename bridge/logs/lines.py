"""How a line looks: logfmt for a pipe, JSON for programs, colours for a terminal, priorities for the journal."""

import json
import os
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, TextIO

from bridge.logs.redaction import Redactor, escaped, printed

Format = Literal["logfmt", "json"]
Render = Callable[[str, str, Mapping[str, object]], str]

#: level -> the journal's priority:
#: https://www.freedesktop.org/software/systemd/man/latest/sd-daemon.html
PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
_COLOURS = {"debug": 2, "info": 32, "warning": 33, "error": 31, "critical": 31}
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_NEEDS_NO_QUOTES = re.compile(r"[^\s\"=\\]+").fullmatch


def render_for(stream: TextIO | None, form: Format, redactor: Redactor) -> Render:
    """Return how lines look in a stream."""
    is_read_by_systemd = is_journal(stream)
    if form == "json":
        render: Render = Json(redactor)
    elif stream is not None and stream.isatty():
        return Colours(redactor)
    else:
        render = Logfmt(
            redactor, with_time=not is_read_by_systemd
        )  # the journal has times of its own
    return Journal(render) if is_read_by_systemd else render


def descriptor_of(stream: TextIO) -> int | None:
    """Return the number of the file behind a stream; None if there is none."""
    try:
        return stream.fileno()
    except (OSError, ValueError):  # it is no file, or closed
        return None


def is_journal(stream: TextIO | None) -> bool:
    """Tell whether systemd's journal reads the stream: the variable may be inherited by mistake."""
    if stream is None:
        return False
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


class Clock:
    """Tells the time as the logs write it: UTC, to the millisecond."""

    def __init__(self) -> None:
        self._millisecond = 0
        self._text = ""

    def __call__(self) -> str:
        """Return the time."""
        millisecond = int(time.time() * 1000)
        if millisecond != self._millisecond:
            moment = datetime.fromtimestamp(millisecond / 1000, UTC)
            self._text = moment.isoformat(timespec="milliseconds")
            self._millisecond = millisecond
        return self._text


class Logfmt:
    """Writes a line as `time=… level=… event=…` and its fields: https://brandur.org/logfmt."""

    def __init__(self, redactor: Redactor, *, with_time: bool = True) -> None:
        self._without_secrets = redactor.without_secrets
        self._clock = Clock() if with_time else None

    def __call__(self, level: str, word: str, fields: Mapping[str, object]) -> str:
        """Return the line."""
        pairs = "".join([f" {key}={value}" for key, value in fields.items()])
        if not _is_plain(pairs, len(fields)):
            pairs = "".join([f" {key}={_quoted(str(value))}" for key, value in fields.items()])
        line = f"level={level} event={_quoted_word(word)}{pairs}"
        if self._clock is not None:
            line = f"time={self._clock()} {line}"
        return printed(self._without_secrets(line))


class Json:
    """Writes a line as one JSON object, with the words and fields of logfmt; numbers stay numbers."""

    def __init__(self, redactor: Redactor) -> None:
        self._without_secrets = redactor.without_secrets
        self._clock = Clock()

    def __call__(self, level: str, word: str, fields: Mapping[str, object]) -> str:
        """Return the line."""
        told = {"time": self._clock(), "level": level, "event": word, **fields}
        line = {key: self._value(value) for key, value in told.items()}
        return printed(_encode(line))

    def _value(self, value: object) -> Any:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float) and abs(value) < float("inf"):
            return value
        return self._without_secrets(str(value))


class Journal:
    """Puts the priority that systemd's journal understands before a line."""

    def __init__(self, render: Render) -> None:
        self._render = render

    def __call__(self, level: str, word: str, fields: Mapping[str, object]) -> str:
        """Return the line."""
        return f"<{PRIORITIES[level]}>{self._render(level, word, fields)}"


class Colours:
    """Writes a line for a person at a terminal."""

    def __init__(self, redactor: Redactor) -> None:
        self._redacted = redactor.redacted

    def __call__(self, level: str, word: str, fields: Mapping[str, object]) -> str:
        """Return the line."""
        clock = time.strftime("%H:%M:%S")
        redacted = {key: self._redacted(_quoted(str(value))) for key, value in fields.items()}
        pairs = "".join(f" \x1b[36m{key}\x1b[0m={value}" for key, value in redacted.items())
        colour = f"\x1b[{_COLOURS[level]}m[{level:<7}]\x1b[0m"
        return f"\x1b[2m{clock}\x1b[0m {colour} \x1b[1m{self._redacted(word)}\x1b[0m{pairs}"


def _is_plain(pairs: str, count: int) -> bool:
    """Tell of all values at once that none needs quotes: most lines hold ids and numbers."""
    return (
        pairs.count(" ") == count == pairs.count("=")
        and '"' not in pairs
        and "\\" not in pairs
        and "= " not in pairs
        and pairs[-1:] != "="
        and pairs.isprintable()  # or it might hold white space of other kinds
    )


def _quoted(text: str) -> str:
    # Ids are most of what is written; for them this is far cheaper than the expression.
    if text.replace("-", "0").isalnum() or _NEEDS_NO_QUOTES(text):
        return text
    return f'"{escaped(text)}"'


_quoted_word = lru_cache(maxsize=256)(_quoted)
