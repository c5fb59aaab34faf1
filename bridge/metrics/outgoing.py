"""What the lanes count: `Outgoing`."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import assert_never

from prometheus_client import CollectorRegistry, Counter, Histogram

from bridge.deliveries import Accepted, Outcome, Rejected, Remedy, State, Unavailable, Unknown
from bridge.retries import Decision, Park, Resend, Wait

#: seconds; a call is given up after 30
POST_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
#: why a delivery is tried again
REASONS = ("asked_to_wait", "unavailable", "answer_lost", "destination_gone")
#: how an attempt can end
OUTCOMES = ("accepted", "rejected", "unavailable", "unknown")


class Outgoing:
    """What became of deliveries, by destination. Without a registry, nobody reads it."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            labelnames = ("destination", *labels)
            return Counter(f"nexusgpt_bridge_{name}", text, labelnames, registry=registry)

        self._deliveries = counter("deliveries", "Deliveries that have ended.", "state")
        self._attempts = counter("attempts", "Attempts to send a part.", "outcome")
        self._retries = counter("retries", "Deliveries to be tried again.", "reason")
        self._forms = counter("form_changes", "Refused posts, by what was changed.", "form")
        self._doubts = counter("parts_in_doubt", "Parts that may or may not have arrived.")
        self._seconds = Histogram(
            "nexusgpt_bridge_post_seconds",
            "Calls to the platform.",
            ("destination",),
            registry=registry,
            buckets=POST_BUCKETS,
        )

    def expect(self, destinations: Iterable[str]) -> None:
        """Have figures for these destinations from the start, since a rate needs a first zero."""
        for name in destinations:
            for state in (State.DELIVERED, State.DEAD):
                self._deliveries.labels(name, state)
            for outcome in OUTCOMES:
                self._attempts.labels(name, outcome)
            for reason in REASONS:
                self._retries.labels(name, reason)
            self._doubts.labels(name)
            self._seconds.labels(name)

    def posting(self, destination: str) -> AbstractContextManager[object]:
        """Measure the call that is made in the context."""
        return self._seconds.labels(destination).time()

    def attempted(self, destination: str, outcome: Outcome, decision: Decision) -> None:
        """An attempt has ended, and this follows from it."""
        self._attempts.labels(destination, _word(outcome)).inc()
        if isinstance(outcome, Unknown):
            self._doubts.labels(destination).inc()
        match decision:
            case Wait():
                self._retries.labels(destination, _reason(outcome)).inc()
            case Park():
                self._retries.labels(destination, "destination_gone").inc()
            case Resend() if isinstance(outcome, Rejected):
                self._forms.labels(destination, _form(outcome.remedy)).inc()

    def settled(self, destination: str, state: State) -> None:
        """A delivery is over, and that is on disk."""
        self._deliveries.labels(destination, state).inc()


def _word(outcome: Outcome) -> str:
    match outcome:
        case Accepted():
            return "accepted"
        case Rejected():
            return "rejected"
        case Unavailable():
            return "unavailable"
        case Unknown():
            return "unknown"
        case _:
            assert_never(outcome)


def _reason(outcome: Outcome) -> str:
    """Return why a delivery waits: never the platform's own words, which have no end."""
    if isinstance(outcome, Unknown):
        return "answer_lost"
    is_told = isinstance(outcome, Unavailable) and outcome.retry_after is not None
    return "asked_to_wait" if is_told else "unavailable"


def _form(remedy: Remedy) -> str:
    return remedy.replace(" ", "_")
