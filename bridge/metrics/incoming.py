"""What the server counts, on the hot path: `Incoming`.

These are plain numbers that become Prometheus's when they are read. They belong to the event
loop, so they need no lock; a counter of prometheus-client takes five times as long, and each
webhook needs several.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from math import inf

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bridge.webhooks import Verification

#: every answer that there is, with its HTTP status; the words are those of the log
ANSWERS = (
    ("accepted", 202),
    ("duplicate", 200),
    ("ignored", 200),
    ("unrouted", 200),
    ("probed", 200),
    ("refused", 400),
    ("refused", 401),
    ("refused", 404),
    ("refused", 405),
    ("refused", 408),
    ("refused", 413),
    ("not_stored", 503),
    ("internal_error", 503),
)
#: what is no HTTP, whatever number aiohttp has for it
_UNREADABLE = ("refused", 400)
#: how a verification header can be wrong: see `bridge.errors.BadSecret`
MISMATCHES = ("missing", "repeated", "wrong")
#: seconds
ACCEPT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Incoming(Collector):
    """What became of webhooks. For one event loop."""

    def __init__(self) -> None:
        #: when the last verified event came, aware; None: there was none since the start
        self.last_event: datetime | None = None
        #: webhooks whose verification header was not as it should be
        self.mismatches = 0
        self._answers = dict.fromkeys(ANSWERS, 0)
        self._mismatches = dict.fromkeys(MISMATCHES, 0)
        self._verification: Verification | None = None
        #: by the place of the secret, from 1; the first number is for webhooks that need none
        self._hits = [0]
        self._accepted_in = [0] * (len(ACCEPT_BUCKETS) + 1)
        self._accepted_seconds = 0.0

    def expect(self, verification: Verification) -> None:
        """Count the hits of these secrets, from zero if they are others than before."""
        if verification != self._verification:
            self._verification = verification
            self._hits = [0] * (verification.count + 1)

    def verified(self, place: int) -> None:
        """A webhook brought the secret of this place in the config, from 1; 0: it needs none."""
        self._hits[place] += 1

    def mismatched(self, header: str) -> None:
        """A webhook's verification header was one of MISMATCHES."""
        self.mismatches += 1
        self._mismatches[header] += 1

    def accepted(self, seconds: float) -> None:
        """An event is on disk, so long after the head of its webhook was read."""
        self._answers["accepted", 202] += 1
        self._accepted_in[bisect_left(ACCEPT_BUCKETS, seconds)] += 1
        self._accepted_seconds += seconds

    def answered(self, result: str, http_status: int) -> None:
        """A webhook was answered, in one of the ways of ANSWERS but the first."""
        key = (result, http_status)
        self._answers[key if key in self._answers else _UNREADABLE] += 1

    def collect(self) -> Iterator[Metric]:
        """Yield all figures as Prometheus knows them."""
        answers = CounterMetricFamily(
            "nexusgpt_bridge_webhooks", "Webhooks by their answer.", labels=("result", "status")
        )
        for (result, status), count in self._answers.items():
            answers.add_metric((result, str(status)), count)
        yield answers
        yield self._accept_seconds()
        yield from self._verifications()
        last = GaugeMetricFamily(
            "nexusgpt_bridge_last_event_timestamp_seconds",
            "When the last event came, in Unix time; missing if none did since the start.",
        )
        if self.last_event is not None:
            last.add_metric((), self.last_event.timestamp())
        yield last

    def _accept_seconds(self) -> Metric:
        bounds = map(_bound, (*ACCEPT_BUCKETS, inf))
        buckets = list(zip(bounds, accumulate(self._accepted_in), strict=True))
        return HistogramMetricFamily(
            "nexusgpt_bridge_accept_seconds",
            "From the head of a webhook to its event on disk.",
            buckets=buckets,
            sum_value=self._accepted_seconds,
        )

    def _verifications(self) -> Iterator[Metric]:
        mismatches = CounterMetricFamily(
            "nexusgpt_bridge_header_mismatches",
            "Webhooks whose verification header was missing, repeated or wrong.",
            labels=("header",),
        )
        for header, count in self._mismatches.items():
            mismatches.add_metric((header,), count)
        yield mismatches
        hits = CounterMetricFamily(
            "nexusgpt_bridge_secret_hits",
            "Webhooks that brought a secret, by its place in [nexusgpt] secrets, from 1.",
            labels=("secret",),
        )
        for place, count in enumerate(self._hits[1:], start=1):
            hits.add_metric((str(place),), count)
        yield hits


def _bound(seconds: float) -> str:
    return "+Inf" if seconds == inf else str(seconds)
