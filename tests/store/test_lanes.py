"""The order in memory: what comes first goes first, however many there are."""

import asyncio
import tracemalloc
from collections import deque
from random import Random

from bridge.store.lanes import Lanes


async def test_a_long_lane_keeps_its_order() -> None:
    """It grows and shrinks by thousands, and is what a plain queue would be."""
    lanes, plain, random, number = Lanes(), deque[int](), Random(7), 0  # noqa: S311 -- it plays
    for is_growing in (True, False, True, False):
        for _ in range(4_000):
            if random.random() < (0.8 if is_growing else 0.2):
                number += 1
                lanes.append("support", number)
                plain.append(number)
            elif plain:
                assert await lanes.head("support") == plain[0]
                lanes.drop("support", plain.popleft())
            assert lanes.counts().get("support", 0) == len(plain)

    assert lanes.heads() == ([("support", plain[0])] if plain else [])


async def test_many_numbers_take_few_bytes() -> None:
    """What piled up behind a closed channel fits into memory: about nine bytes for each."""
    tracemalloc.start()
    lanes = Lanes(("support", number) for number in range(100_000))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert lanes.counts() == {"support": 100_000}
    assert size < 1_200_000


async def test_who_waits_for_a_head_gets_the_first_one() -> None:
    """As soon as there is one; another number is not dropped in its place."""
    lanes = Lanes()
    waiting = asyncio.create_task(lanes.head("support"))
    await asyncio.sleep(0)
    lanes.append("support", 7)
    lanes.drop("support", 8)

    assert await waiting == 7
    assert lanes.counts() == {"support": 1}
