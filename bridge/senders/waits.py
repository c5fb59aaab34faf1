"""How long a platform asks to be left alone: `wait_of`. No I/O."""

from datetime import timedelta

#: ours: whoever asks for more is asked again after that
MAX_WAIT_SECONDS = 86_400


def wait_of(value: object) -> timedelta | None:
    """Return the wait that a `Retry-After` header, or a number of seconds, asks for; None: none.

    No wait at all would be an endless loop without a pause: then the wait is the bridge's to choose.
    """
    if not isinstance(value, str | float | int):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return timedelta(seconds=min(seconds, MAX_WAIT_SECONDS)) if seconds > 0 else None
