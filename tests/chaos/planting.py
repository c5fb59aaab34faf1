"""Puts a kill into a program: `plant` wraps what a point names, and counts until its moment has come.

Nothing of the program knows of it. A name that is not there any more is an error, never a point
that is silently never passed.
"""

import functools
import inspect
import itertools
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from threading import Timer
from typing import Any

from tests.chaos.points import Moment, Point

#: the longest time after the begin of a step that counts as amid it: a commit takes about as long
AMID_SECONDS = 0.003


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """When a program dies."""

    #: a name of `tests.chaos.points.POINTS`
    point: str
    #: at which passing, counted from 1
    nth: int
    #: 0 to 1, for what is killed amid
    late: float = 0.0


def plant(point: Point, kill: Kill, die: Callable[[], None]) -> None:
    """Call `die` when this program passes the point; for the rest of its life.

    Raises LookupError if what the point names is not there.
    """
    fuse = _Fuse(kill, point.moment, die)
    for call in point.calls:
        _wrap(call, fuse, with_result=point.with_result)
    if point.statements:
        _watch(point, fuse)


class _Fuse:
    """Counts passings."""

    def __init__(self, kill: Kill, moment: Moment, die: Callable[[], None]) -> None:
        self.moment = moment
        self._kill = kill
        self._die = die
        self._count = itertools.count(1)

    def passed(self) -> None:
        """Take note of a passing, and act if it is the one."""
        if next(self._count) != self._kill.nth:
            return
        if self.moment is Moment.AMID:
            Timer(self._kill.late * AMID_SECONDS, self._die).start()
        else:
            self._die()


def found(name: str) -> tuple[Any, str, Callable[..., Any]]:
    """Return who has the function of this name, its last word, and the function."""
    module, _, path = name.partition(":")
    *owners, last = path.split(".")
    try:
        owner = functools.reduce(getattr, owners, import_module(module))
        return owner, last, inspect.getattr_static(owner, last)
    except AttributeError:
        raise LookupError(f'there is no "{name}" to be killed at: name another place') from None


def _wrap(name: str, fuse: _Fuse, *, with_result: bool) -> None:
    owner, last, call = found(name)
    is_before = fuse.moment is not Moment.AFTER

    def done(result: Any) -> None:
        if not is_before and (result or not with_result):
            fuse.passed()

    @functools.wraps(call)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if is_before:
            fuse.passed()
        result = call(*args, **kwargs)
        done(result)
        return result

    @functools.wraps(call)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        if is_before:
            fuse.passed()
        result = await call(*args, **kwargs)
        done(result)
        return result

    setattr(owner, last, awaited if inspect.iscoroutinefunction(call) else wrapped)


def _watch(point: Point, fuse: _Fuse) -> None:
    """Make every connection that is opened from now on tell of its statements."""

    def counts(statement: str) -> bool:
        return " ".join(statement.split()).startswith(point.statements)

    class Watched(sqlite3.Connection):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if fuse.moment is not Moment.AFTER:  # also the statements of a script are traced
                self.set_trace_callback(lambda said: fuse.passed() if counts(said) else None)

        def execute(self, statement: str, *args: Any) -> sqlite3.Cursor:
            cursor = super().execute(statement, *args)
            if fuse.moment is Moment.AFTER and counts(statement):
                fuse.passed()
            return cursor

    sqlite3.connect = functools.partial(sqlite3.connect, factory=Watched)  # type: ignore[assignment]
