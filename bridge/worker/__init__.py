"""The lanes: what was accepted goes out, each destination in its own order and at its own pace.

The worker knows the store and nothing of the server. A lane that waits, for its platform or for
its turn, costs no other lane anything.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from bridge.worker.gates import Gates
from bridge.worker.lane import Lane, Surroundings, Target
from bridge.worker.pace import slack_rate

__all__ = ["Gates", "Lane", "Surroundings", "Target", "Worker", "slack_rate"]

#: how long a stop waits for posts under way: longer than a platform may take to answer
STOP_TIMEOUT = timedelta(seconds=40)


class Worker:
    """Runs the lanes from `start` to `stop`."""

    def __init__(self, lanes: Iterable[Lane]) -> None:
        self._lanes = tuple(lanes)
        self._tasks: dict[Lane, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Set all lanes to work."""
        for lane in self._lanes:
            self._tasks[lane] = asyncio.create_task(lane.run(), name=f"lane {lane.name}")

    async def stop(self, within: timedelta = STOP_TIMEOUT) -> None:
        """Let each lane finish the post it has under way and record it, then end it."""
        stopping = [asyncio.create_task(lane.stop(task)) for lane, task in self._tasks.items()]
        if stopping:
            await asyncio.wait(stopping, timeout=within.total_seconds())
        everything = (*stopping, *self._tasks.values())
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)
        self._tasks.clear()
