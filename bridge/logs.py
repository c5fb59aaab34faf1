"""One log line per thing that happened: a word, then fields. Secrets are taken out of every line.

A terminal gets colours; a pipe or a file gets logfmt with UTC times; the journal gets logfmt
without times, since it has its own.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

__all__ = ["SILENT", "configure", "log"]

#: shorter texts would blacken ordinary words; no real secret is that short
MIN_SECRET_CHARS = 6
_NEEDS_NO_QUOTES = re.compile(r"[^\s\"=\\]+").fullmatch
_BLACK = "[secret]"
#: nothing of ours is logged at this level
SILENT = logging.CRITICAL

log: FilteringBoundLogger = structlog.get_logger()


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

    def __call__(self, _logger: Any, _level: str, fields: EventDict) -> EventDict:
        """Return the fields of a line, each redacted."""
        return {
            key: self.redacted(value) if isinstance(value, str) else value
            for key, value in fields.items()
        }


class Logfmt:
    """Writes a line as `time=… level=… event=…` and its fields: https://brandur.org/logfmt.

    structlog's own renderer does the same in three processors. A line is written for each accepted
    webhook, and this costs a third of it.
    """

    def __init__(self, redactor: Redactor, *, with_time: bool) -> None:
        self._redacted = redactor.redacted
        self._with_time = with_time

    def __call__(self, _logger: Any, level: str, fields: EventDict) -> str:
        """Return the line."""
        time = (
            f"time={datetime.now(UTC).isoformat(timespec='milliseconds')} "
            if self._with_time
            else ""
        )
        word = fields.pop("event")
        pairs = "".join([f" {key}={_quoted(value)}" for key, value in fields.items()])
        return self._redacted(f"{time}level={level} event={_quoted(word)}{pairs}")


def _quoted(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if _NEEDS_NO_QUOTES(text) else f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


class _Forward(logging.Handler):
    """Brings what libraries log through `logging` into the same lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a library's record as the word "library", with its text on one line."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text}: {record.exc_info[0].__name__}: {record.exc_info[1]}"
        log.log(record.levelno, "library", name=record.name, text=" ".join(text.splitlines()))


def configure(
    secrets: Sequence[str], *, stream: TextIO | None = None, level: int = logging.INFO
) -> None:
    """Set up logging for this process; call it once, before anything is logged."""
    out = stream or sys.stderr
    redactor = Redactor(secrets)
    structlog.configure(
        processors=_for_people(redactor) if out.isatty() else [_for_programs(redactor)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
    )
    logging.basicConfig(handlers=[_Forward()], level=max(level, logging.WARNING), force=True)


def _for_people(redactor: Redactor) -> list[Processor]:
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False, key="time"),
        redactor,
        structlog.dev.ConsoleRenderer(timestamp_key="time", pad_event_to=0),
    ]


def _for_programs(redactor: Redactor) -> Processor:
    # The journal has times of its own.
    return Logfmt(redactor, with_time="JOURNAL_STREAM" not in os.environ)
