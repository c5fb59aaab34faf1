"""No statement of the daily work costs more because more is kept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from bridge.store import marks_statements, schema
from bridge.store import statements as sql

TABLES = ("message", "mark", "delivery", "part", "history", "thread")
MANY = {
    name: value
    for name, value in {**vars(sql), **vars(marks_statements)}.items()
    if isinstance(value, sql.Many)
}
SINGLE = {"POSTPONE": sql.POSTPONE, "NEXT_NUMBER": sql.NEXT_NUMBER}


@pytest.fixture(name="tables")
def _tables() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema.CREATE)
        yield connection


def _scans(tables: sqlite3.Connection, statement: str, values: list[int]) -> list[str]:
    plan = tables.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    steps = [step.split() for *_, step in plan]
    return [step[1] for step in steps if step[0] == "SCAN" and step[1] in TABLES]


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("count", [1, 2, 500])
def test_many_rows_are_found_by_key(tables: sqlite3.Connection, name: str, count: int) -> None:
    """One row or five hundred in a call: no table is read from end to end."""
    many = MANY[name]
    [(statement, values)] = many.calls([tuple(range(many.columns))] * count)

    assert _scans(tables, statement, values) == []


@pytest.mark.parametrize("name", SINGLE)
def test_single_rows_are_found_by_key(tables: sqlite3.Connection, name: str) -> None:
    """Likewise for the others."""
    statement = SINGLE[name]

    assert _scans(tables, statement, list(range(statement.count("?")))) == []


def test_only_opening_reads_a_table_to_its_end(tables: sqlite3.Connection) -> None:
    """And it needs no sorting for that."""
    assert _scans(tables, sql.PENDING, []) == ["delivery"]
    assert len(tables.execute(f"EXPLAIN QUERY PLAN {sql.PENDING}").fetchall()) == 1
