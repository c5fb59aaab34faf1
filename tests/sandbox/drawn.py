"""Posts as they would have arrived, to be drawn."""

from datetime import UTC, datetime
from typing import Any

from bridge.sandbox.arrivals import Arrived
from tests.sandbox.conftest import Clock

#: what every link has
A_LINK = 'target="_blank" rel="noopener noreferrer"'


def arrived(clock: Clock, **changes: Any) -> Arrived:
    """Return a post."""
    time = datetime.fromtimestamp(clock.now, UTC)
    plain: dict[str, Any] = {"platform": "slack", "channel": "C1", "id": "1", "username": "Max"}
    return Arrived(time=time, **{**plain, **changes})
