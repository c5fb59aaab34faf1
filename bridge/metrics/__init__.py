"""What is measured, for Prometheus: `Metrics`.

`incoming` is what the server counts, `outgoing` what the lanes count, `queue` what waits when
somebody asks. Every label has a closed list of values: those of this code, or the names of the
config. Nothing that comes in with a webhook becomes one.
"""

import platform
from collections.abc import Iterable

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

from bridge import __version__
from bridge.metrics.incoming import Incoming
from bridge.metrics.outgoing import Outgoing
from bridge.metrics.queue import Depth, Queue

__all__ = ["Depth", "Incoming", "Metrics", "Outgoing", "Queue"]

#: up to what the store puts on disk at once (`bridge.store.batches.MAX_BATCH`)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

# Else each counter comes with a second series that says when it began.
disable_created_metrics()


class Metrics:
    """All that one bridge measures, from its start on. For one event loop, but for `committed`."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.incoming = Incoming()
        self.outgoing = Outgoing(registry)
        self.queue = Queue()
        self._registry = registry
        registry.register(self.incoming)
        registry.register(self.queue)
        self._commits = Histogram(
            "nexusgpt_bridge_commit_changes",
            "Changes that were put on disk together.",
            registry=registry,
            buckets=_BATCHES,
        )
        self._silent = Gauge(
            "nexusgpt_bridge_silent",
            "1 if no event came for longer than expect_event_within, else 0.",
            registry=registry,
        )
        build = {"version": __version__, "python": platform.python_version()}
        Info("nexusgpt_bridge_build", "What is running.", registry=registry).info(build)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)

    def expect(self, destinations: Iterable[str]) -> None:
        """Have figures for these destinations from now on, if only zeros."""
        names = tuple(destinations)
        self.outgoing.expect(names)
        self.queue.expect(names)

    def committed(self, changes: int) -> None:
        """So many changes are on disk. May be called in any thread."""
        self._commits.observe(changes)

    def silence(self, is_silent: bool) -> None:
        """Say whether events have stayed away for too long."""
        self._silent.set(is_silent)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all of it, and its content type, in the format that an Accept header asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type
