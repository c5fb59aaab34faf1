"""The README's snippets for reverse proxies work: the proxies say so themselves, where they are installed."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bridge.proxies import Proxies
from bridge.store.sqlite import SqliteStore
from tests.messages import make_body
from tests.programs import needs, run, snippet
from tests.server.conftest import INTAKE, PATH, VERIFIED, Caller, serve

#: an address of loopback that is not the proxy's
CLIENT = "127.0.0.2"

NGINX = """\
daemon off;
master_process off;
pid nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path 1;
    proxy_temp_path 2;
    fastcgi_temp_path 3;
    uwsgi_temp_path 4;
    scgi_temp_path 5;
    server {{
        listen 127.0.0.1:{port};
{locations}
    }}
}}
"""
#: as the README words it: with the slash, nginx takes the prefix away
STRIPPED = "location /bridge/ { proxy_pass http://127.0.0.1:8080/; }"
KEPT = "location /bridge/ { proxy_pass http://127.0.0.1:8080; }"


def test_snippets_name_what_the_config_has_by_default() -> None:
    """Who copies them need not change the address or the path."""
    for text in (snippet("nginx", "nginx"), snippet("caddyfile", "caddy")):
        assert "127.0.0.1:8080" in text
        assert "/webhooks/nexusgpt" in text


@needs("caddy")
async def test_caddy_takes_itssnippet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a whole Caddyfile."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Caddyfile").write_text(snippet("caddyfile", "caddy"))
    command = ("caddy", "validate", "--config", "Caddyfile", "--adapter", "caddyfile")

    assert await run(tmp_path, *command) == 0


@needs("nginx")
async def test_nginx_takes_itssnippet(tmp_path: Path) -> None:
    """In the server of a host."""
    text = NGINX.format(port=_free_port(), locations=snippet("nginx", "nginx"))
    (tmp_path / "nginx.conf").write_text(text)
    command = ("nginx", "-t", "-e", "stderr", "-p", str(tmp_path), "-c", "nginx.conf")

    assert await run(tmp_path, *command) == 0


@needs("nginx")
@pytest.mark.parametrize(
    ("locations", "path", "asked"),
    [
        (snippet("nginx", "nginx"), PATH, PATH),
        (STRIPPED, PATH, f"/bridge{PATH}"),
        (KEPT, f"/bridge{PATH}", f"/bridge{PATH}"),
    ],
    ids=["the whole host", "a prefix that is taken away", "a prefix that is kept"],
)
async def test_webhooks_come_through_nginx(
    tmp_path: Path, lines: io.StringIO, locations: str, path: str, asked: str
) -> None:
    """With and without a prefix; the log says who called, if the snippet's header is there."""
    store, answers = await SqliteStore.open(tmp_path / "bridge.db"), []
    async for caller in serve(store):
        caller.server.intake = replace(INTAKE, path=path, proxies=Proxies(["127.0.0.1"]))
        async with _nginx(tmp_path, caller, locations) as root:
            answers += [await _asked(root + asked, body) for body in (make_body(), b"")]
    await store.close()

    remote = CLIENT if "X-Forwarded-For" in locations else "127.0.0.1"
    assert answers == [202, 400]
    assert lines.getvalue().rpartition("remote=")[2].strip() == remote


@asynccontextmanager
async def _nginx(
    directory: Path, caller: Caller, locations: str
) -> AsyncIterator[str]:  # needs("nginx")
    """Run nginx in front of a server; yield its address."""
    port = _free_port()
    here = locations.replace("8080", str(caller.port))
    (directory / "nginx.conf").write_text(NGINX.format(port=port, locations=here))
    command = ("nginx", "-e", "stderr", "-p", str(directory), "-c", "nginx.conf")
    process = await asyncio.create_subprocess_exec(*command)
    try:
        async with asyncio.timeout(10):
            while not await _is_open(port):
                await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _is_open(port: int) -> bool:  # needs("nginx")
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


async def _asked(url: str, body: bytes) -> int:  # needs("nginx")
    connector = aiohttp.TCPConnector(local_addr=(CLIENT, 0))
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.post(url, data=body, headers=VERIFIED) as answer,
    ):
        return answer.status


def _free_port() -> int:  # needs("nginx")
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
