"""What waits when somebody asks: `Queue`."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Depth:
    """What waits for a destination."""

    count: int
    #: of the delivery at the head
    age_seconds: float


_EMPTY = Depth(0, 0)


class Queue(Collector):
    """How long the lanes are. It shows what it was last told."""

    def __init__(self) -> None:
        self._expected: tuple[str, ...] = ()
        self._depths: Mapping[str, Depth] | None = None
        self._parked: Collection[str] = ()

    def expect(self, destinations: Iterable[str]) -> None:
        """Have figures for these destinations also when nothing waits for them."""
        self._expected = tuple(destinations)

    def tell(self, depths: Mapping[str, Depth], parked: Collection[str]) -> None:
        """Show what waits by destination, and which destinations are parked."""
        self._depths = depths
        self._parked = parked

    def forget(self) -> None:
        """Show nothing, since nobody knows: an old figure would be taken for a new one."""
        self._depths = None

    def collect(self) -> Iterator[Metric]:
        """Yield the figures as Prometheus knows them."""
        families = counts, ages, parked = (
            _gauge("queue_deliveries", "Deliveries that wait, dead ones not counted."),
            _gauge(
                "queue_oldest_age_seconds", "Age of the delivery that is next; 0 if none waits."
            ),
            _gauge("parked", "1 if the destination is gone and its deliveries wait, else 0."),
        )
        if self._depths is not None:
            for name in dict.fromkeys((*self._expected, *self._depths, *self._parked)):
                depth = self._depths.get(name, _EMPTY)
                counts.add_metric((name,), depth.count)
                ages.add_metric((name,), depth.age_seconds)
                parked.add_metric((name,), name in self._parked)
        yield from families


def _gauge(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"nexusgpt_bridge_{name}", text, labels=("destination",))
