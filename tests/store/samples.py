"""What the store's tests put in: `arrival` and `accepted`, with defaults for all that doesn't matter."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bridge.deliveries import Accepted, Confirmed
from bridge.store import Arrival

NOW = datetime(2026, 8, 1, 12, 0, 0, 123_000, tzinfo=UTC)

_ARRIVAL = Arrival(
    message_id="m1",
    chat_id="c1",
    fingerprint=b"told first",
    body=b'{"event": "MESSAGE_FINALIZED"}',
    routed={"support": "refunds", "ops": "refunds"},
    accepted_at=NOW,
)


def arrival(
    message_id: str = "m1", to: Iterable[str] = ("support", "ops"), **changes: object
) -> Arrival:
    """Return an arrival that the route "refunds" sends to some destinations."""
    routed = dict.fromkeys(to, "refunds")
    return _ARRIVAL._replace(message_id=message_id, routed=routed, **changes)  # type: ignore[arg-type] # changes are of its fields


def accepted(part: int = 1, *, thread: str | None = None) -> Accepted:
    """Return what a platform says of a part that it took."""
    confirmed = Confirmed(part=part, post_id=f"post-{part}", channel="C1")
    return Accepted(confirmed=confirmed, thread=thread)
