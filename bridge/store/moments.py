"""Moments as the stores keep them: whole milliseconds since 1970-01-01 UTC. No I/O."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def stored(moment: datetime) -> int:
    """Return an aware moment in milliseconds, rounded down. Raises TypeError for a naive one."""
    return (moment - _EPOCH) // _MILLISECOND


def restored(milliseconds: int) -> datetime:
    """Return the moment, aware and in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND
