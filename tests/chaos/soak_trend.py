"""Whether a series of measurements is flat: `growth`. No I/O."""

import statistics
from collections.abc import Sequence
from itertools import combinations

#: of the first samples, this share is warm-up
WARM_UP = 0.4
#: the most that noise may look like, as a share of the level
FLAT = 0.1


def growth(values: Sequence[float]) -> float:
    """Return how much they grow after the warm-up, by their slope, as a share of their level.

    The slope is the median of those between all pairs, which a few outliers do not move. Needs
    three values at least.
    """
    warm = values[int(len(values) * WARM_UP) :]
    slopes = ((b - a) / (j - i) for (i, a), (j, b) in combinations(enumerate(warm), 2))
    return statistics.median(slopes) * (len(warm) - 1) / statistics.median(warm)
