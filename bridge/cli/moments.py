"""Moments as an operator writes and reads them: an age such as "2h", or a time."""

from datetime import UTC, datetime, timedelta

import click

from bridge.config.durations import parse_duration

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60))


def moment(value: str) -> datetime:
    """Return the moment that an age ("30m", "24h", "7d") or a time ("2026-08-01T12:00") names, aware.

    A time without an offset is that of this machine's clock. Raises click's BadParameter.
    """
    try:
        return datetime.now(UTC) - parse_duration(value)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f'"{value}" is neither an age, such as "30m", "24h" or "7d", nor a time, such as '
            '"2026-08-01T12:00"'
        ) from None


def age(then: datetime, now: datetime) -> str:
    """Return how long ago a moment was, in its largest unit: "5d", "3h", "12m", "40s"."""
    seconds = int(max(now - then, timedelta(0)).total_seconds())
    for unit, size in _UNITS:
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def written(at: datetime | None) -> str | None:
    """Return a moment as programs like it, in UTC; None stays None."""
    return None if at is None else at.isoformat(timespec="milliseconds")
