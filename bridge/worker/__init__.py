"""The lanes: what was accepted goes out, each destination in its own order and at its own pace.

The worker knows the store and nothing of the server. A lane that waits, for its platform or for
its turn, costs no other lane anything.
"""

import asyncio
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bridge.worker.gates import Gates
from bridge.worker.lane import Lane
from bridge.worker.pace import slack_rate
from bridge.worker.surroundings import Surroundings, Target

__all__ = [
    "STOP_TIMEOUT",
    "Gates",
    "Lane",
    "Surroundings",
    "Target",
    "Worker",
    "slack_rate",
]

#: how long a stop waits for posts under way: longer than a platform usually may take to answer
STOP_TIMEOUT = timedelta(seconds=40)


class Worker:
    """Runs the lanes from `start` to `stop`."""

    def __init__(self, lanes: Iterable[Lane]) -> None:
        self._lanes = {lane.name: lane for lane in lanes}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def names(self) -> Collection[str]:
        """Return the names of the destinations that have a lane."""
        return self._lanes.keys()

    def stuck(self, now: datetime) -> list[str]:
        """Return the names of lanes that have ended, or are busy with one attempt for too long."""
        return [
            name
            for name, task in self._tasks.items()
            if task.done() or self._lanes[name].is_stuck(now)
        ]

    def start(self) -> None:
        """Set all lanes to work."""
        for lane in self._lanes.values():
            self._start(lane)

    async def replace(self, lanes: Iterable[Lane]) -> None:
        """Put lanes in the place of those with the same name, or add them.

        Each begins as soon as the earlier one has no post under way; none waits for another.
        """
        await asyncio.gather(*map(self._replace, lanes))

    async def stop(self, within: timedelta = STOP_TIMEOUT) -> None:
        """Let each lane finish the post it has under way and record it, then end it."""
        stopping = [
            asyncio.create_task(lane.stop(self._tasks[name]))
            for name, lane in self._lanes.items()
            if name in self._tasks
        ]
        if stopping:
            await asyncio.wait(stopping, timeout=within.total_seconds())
        everything = (*stopping, *self._tasks.values())
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)
        self._tasks.clear()

    def _start(self, lane: Lane) -> None:
        self._tasks[lane.name] = asyncio.create_task(lane.run(), name=f"lane {lane.name}")

    async def _replace(self, lane: Lane) -> None:
        if (earlier := self._tasks.get(lane.name)) is not None:
            await self._lanes[lane.name].stop(earlier)
            await asyncio.gather(earlier, return_exceptions=True)
        self._lanes[lane.name] = lane
        self._start(lane)
