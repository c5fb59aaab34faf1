"""How fast events are accepted durably, as a ratio to a bare aiohttp handler in the same run.

The bridge is the real `serve` in a process of its own: it verifies, reads, routes, checks for
duplicates and syncs to disk before it answers. Its one destination asks for an hour's pause at the
first post, so that accepting is measured and not posting. Short slices of both alternate, since a
shared machine changes its speed from second to second; the ratio is the median of their ratios.

Run it: python -m tests.bench.accept [--seconds 0.4] [--rounds 30] [--connections 64]
"""

import argparse
import asyncio
import itertools
import json
import re
import statistics
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from bridge.sandbox import RateLimited, Sandbox
from tests.bench.load import Slice, drive

_CONFIG = """
[server]
listen = "127.0.0.1:0"
[nexusgpt]
header = "nexus-signature"
secrets = ["mysecret"]
[store]
url = "sqlite:///{store}"
[slack]
token = "xoxb-sandbox"
api_url = "{api_url}"
[destinations.support]
platform = "slack"
channel = "C024BE91L"
[[routes]]
match = {{ agent = "Max *" }}
to = ["support"]
"""
_HOUR_SECONDS = 3600
_START_SECONDS = 20
_CONTENT = "The refund is on its way, it takes three to five days. " * 12


def _requests() -> Iterator[bytes]:
    """Yield webhooks of about 1.2 KB, each with an id of its own."""
    payload: dict[str, object] = {
        "id": "@@",
        "chatId": "7833b1ec-c355-4285-9f3d-60ded2878418",
        "senderType": "VIRTUAL_EMPLOYEE",
        "content": _CONTENT,
        "contentJson": {"content": None},
        "type": None,
        "status": "PROCESSED",
        "createdAt": "2023-06-29T08:27:44.519Z",
        "virtualSender": {"id": "fa9640f5", "first_name": "Max", "last_name": "Evans"},
        "files": [],
    }
    body = json.dumps({"event": "MESSAGE_FINALIZED", "payload": payload})
    before, after = (part.encode() for part in body.split("@@"))
    head = (
        "POST /webhooks/nexusgpt HTTP/1.1\r\nHost: localhost\r\nnexus-signature: mysecret\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(before) + 36 + len(after)}\r\n\r\n"
    ).encode()
    run = str(uuid4())[:24].encode()
    for number in itertools.count():
        yield b"%b%b%b%012d%b" % (head, before, run, number, after)


@asynccontextmanager
async def _process(log: Path, *arguments: str) -> AsyncIterator[Path]:
    """Run a server whose log goes to a file: to read along would take time from what is measured."""
    with log.open("wb") as lines:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, stdin=PIPE, stdout=lines, stderr=lines
        )
    try:
        yield log
    finally:
        process.terminate()
        await process.wait()


async def _found(pattern: str, log: Path) -> int:
    """Return the port that the log names, once it does."""
    async with asyncio.timeout(_START_SECONDS):
        while not (found := re.search(pattern, await asyncio.to_thread(log.read_text))):
            await asyncio.sleep(0.05)
    return int(found[1])


@asynccontextmanager
async def _bare(directory: Path) -> AsyncIterator[int]:
    async with _process(directory / "bare.log", "tests.bench.bare") as log:
        yield await _found(r"^(\d+)\n", log)


@asynccontextmanager
async def _bridge(directory: Path) -> AsyncIterator[int]:
    async with Sandbox() as sandbox:
        sandbox.slack.faults.always("C024BE91L", RateLimited(retry_after=_HOUR_SECONDS))
        config = directory / "config.toml"
        config.write_text(_CONFIG.format(store=directory / "b.db", api_url=sandbox.slack_api_url))
        serve = ("bridge", "serve", "--config", str(config))
        async with _process(directory / "bridge.log", *serve) as log:
            yield await _found(r"event=started .*listen=http://127.0.0.1:(\d+)/", log)


async def _measure(seconds: float, rounds: int, connections: int) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory)
        async with _bare(path) as bare_port, _bridge(path) as bridge_port:
            slices: dict[int, list[Slice]] = {bare_port: [], bridge_port: []}
            for _ in range(rounds):
                for port, measured in slices.items():
                    # In a thread: the sandbox has to answer the first post meanwhile.
                    measured.append(
                        await asyncio.to_thread(
                            drive, port, _requests(), connections=connections, seconds=seconds
                        )
                    )
    _report("bare", slices[bare_port])
    _report("bridge", slices[bridge_port])
    pairs = zip(slices[bridge_port], slices[bare_port], strict=True)
    ratio = statistics.median(bridge.per_second / bare.per_second for bridge, bare in pairs)
    print(f"ratio {ratio:.2f} at {connections} connections (at least 0.45 is wanted)")


def _report(name: str, slices: list[Slice]) -> None:
    rate = statistics.median(each.per_second for each in slices)
    p50 = statistics.median(each.quantile(0.50) for each in slices)
    p99 = statistics.median(each.quantile(0.99) for each in slices)
    statuses = sum((Counter(each.statuses) for each in slices), Counter())
    print(f"{name:8}{rate:8.0f}/s   p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   {dict(statuses)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--connections", type=int, default=64)
    options = parser.parse_args()
    asyncio.run(_measure(options.seconds, options.rounds, options.connections))
