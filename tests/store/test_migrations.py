"""A store that an earlier version wrote is brought forward, and nothing in it is lost."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bridge.deliveries import Confirmed, Form, State
from bridge.store import Receipt, schema
from bridge.store.revivals import Wanted, requesting
from bridge.store.sqlite import SqliteStore
from tests.store.samples import NOW, arrival

KEPT = Path(__file__).parent / "kept"
VERSIONS = range(1, schema.SCHEMA_VERSION)


def _kept(version: int, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((KEPT / f"schema_{version}.sql").read_text())


def _columns(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {
            name: connection.execute(f"SELECT * FROM pragma_table_info('{name}')").fetchall()  # noqa: S608 -- our own names
            for (name,) in tables.fetchall()
        }


def _indexes(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        return {name: " ".join(sql.split()) for name, sql in connection.execute(query)}


async def _opened(path: Path) -> None:
    await (await SqliteStore.open(path)).close()


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_old_store_becomes_one_of_today(version: int, tmp_path: Path) -> None:
    """The same tables, columns and indexes as in a new one."""
    _kept(version, tmp_path / "old.db")
    for name in ("old.db", "new.db"):
        await _opened(tmp_path / name)

    assert _columns(tmp_path / "old.db") == _columns(tmp_path / "new.db")
    assert _indexes(tmp_path / "old.db") == _indexes(tmp_path / "new.db")


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_was_pending_goes_on_where_it_was(version: int, path: Path) -> None:
    """Confirmed parts, attempts and threads are known; what was delivered stays delivered."""
    _kept(version, path)
    store = await SqliteStore.open(path)
    delivery = await store.claim("support")
    await store.close()

    assert delivery.message_id == "m2"
    assert delivery.confirmed == (Confirmed(part=1, post_id="p2", channel="C1"),)
    assert (delivery.attempts, delivery.thread) == (1, "p1")
    assert delivery.planned == ()


@pytest.mark.parametrize("version", [2, 3])
async def test_what_was_dead_can_be_sent_again(version: int, path: Path) -> None:
    """Also what died before there were replays is asked for like any other."""
    _kept(version, path)
    store = await SqliteStore.open(path)
    with requesting(path) as requests:
        requests.ask([Wanted(3, "ops", "ops")], at=NOW)
    revived = await store.revive(at=NOW, destinations=["ops"])
    delivery = await store.claim("ops")
    await store.close()

    assert [each.message_id for each in revived] == ["m3"]
    assert (delivery.message_id, delivery.attempts, delivery.confirmed) == ("m3", 0, ())


async def test_what_was_asked_for_or_under_way_goes_on(path: Path) -> None:
    """Replays that were done or wait, and a plan whose first part is in doubt."""
    _kept(3, path)
    store = await SqliteStore.open(path)
    revived = await store.revive(at=NOW, destinations=["alerts"])
    alerts, board = await store.claim("alerts"), await store.claim("board")
    await store.close()

    assert [each.message_id for each in revived] == ["m5"]
    assert alerts.message_id == "m4"
    assert [(part.step, part.in_doubt) for part in board.planned] == [
        ('["post",1]', True),
        ('["post",2]', False),
    ]
    assert board.form == Form(in_parts=True)


async def test_what_was_told_before_is_known(path: Path) -> None:
    """Duplicates are duplicates, and a change to a message edits the posts of the one before it."""
    _kept(3, path)
    store = await SqliteStore.open(path)
    again = await store.accept(arrival("m2", fingerprint=b"2"))
    changed = await store.accept(arrival("m1", fingerprint=b"changed once more"))
    first = await store.claim("support")
    await store.settle(first, State.DEAD, reason="", at=NOW, accepted=None)
    second = await store.claim("support")
    await store.close()

    assert again == Receipt(is_duplicate=True)
    assert changed == Receipt(is_duplicate=False, revision=2)
    assert (second.message_id, second.revision) == ("m1", 1)
    assert second.earlier == (Confirmed(part=1, post_id="p1", channel="C1"),)


def test_a_migration_that_fails_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one transaction: the next start tries again."""
    _kept(1, path)
    before = _columns(path)
    broken = schema.MIGRATIONS[1].replace("CREATE TABLE attempt", "CREATE TABLE message")
    monkeypatch.setitem(schema.MIGRATIONS, 1, broken)
    with pytest.raises(Exception, match="can't be opened"):
        asyncio.run(_opened(path))

    assert _columns(path) == before
