"""A kill comes at the passing that was named, and a point that is nowhere is an error."""

import asyncio
import sqlite3
import threading

import pytest

from tests.chaos.planting import Kill, found, plant
from tests.chaos.points import POINTS, Moment, Point


class Program:
    """Something to be killed."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def work(self, what: str) -> str:
        """Do it."""
        self.done.append(what)
        return what

    async def wait(self, what: str) -> str:
        """Do it, in a while."""
        await asyncio.sleep(0)
        return self.work(what)


class Dead(Exception):
    """The program would be dead now."""


def _die() -> None:
    raise Dead


@pytest.fixture(autouse=True)
def _whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is planted ends with the test."""
    monkeypatch.setattr(Program, "work", Program.work)
    monkeypatch.setattr(Program, "wait", Program.wait)
    monkeypatch.setattr(sqlite3, "connect", sqlite3.connect)


def _point(moment: Moment, method: str, *, with_result: bool = False) -> Point:
    call = f"{__name__}:Program.{method}"
    return Point(moment=moment, calls=(call,), with_result=with_result)


@pytest.mark.parametrize(
    "call", sorted({call for point in POINTS.values() for call in point.calls})
)
def test_every_point_is_somewhere(call: str) -> None:
    """A function that was renamed or moved is missed at once."""
    assert callable(found(call)[2])


def test_a_point_that_is_nowhere_is_an_error() -> None:
    """Else it would silently never be passed."""
    with pytest.raises(LookupError, match=r'there is no "tests\S+:Program\.rest" to be killed at'):
        plant(_point(Moment.BEFORE, "rest"), Kill(point="", nth=1), _die)


def test_a_kill_before_leaves_the_work_undone() -> None:
    """The passings before it do theirs."""
    plant(_point(Moment.BEFORE, "work"), Kill(point="", nth=2), _die)
    program = Program()
    program.work("first")
    with pytest.raises(Dead):
        program.work("second")

    assert program.done == ["first"]


def test_a_kill_after_comes_when_the_work_is_done() -> None:
    """And, where that is asked for, only if something came of it."""
    plant(_point(Moment.AFTER, "work", with_result=True), Kill(point="", nth=1), _die)
    program = Program()
    program.work("")
    with pytest.raises(Dead):
        program.work("something")

    assert program.done == ["", "something"]


@pytest.mark.parametrize(("moment", "done"), [(Moment.BEFORE, 1), (Moment.AFTER, 2)])
async def test_a_coroutine_is_killed_before_it_begins_or_when_it_has_ended(
    moment: Moment, done: int
) -> None:
    """Not when it is made."""
    plant(_point(moment, "wait"), Kill(point="", nth=2), _die)
    program = Program()
    assert await program.wait("it") == "it"
    with pytest.raises(Dead):
        await program.wait("it")

    assert program.done == ["it"] * done


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]


def _statement(moment: Moment, statement: str) -> Point:
    return Point(moment=moment, statements=(statement,))


def test_a_statement_is_killed_after_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    """However it is spelled out over lines."""
    plant(_statement(Moment.AFTER, "CREATE TABLE b"), Kill(point="", nth=1), _die)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE a (x)")
    with pytest.raises(Dead):
        connection.execute("\n  CREATE\n  TABLE b (x)")

    assert _tables(connection) == ["a", "b"]
    connection.close()


def test_a_statement_of_a_script_is_met_before_it() -> None:
    """When it is met, those before it are done; SQLite swallows an error of ours, but not a kill."""
    met: list[list[str]] = []
    plant(
        _statement(Moment.BEFORE, "CREATE TABLE b"),
        Kill(point="", nth=1),
        lambda: met.append(_tables(connection)),
    )
    connection = sqlite3.connect(":memory:")
    connection.executescript("CREATE TABLE a (x); CREATE TABLE b (x); CREATE TABLE c (x);")
    connection.close()

    assert met == [["a"]]


def test_a_kill_amid_comes_a_moment_later() -> None:
    """From a thread of its own, since what is killed is busy."""
    dead = threading.Event()
    plant(_point(Moment.AMID, "work"), Kill(point="", nth=1, late=0.5), dead.set)
    Program().work("it")

    assert dead.wait(5)
