"""A length of time as an operator writes it: "500ms", "10s", "5m", "24h", "30d". No I/O."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_FORM = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_LONGEST = timedelta(days=3650)


def parse_duration(value: Any) -> timedelta:
    """Return the length of time that a text names, from above 0 to ten years."""
    if isinstance(value, timedelta):
        return value
    found = _FORM.fullmatch(value.strip()) if isinstance(value, str) else None
    duration = min(float(found[1]), 1e12) * _UNITS[found[2]] if found else timedelta(0)
    if not timedelta(0) < duration <= _LONGEST:
        raise PydanticCustomError(
            "duration",
            'must be a duration above zero, such as "500ms", "10s", "5m", "24h" or "30d"',
        )
    return duration


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
