"""Lives a plan: `story` begins a bridge, lets it be killed, begins it again, until all is settled."""

import asyncio
import re
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.chaos.callers import Caller
from tests.chaos.histories import Ending, History
from tests.chaos.nursery import Life, Nursery
from tests.chaos.plans import REFUSING, Event, Plan, Scene
from tests.chaos.points import POINTS
from tests.chaos.snapshots import snapshot
from tests.chaos.victim import Order
from tests.chaos.world import World, world

_LOOK_SECONDS = 0.01
#: a life that has not settled by then has lost something, or hangs
SETTLE_SECONDS = 30.0
#: what is on its way to the platforms when a bridge dies is there by then
_WIRE_SECONDS = 0.02
_RELOAD_SECONDS = 0.05
_IS_SETTLED = """
SELECT NOT EXISTS (SELECT 1 FROM delivery)
    AND NOT EXISTS (SELECT 1 FROM revival WHERE done_at IS NULL)
"""
_IS_PARKED = "SELECT EXISTS (SELECT 1 FROM parking)"
_STARTED = re.compile(r"event=started .*?listen=(\S+)")


async def story(plan: Plan, nursery: Nursery, directory: Path) -> History:
    """Live the plan in a directory of its own; return what came of it."""
    async with world(plan, directory) as there:
        lives = _Lives(plan, nursery, there)
        endings = [await lives.live(scene) for scene in plan.scenes]
        return History(
            plan=plan,
            endings=endings,
            acknowledged=tuple(lives.caller.acknowledged),
            wrong=(*lives.wrong, *lives.caller.wrong),
            taken=tuple(there.journal.taken),
            lost=there.lost(),
        )


class _Lives:
    """One bridge's lives, one after the other."""

    def __init__(self, plan: Plan, nursery: Nursery, there: World) -> None:
        self._plan = plan
        self._nursery = nursery
        self._world = there
        self._number = 0
        self._was_killed = False
        self.caller = Caller(plan.events[: plan.old_events])
        self.wrong: list[str] = []

    async def live(self, scene: Scene) -> Ending:
        """Live through a scene; return how it ended."""
        if scene.after_a_night:
            self._world.a_night()
        if self._number + 1 == len(self._plan.scenes):
            self._world.calm()
        self._world.put(self._plan.places[0], is_gone=scene.is_gone)
        self._world.configure(without_first=scene.begins_without)
        life, log = await self._begin(scene)
        going = asyncio.create_task(self._go(scene, log, life))
        first: set[asyncio.Future[Any]] = {going, life.ended}
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        if going.done() and (error := going.exception()) is not None:
            self._say(f"{type(error).__name__}: {str(error) or 'it did not settle'}")
            life.send(signal.SIGKILL)
        life.send(signal.SIGTERM)
        status = await life.end()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        await asyncio.sleep(_WIRE_SECONDS)
        self._was_killed |= scene.kill is not None and status == -signal.SIGKILL
        if status and not self._was_killed:
            self._say(f"it ended by itself with {status}")
        left = snapshot(self._world.store, len(self._world.journal.taken))
        return Ending(scene=scene, was_killed=self._was_killed, left=left)

    def _say(self, fault: str) -> None:
        self.wrong.append(f"life {self._number}: {fault}")

    async def _begin(self, scene: Scene) -> tuple[Life, Path]:
        self._number += 1
        self._was_killed = False
        log = self._world.directory / f"life-{self._number}.log"
        kill = scene.kill if scene.kill and POINTS[scene.kill.point].command == "serve" else None
        arguments = ("serve", "--config", str(self._world.config))
        order = Order(arguments=arguments, log=str(log), kill=kill)
        return await self._nursery.begin(order), log

    async def _go(self, scene: Scene, log: Path, life: Life) -> None:
        """Do what a scene wants until all is settled."""
        url = await address(log)
        telling = asyncio.create_task(self._tell(scene, url))
        try:
            if scene.stops_after is not None:
                await self._taken(scene.stops_after)
                life.send(signal.SIGTERM)
                await life.end()
            if scene.reloads_after is not None:
                await self._taken(scene.reloads_after)
                await self._reload(scene, life)
            if scene.is_gone:
                await _until(lambda: asked(self._world.store, _IS_PARKED))
                self._world.put(self._plan.places[0], is_gone=False)
            await telling
            if scene.person is not None:
                await _until(lambda: asked(self._world.store, _IS_SETTLED))
                await self._act(scene.person, scene)
            await _until(lambda: asked(self._world.store, _IS_SETTLED))
            if not any(each.after_a_night for each in self._plan.scenes):
                await self.caller.again(url, self._told(scene)[self._plan.old_events :])
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _tell(self, scene: Scene, url: str) -> None:
        while any(event not in self.caller.acknowledged for event in self._told(scene)):
            await self.caller.tell(url, self._told(scene))
            await asyncio.sleep(_LOOK_SECONDS)

    def _told(self, scene: Scene) -> tuple[Event, ...]:
        return self._plan.events[: scene.events]

    async def _taken(self, count: int) -> None:
        """Wait until the platforms have taken so many more posts, but no longer than a second."""
        wanted = len(self._world.journal.taken) + count
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await _until(lambda: len(self._world.journal.taken) >= wanted)

    async def _reload(self, scene: Scene, life: Life) -> None:
        """Have the config read again with one place less, and then with all of them; or with all at once."""
        for without_first in (False,) if scene.begins_without else (True, False):
            self._world.configure(without_first=without_first)
            life.send(signal.SIGHUP)
            await asyncio.sleep(_RELOAD_SECONDS)

    async def _act(self, command: str, scene: Scene) -> None:
        """Do something about what is dead, by a command that may be killed as well."""
        if command == "replay":
            self._world.heal()
        kill = scene.kill if scene.kill and POINTS[scene.kill.point].command == command else None
        for each in (kill, None) if kill else (None,):
            order = Order(
                arguments=(
                    *(command, "--destination", REFUSING.name),
                    *("--config", str(self._world.config)),
                ),
                log=str(self._world.directory / f"{command}.log"),
                kill=each,
            )
            status = await (await self._nursery.begin(order)).end()
            self._was_killed |= status == -signal.SIGKILL


def asked(store: Path, question: str) -> bool:
    """Ask the store of a living bridge something that it answers with 1."""
    address = f"file:{store}?mode=ro"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(question).fetchall() == [(1,)]
    return False  # its bridge has just died


async def address(log: Path) -> str:
    """Return where webhooks go, once the log of a bridge says so. Raises TimeoutError."""
    found: list[str] = []

    def is_there() -> bool:
        found[:] = _STARTED.findall(log.read_text()) if log.exists() else []
        return bool(found)

    await _until(is_there)
    return found[0]


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(SETTLE_SECONDS):
        while not is_so():
            await asyncio.sleep(_LOOK_SECONDS)
