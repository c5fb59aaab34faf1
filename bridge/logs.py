"""One log line per thing that happened: a word, then fields. Secrets are taken out of every line.

A terminal gets colours; a pipe or a file gets logfmt with UTC times; the journal gets logfmt
without times, since it has its own.
"""

import logging
import os
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any, TextIO

import structlog

__all__ = ["SILENT", "configure", "log"]

#: shorter texts would blacken ordinary words; no real secret is that short
MIN_SECRET_CHARS = 6
_BLACK = "[secret]"
#: nothing of ours is logged at this level
SILENT = logging.CRITICAL

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Redactor:
    """Takes known secrets and control characters out of everything that is logged."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if len(secret) >= MIN_SECRET_CHARS)

    def __call__(
        self, _logger: Any, _method: str, fields: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Return the fields of a line without secrets."""
        for key, value in fields.items():
            if isinstance(value, str):
                fields[key] = self.redacted(value)
        return fields

    def redacted(self, text: str) -> str:
        """Return the text without secrets, and without characters that move a terminal's cursor."""
        for secret in self._secrets:
            text = text.replace(secret, _BLACK)
        if text.isprintable():
            return text
        return "".join(each if each.isprintable() else "\ufffd" for each in text)


class _Forward(logging.Handler):
    """Brings what libraries log through `logging` into the same lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a library's record as the word "library", with its text on one line."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text}: {record.exc_info[0].__name__}: {record.exc_info[1]}"
        log.log(record.levelno, "library", name=record.name, text=" ".join(text.split()))


def configure(
    secrets: Sequence[str], *, stream: TextIO | None = None, level: int = logging.INFO
) -> None:
    """Set up logging for this process; call it once, before anything is logged."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            *_times(out),
            Redactor(secrets),
            _renderer(out),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Forward()], level=max(level, logging.WARNING), force=True)


def _times(out: TextIO) -> list[structlog.typing.Processor]:
    if "JOURNAL_STREAM" in os.environ and not out.isatty():
        return []
    fmt = "%H:%M:%S" if out.isatty() else "iso"
    return [structlog.processors.TimeStamper(fmt=fmt, utc=not out.isatty(), key="time")]


def _renderer(out: TextIO) -> structlog.typing.Processor:
    if out.isatty():
        return structlog.dev.ConsoleRenderer(timestamp_key="time", pad_event_to=0)
    return structlog.processors.LogfmtRenderer(
        key_order=["time", "level", "event"], drop_missing=True, bool_as_flag=False
    )
