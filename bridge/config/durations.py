"""A length of time as an operator writes it: "500ms", "10s", "5m", "24h", "30d". No I/O."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_FORM = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {
    "ms": 0.001,
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
}
_LONGEST_SECONDS = 3650 * 86400


def parse_duration(value: Any) -> timedelta:
    """Return the length of time that a text names, from above 0 to ten years."""
    if isinstance(value, timedelta):
        return value
    found = _FORM.fullmatch(value.strip()) if isinstance(value, str) else None
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0
    # What is too long might not fit into a timedelta, what is too short becomes 0 in it.
    if seconds > _LONGEST_SECONDS or not (duration := timedelta(seconds=seconds)):
        raise PydanticCustomError(
            "duration",
            'must be a duration above zero, such as "500ms", "10s", "5m", "24h" or "30d"',
        )
    return duration


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
