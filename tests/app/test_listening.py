"""Where a bridge listens, and that nobody who was let in is sent away when it stops."""

import asyncio
import socket
from pathlib import Path

import pytest

from bridge.app import running
from bridge.config import load
from bridge.errors import ListenError
from bridge.systemd import Sockets
from tests.app.conftest import VERIFIED, Write, change, post, start
from tests.messages import make_body

UNIX_ADMIN = '[admin]\nlisten = "unix:{path}"\n[[routes]]'


async def test_passed_sockets_go_before_the_config(write: Write) -> None:
    """Whoever called before the bridge was up is answered; the socket stays open when it stops."""
    with socket.create_server(("127.0.0.1", 0)) as passed:
        port = passed.getsockname()[1]
        early = asyncio.create_task(post(f"http://127.0.0.1:{port}/webhooks/nexusgpt"))
        await asyncio.sleep(0.02)
        async with running(load(write(), {}), sockets=Sockets(public=(passed.dup(),))) as bridge:
            assert await early == 202
            assert bridge.url == f"http://127.0.0.1:{port}/webhooks/nexusgpt"
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            pass


async def test_operators_can_ask_on_a_unix_socket(write: Write, tmp_path: Path) -> None:
    """So that only users of the machine can."""
    path = write()
    change(path, ("[[routes]]", UNIX_ADMIN.format(path=tmp_path / "admin.sock")))
    async with running(load(path, {})) as bridge:
        reader, writer = await asyncio.open_unix_connection(tmp_path / "admin.sock")
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()

    assert bridge.admin_url == f"unix:{tmp_path}/admin.sock"


async def test_an_operators_address_that_can_t_be_had_is_named(write: Write) -> None:
    """By its own key, and nothing is left open."""
    path = write()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f'[admin]\nlisten = "127.0.0.1:{taken.getsockname()[1]}"\n[[routes]]'
        change(path, ("[[routes]]", listen))
        with pytest.raises(ListenError, match=r"\(\[admin\] listen\): Address already in use"):
            await asyncio.create_task(start(load(path, {})))


async def test_ipv6_addresses_are_told_as_they_are_called(write: Write) -> None:
    """In brackets."""
    async with running(load(write("[::1]:0"), {})) as bridge:
        assert await post(bridge.url) == 202

    assert bridge.url.startswith("http://[::1]:")


async def test_a_caller_that_was_let_in_is_answered_while_the_bridge_stops(write: Write) -> None:
    """And told to call by a new connection next time."""
    body = make_body()
    head = f"POST /webhooks/nexusgpt HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    (name, secret), *_ = VERIFIED.items()
    context = running(load(write(), {}))
    bridge = await context.__aenter__()
    host, port = bridge.url.split("/")[2].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    await asyncio.sleep(0.02)
    stopping = asyncio.create_task(context.__aexit__(None, None, None))
    await asyncio.sleep(0.1)
    writer.write(f"{head}{name}: {secret}\r\n\r\n".encode() + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).decode()
    await stopping
    writer.close()

    assert answer.startswith("HTTP/1.1 202")
    assert "Connection: close" in answer
