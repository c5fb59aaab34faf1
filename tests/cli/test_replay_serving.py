"""`replay` and `serve` together: each dead delivery goes out again once, whatever is killed."""

import asyncio
import io
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from bridge.app import running
from bridge.config import load
from bridge.deliveries import State
from bridge.sandbox import NO_LIMITS, Sandbox
from bridge.store.records import reading
from bridge.store.revivals import Wanted, requesting
from bridge.store.stories import Filter
from tests.cli.conftest import CONFIG
from tests.cli.stored import TEXT, arrival, fill
from tests.processes import serving

SECONDS = 20.0
MANY = 80


def _config(path: Path, sandbox: Sandbox) -> Path:
    text = CONFIG.replace("[slack]", "[slack]\nposts_per_second = 1000").format(
        api_url=sandbox.slack_api_url,
        alerts=sandbox.slack.webhook_url("alerts"),
        ops=sandbox.discord.webhook_url("ops"),
    )
    config = path.with_name("config.toml")
    store = f'[store]\nurl = "sqlite:///{path}"\n'
    config.write_text(f'[server]\nlisten = "127.0.0.1:0"\n{store}{text}')
    config.chmod(0o600)
    return config


async def _called(*arguments: object) -> tuple[int | None, str, str]:
    """Call the command in a process of its own."""
    command = [sys.executable, "-m", "bridge", *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def _until_delivered(path: Path, *wanted: str) -> None:
    async with asyncio.timeout(SECONDS):
        while not _delivered(path).issuperset(wanted):
            await asyncio.sleep(0.05)


def _delivered(path: Path) -> set[str]:
    with reading(path) as records:
        page = records.page(Filter(states=(State.DELIVERED,)), limit=MANY)
    return {record.id for record in page}


def _states(path: Path, message: str) -> dict[str, str]:
    with reading(path) as records:
        return {record.id: str(record.state) for record in records.named(message)}


async def test_a_running_bridge_takes_it_up(tmp_path: Path) -> None:
    """Two commands at once, while it serves: each message is posted once, and `show` tells it."""
    path = tmp_path / "bridge.db"
    dead = [arrival(number, "support", "ops") for number in (1, 2)]
    await asyncio.to_thread(fill, path, *dead, dead=2)
    async with Sandbox(limits=NO_LIMITS) as sandbox:
        config = _config(path, sandbox)
        async with serving(config) as bridge:
            call = ("replay", "--cause", "webhook", "--config", config)
            expected = ("1-ops", "1-support", "2-ops", "2-support")
            one, two, _ = await asyncio.gather(
                _called(*call), _called(*call), _until_delivered(path, *expected)
            )
            told = await _called("show", "1-ops", "--json", "--config", config)
            bridge.process.terminate()
            assert await bridge.process.wait() == 0
        posts, log = list(sandbox.posts), (await bridge.log).decode()

    assert "taken up by the running bridge\n" in one[1] + two[1]
    assert len(posts) == 4
    assert log.count("event=replayed") == 4
    assert TEXT not in log
    story = json.loads(told[1])
    assert story["state"] == "delivered"
    assert story["replays"][0]["revived"] is True


async def test_it_can_go_to_another_destination(tmp_path: Path) -> None:
    """By a bridge that starts only afterwards; it stays dead where it was."""
    path = tmp_path / "bridge.db"
    await asyncio.to_thread(fill, path, arrival(1, "support"), dead=1)
    async with Sandbox(limits=NO_LIMITS) as sandbox:
        config = _config(path, sandbox)
        with requesting(path) as requests:
            requests.ask([Wanted(1, "support", "ops")], at=datetime.now(UTC))
        arriving = asyncio.create_task(_until_delivered(path, "1-ops"))
        await asyncio.sleep(0.1)
        async with serving(config) as bridge:
            await arriving
            bridge.process.terminate()
            await bridge.process.wait()
        [post] = sandbox.posts
        log = (await bridge.log).decode()

    assert TEXT in post.text
    assert _states(path, "m1") == {"1-ops": "delivered", "1-support": "dead"}
    assert "event=replayed destination=ops message=m1 instead_of=support" in log


async def test_trouble_of_the_store_does_not_end_the_looking(
    tmp_path: Path, lines: io.StringIO
) -> None:
    """A bridge that could not look for a while takes up what was asked for afterwards."""
    path = tmp_path / "bridge.db"
    await asyncio.to_thread(fill, path, arrival(1, "support"), dead=1)
    async with Sandbox(limits=NO_LIMITS) as sandbox:
        config = load(_config(path, sandbox), {})
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("ALTER TABLE revival RENAME TO away")
            async with running(config), asyncio.timeout(SECONDS):
                while "store_failed" not in lines.getvalue():
                    await asyncio.sleep(0.05)
                other.execute("ALTER TABLE away RENAME TO revival")
                with requesting(path) as requests:
                    requests.ask([Wanted(1, "support", "support")], at=datetime.now(UTC))
                await _until_delivered(path, "1-support")

    assert lines.getvalue().count("event=replayed") == 1


async def test_a_kill_in_the_middle_loses_and_repeats_nothing(tmp_path: Path) -> None:
    """Command and bridge are killed, and both run again: only what was in doubt may come twice."""
    path = tmp_path / "bridge.db"
    dead = [arrival(number, "support") for number in range(1, MANY + 1)]
    await asyncio.to_thread(fill, path, *dead, dead=MANY)
    async with Sandbox(limits=NO_LIMITS) as sandbox:
        config = _config(path, sandbox)
        call = ("replay", "--destination", "support", "--config", config)
        async with serving(config) as first:
            command = [sys.executable, "-m", "bridge", *map(str, call)]
            replaying = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
            await sandbox.wait_for(MANY // 4, seconds=SECONDS)
            with suppress(ProcessLookupError):  # it may be done
                replaying.kill()
            first.process.kill()
            await replaying.communicate()
            await first.process.wait()
        before = len(sandbox.posts)
        async with serving(config):
            await _called(*call)
            await _until_delivered(path, *(f"{number}-support" for number in range(1, MANY + 1)))
        posts = Counter((post.metadata or {})["event_payload"]["message"] for post in sandbox.posts)

    assert before < MANY
    assert len(posts) == MANY
    assert posts.total() <= MANY + 1
