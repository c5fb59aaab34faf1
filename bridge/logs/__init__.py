"""One log line per thing that happened: a word, then fields. Secrets are taken out of every line.

`lines` (how they look), `redaction` (what is never shown), `output` (where they go). A line is
written for each accepted webhook, so this is on the hot path: with a logging library, and a write
for each line, it was a fifth of what accepting costs.
"""

import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from bridge.logs.lines import Format
from bridge.logs.output import Output
from bridge.logs.redaction import Redactor

__all__ = ["LEVELS", "SILENT", "Format", "Log", "Redactor", "configure", "log", "reconfigure"]

#: what can be asked for; of each, only what is as important or more is written
LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
#: nothing of ours is logged at this level
SILENT = logging.CRITICAL
_NAMES = {number: name for name, number in LEVELS.items()} | {logging.CRITICAL: "critical"}
_DEBUG, _INFO, _WARNING, _ERROR = LEVELS.values()


class Log:
    """Writes one line for each call, in the way that `configure` has set."""

    def __init__(self, output: Output) -> None:
        self.output = output

    def debug(self, word: str, **fields: object) -> None:
        """Log what only a search for a fault needs. No other level may tell what a message says."""
        output = self.output
        if output.level <= _DEBUG:
            output.write(output.render("debug", word, fields))

    def info(self, word: str, **fields: object) -> None:
        """Log what happens every day."""
        output = self.output
        if output.level <= _INFO:
            output.write(output.render("info", word, fields))

    def warning(self, word: str, **fields: object) -> None:
        """Log what may need a look."""
        self.write(_WARNING, word, fields)

    def error(self, word: str, **fields: object) -> None:
        """Log what needs a person."""
        self.write(_ERROR, word, fields)

    def write(self, level: int, word: str, fields: Mapping[str, object]) -> None:
        """Log a word and its fields at a level of `logging`."""
        output = self.output
        if level >= output.level:
            output.write(output.render(_NAMES[level], word, fields))


class _Forward(logging.Handler):
    """Brings what libraries log through `logging` into the same lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a library's record as the word "library", with its text on one line."""
        text = _text(record)
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text}: {record.exc_info[0].__name__}: {record.exc_info[1]}"
        fields: dict[str, Any] = {"name": record.name, "text": " ".join(text.splitlines())}
        log.write(min(record.levelno // 10 * 10, SILENT), "library", fields)


log = Log(Output(sys.stderr, "logfmt", Redactor(()), logging.INFO))


def configure(
    secrets: Iterable[str],
    *,
    stream: TextIO | None = None,
    level: int = logging.INFO,
    form: Format = "logfmt",
) -> None:
    """Set up logging for this process: to stderr, unless a stream is given."""
    log.output = Output(stream or sys.stderr, form, Redactor(secrets), level)
    _hear_libraries(level)


def reconfigure(secrets: Iterable[str], *, level: int, form: Format = "logfmt") -> None:
    """Go on with other settings, from the next line on; no line is lost.

    What was a secret stays one: posts may be under way that were begun with it.
    """
    log.output.change(form, secrets, level)
    _hear_libraries(level)


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # its arguments don't fit its text
        return str(record.msg)


def _hear_libraries(level: int) -> None:
    logging.basicConfig(handlers=[_Forward()], level=max(level, logging.WARNING), force=True)
