"""Who called stands in the log, behind a trusted proxy too; and whoever asks hears that the server lives."""

import io
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bridge.proxies import Proxies
from bridge.server import Server
from bridge.store.sqlite import SqliteStore
from tests.server.conftest import INTAKE, PATH, Caller

FORWARDED = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}


def _remote(lines: io.StringIO) -> str:
    return lines.getvalue().rpartition("remote=")[2].strip()


@pytest.mark.parametrize(
    ("trusted", "remote"),
    [((), "127.0.0.1"), (("127.0.0.1",), "203.0.113.7"), (("unix",), "127.0.0.1")],
)
async def test_a_trusted_proxy_says_who_called(
    caller: Caller, lines: io.StringIO, trusted: tuple[str, ...], remote: str
) -> None:
    """Only the address that it saw itself; without trust, the proxy itself is the caller."""
    caller.server.intake = replace(caller.server.intake, proxies=Proxies(trusted))
    assert (await caller.post(b"", **FORWARDED))[0] == 400

    assert _remote(lines) == remote


@pytest.mark.parametrize(("trusted", "remote"), [((), "unix"), (("unix",), "203.0.113.7")])
async def test_a_proxy_may_come_by_a_unix_socket(
    store: SqliteStore,
    lines: io.StringIO,
    tmp_path: Path,
    trusted: tuple[str, ...],
    remote: str,
) -> None:
    """It has no address there, so it is trusted by the word "unix"."""
    server = Server(replace(INTAKE, proxies=Proxies(trusted)), store)
    runner = web.ServerRunner(server.web, handle_signals=False)
    await runner.setup()
    await web.UnixSite(runner, tmp_path / "s").start()
    connector = aiohttp.UnixConnector(str(tmp_path / "s"))
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.post(f"http://bridge{PATH}", headers=FORWARDED) as answer,
    ):
        assert answer.status == 401
    await runner.cleanup()

    assert _remote(lines) == remote


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_everyone_may_ask_whether_it_lives(
    caller: Caller, lines: io.StringIO, method: str
) -> None:
    """Without a secret; it is not logged, and says nothing else."""
    url = f"http://127.0.0.1:{caller.port}/healthz?now"
    async with caller.session.request(method, url) as answer:
        assert answer.status == 200
        assert answer.headers["Server"] == "nexusgpt-bridge"
        assert await answer.read() == (b'{"status":"ok"}' if method == "GET" else b"")

    assert lines.getvalue() == ""


async def test_health_is_asked_for_with_get(caller: Caller) -> None:
    """A webhook that is sent there by mistake is refused."""
    url = f"http://127.0.0.1:{caller.port}/healthz"
    async with caller.session.post(url, data=b"{}") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert await answer.json() == {"error": "health is asked for with GET"}
