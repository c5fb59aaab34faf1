"""`serve` in a process of its own: what it writes where, and that nobody has to read it."""

import asyncio
import json
import shlex
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bridge.sandbox import Sandbox
from tests.messages import make_body

SECONDS = 30.0
SECRET = "not-to-be-shown"
CONFIG = """\
[server]
listen = "127.0.0.1:{port}"
[nexusgpt]
header = "nexus-signature"
secrets = ["{secret}"]
[store]
url = "sqlite:///{store}"
[destinations.ops]
platform = "discord"
webhook_url = "{ops}"
[[routes]]
to = "ops"
"""

Write = Callable[..., Path]


@pytest.fixture(name="port")
def _port() -> int:
    """A port that nobody listens at."""
    return unused_port()


@pytest.fixture(name="write")
def _write(tmp_path: Path, sandbox: Sandbox, port: int) -> Write:
    """Write a config for one Discord channel, readable by its owner only."""
    path, store = tmp_path / "config.toml", tmp_path / "bridge.db"
    hook = sandbox.discord.webhook_url("111")

    def write(tables: str = "") -> Path:
        path.write_text(CONFIG.format(port=port, secret=SECRET, store=store, ops=hook) + tables)
        path.chmod(0o600)
        return path

    return write


@asynccontextmanager
async def _serving(config: Path, *options: str, outputs: str = "") -> AsyncIterator[Process]:
    """Run `serve`; `outputs` is what a shell does with them."""
    command = [sys.executable, "-m", "bridge", "serve", "--config", str(config), *options]
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", f"exec {shlex.join(command)} {outputs}", stdin=DEVNULL, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _line(process: Process, word: str) -> str:
    """Return the next line with a word in it."""
    assert process.stderr is not None
    async with asyncio.timeout(SECONDS):
        while word not in (line := (await process.stderr.readline()).decode()):
            assert line, "it has ended"
    return line


async def _post(port: int) -> int:
    """Post a webhook as soon as somebody listens."""
    url, headers = f"http://127.0.0.1:{port}/webhooks/nexusgpt", {"nexus-signature": SECRET}
    async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.post(url, data=make_body(), headers=headers) as answer:
                    return answer.status
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)


async def _stopped(process: Process) -> int:
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(SECONDS):
        return await process.wait()


async def test_options_beat_the_config_for_good(write: Write) -> None:
    """From the first line to the last, after a reload too, programs get one object per line."""
    config = write('[log]\nlevel = "error"\nformat = "logfmt"\n')
    async with _serving(config, "--log-level", "info", "--log-format", "json") as process:
        told = [json.loads(await _line(process, "started"))]
        process.send_signal(signal.SIGHUP)
        told.append(json.loads(await _line(process, "reloaded")))
        assert await _stopped(process) == 0
        assert process.stderr is not None
        told += map(json.loads, (await process.stderr.read()).decode().splitlines())

    assert [line["event"] for line in told] == ["started", "reloaded", "stopping", "stopped"]
    assert [line["destinations"] for line in told[:2]] == [1, 1]


async def test_level_and_form_change_while_it_runs(write: Write, port: int) -> None:
    """SIGHUP brings what [log] says now, and takes it away again."""
    async with _serving(write()) as process:
        await _line(process, "event=started")
        write('[log]\nlevel = "debug"\nformat = "json"\n')
        process.send_signal(signal.SIGHUP)
        assert json.loads(await _line(process, "reloaded"))["level"] == "info"
        assert await _post(port) == 202
        assert json.loads(await _line(process, "content"))["level"] == "debug"
        write()
        process.send_signal(signal.SIGHUP)
        assert " level=info event=reloaded " in await _line(process, "reloaded")


async def test_whoever_reads_the_log_may_leave(write: Write, sandbox: Sandbox, port: int) -> None:
    """Events are taken and posted, and the exit code says how the service ended, not its log."""
    async with _serving(write(), "--log-level", "debug") as process:
        await _line(process, "event=started")
        # asyncio has no other way to close this end of the pipe.
        process._transport.get_pipe_transport(2).close()  # type: ignore[attr-defined]  # noqa: SLF001
        assert await _post(port) == 202
        await sandbox.wait_for(1)

        assert await _stopped(process) == 0


async def test_it_needs_no_stderr(
    write: Write, sandbox: Sandbox, port: int, tmp_path: Path
) -> None:
    """A process can be started without one; what would be written is written into no other file."""
    async with _serving(write(), outputs="2>&-") as process:
        assert await _post(port) == 202
        await sandbox.wait_for(1)

        assert await _stopped(process) == 0
    assert not _written(tmp_path, b"event=")


def _written(folder: Path, text: bytes) -> list[str]:
    files = [path for path in folder.iterdir() if path.name != "config.toml"]
    return [path.name for path in files if text in path.read_bytes()]
