"""A bridge goes on with another config: at once, and without harm to what is under way."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge.app import Bridge, running, serve
from bridge.config import load
from bridge.errors import StoreUnavailable
from bridge.sandbox import RateLimited, Sandbox, SlackChannel
from bridge.store.sqlite import SqliteStore
from tests.app.conftest import SlowSlack, Write, change, post, until, until_called, until_status
from tests.conftest import TOKEN

SECOND = """
[destinations.second]
platform = "slack"
channel = "C2"
"""


async def _reload(bridge: Bridge, path: Path, *changes: tuple[str, str]) -> None:
    """Change the config file, and go on with it."""
    change(path, *changes)
    await bridge.reload(load(path, {}).settings)


def _channels(sandbox: Sandbox) -> list[str]:
    return [each.channel for each in sandbox.posts]


async def test_new_events_go_by_the_new_config_at_once(write: Write, sandbox: Sandbox) -> None:
    """Its routes, its destinations, its secrets."""
    path = write()
    async with running(load(path, {})) as bridge:
        await post(bridge.url, id="m1")
        await sandbox.wait_for(1)
        await _reload(
            bridge, path, ("[[routes]]", f"{SECOND}[[routes]]"), ('"support"]', '"second"]')
        )
        await post(bridge.url, id="m2")
        await sandbox.wait_for(2)
        await _reload(bridge, path, ("shared-secret", "another-secret"))
        refused = await post(bridge.url, id="m3")

    assert _channels(sandbox) == ["C1", "C2"]
    assert refused == 401


async def test_a_post_under_way_is_finished_and_not_made_twice(
    write: Write, slow_slack: SlowSlack
) -> None:
    """Its lane changes hands when its answer is on record."""
    path = write(api_url=slow_slack.url)
    async with running(load(path, {})) as bridge:
        await post(bridge.url, id="m1")
        await slow_slack.asked.wait()
        change = ("[[routes]]", '[delivery]\nmax_age = "2h"\n[[routes]]')
        task = asyncio.create_task(_reload(bridge, path, change))
        await asyncio.sleep(0.1)
        is_waiting = not task.done()
        slow_slack.answer.set()
        await task
        await post(bridge.url, id="m2")
        while slow_slack.calls < 2:
            await asyncio.sleep(0.01)
    assert is_waiting
    assert slow_slack.calls == 2


async def test_a_limit_is_kept(write: Write, sandbox: Sandbox) -> None:
    """What a channel was heard to take holds for the new lane too, also with another age limit."""
    path = write()
    sandbox.slack.faults.add("C1", RateLimited(retry_after=60))
    async with running(load(path, {})) as bridge:
        await post(bridge.url, id="m1")
        await until_called(sandbox)
        await _reload(bridge, path, ("[[routes]]", '[delivery]\nmax_age = "2h"\n[[routes]]'))
        await asyncio.sleep(0.1)

    assert len(sandbox.calls) == 1


async def test_what_waits_goes_out_with_the_new_token(write: Write, sandbox: Sandbox) -> None:
    """A revoked one parks the destination; the right one is tried at once."""
    path = write()
    change(path, (TOKEN, "xoxb-revoked"))
    async with running(load(path, {})) as bridge:
        for number in range(3):
            await post(bridge.url, id=f"m{number}")
        await until_called(sandbox)
        await _reload(bridge, path, ("xoxb-revoked", TOKEN))
        await sandbox.wait_for(3)

    assert [call.error for call in sandbox.calls] == ["invalid_auth", "", "", ""]


async def test_a_parked_destination_is_tried_at_once(write: Write, sandbox: Sandbox) -> None:
    """Also when nothing has changed in the config: a reload is how a person says that all is well."""
    path = write()
    sandbox.slack.put(SlackChannel(id="C1", name="support", archived=True))
    async with running(load(path, {})) as bridge:
        await post(bridge.url, id="m1")
        await until_status(bridge, "parked")
        sandbox.slack.put(SlackChannel(id="C1", name="support"))
        await _reload(bridge, path)
        await sandbox.wait_for(1)


async def test_a_destination_that_is_gone_from_the_config_is_drained(
    write: Write, sandbox: Sandbox
) -> None:
    """With its old settings; what comes later goes where the new routes say."""
    path = write()
    change(path, ("[[routes]]", '[delivery]\nretry_first = "5ms"\n[[routes]]'))
    change(path, ("[slack]", "[slack]\nposts_per_second = 1000"))
    sandbox.slack.faults.add("C1", *[RateLimited(retry_after=0)] * 3)
    async with running(load(path, {})) as bridge:
        for number in range(3):
            await post(bridge.url, id=f"m{number}")
        await _reload(bridge, path, ("support", "second"), ('"C1"', '"C2"'))
        await post(bridge.url, id="m3")
        await sandbox.wait_for(4)

    assert sorted(_channels(sandbox)) == ["C1", "C1", "C1", "C2"]


async def test_a_destination_that_is_named_again_goes_on(write: Write, sandbox: Sandbox) -> None:
    """What a bridge found on disk for a destination without a name waits for that name."""
    path = write()
    sandbox.slack.put(SlackChannel(id="C1", name="support", archived=True))
    async with running(load(path, {})) as bridge:
        await post(bridge.url, id="m1")
        await until_called(sandbox)
    sandbox.slack.put(SlackChannel(id="C1", name="support"))
    change(path, ("support", "renamed"))
    async with running(load(path, {})) as bridge:
        await _reload(bridge, path, ("renamed", "support"))
        await sandbox.wait_for(1)

    assert bridge.recovered == {"support": 1}


class _Failing:
    """A store that can't be read."""

    async def parked(self) -> Any:
        raise StoreUnavailable("the store is locked")


async def test_a_store_in_trouble_leaves_all_as_it_was(
    write: Write, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reload can be tried again."""
    path = write()
    async with running(load(path, {})) as bridge:
        with monkeypatch.context() as patch:
            patch.setattr(SqliteStore, "parked", _Failing.parked)
            with pytest.raises(StoreUnavailable):
                await _reload(bridge, path, ("shared-secret", "another-secret"))
        assert await post(bridge.url, id="m1") == 202
        await sandbox.wait_for(1)


@asynccontextmanager
async def _served(path: Path) -> AsyncIterator[None]:
    """Run `serve` in this process until the context ends."""
    task = asyncio.create_task(serve(load(path, {}), lambda: load(path, {})))
    yield
    os.kill(os.getpid(), signal.SIGTERM)
    await task


async def _hang_up(lines: io.StringIO, words: str) -> None:
    """Send SIGHUP, and wait for a line."""
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lines, words)


async def test_a_signal_reloads_and_a_bad_config_is_refused(
    write: Write, lines: io.StringIO
) -> None:
    """With each fault in a line, and the old one goes on; the next good one is taken."""
    path = write()
    async with _served(path):
        await until(lines, "event=started")
        change(path, ('channel = "C1"', 'chanel = "C1"\nthread = 7'))
        await _hang_up(lines, "event=not_reloaded")
        change(path, ('chanel = "C1"\nthread = 7', 'channel = "C2"'))
        await _hang_up(lines, "event=reloaded")

    told = lines.getvalue()
    assert told.count("level=error event=not_reloaded") >= 2
    assert 'did you mean \\"channel\\"?' in told
    assert f"event=reloaded config={path} routes=1 destinations=1" in told


async def test_it_says_what_takes_a_restart(
    write: Write, lines: io.StringIO, tmp_path: Path
) -> None:
    """Each key by its name, until the config says again what the bridge runs with."""
    path = write()
    async with _served(path):
        await until(lines, "event=started")
        change(path, ("bridge.db", "other.db"), ("127.0.0.1:0", "127.0.0.1:1"))
        await _hang_up(lines, "event=reloaded")
        told = lines.getvalue()
        change(path, ("other.db", "bridge.db"), ("127.0.0.1:1", "127.0.0.1:0"))
        lines.truncate(0)
        await _hang_up(lines, "event=reloaded")

    takes = "is not what the bridge runs with: that takes a restart"
    assert f'text="[server] listen {takes}"' in told
    assert f'text="[store] url {takes}"' in told
    assert takes not in lines.getvalue()
    assert not (tmp_path / "other.db").is_file()


async def test_it_says_what_is_drained(write: Write, sandbox: Sandbox, lines: io.StringIO) -> None:
    """Only where something waits: a destination that is gone without a trace is no news."""
    path = write()
    sandbox.slack.faults.always("C1", RateLimited(retry_after=60))
    async with _served(path):
        await until(lines, "event=started")
        url = lines.getvalue().partition("listen=")[2].split()[0]
        await post(url, id="m1")
        change(path, ("support", "second"), ('"C1"', '"C2"'))
        await _hang_up(lines, "event=reloaded")
        change(path, ("second", "third"))
        lines_before = lines.getvalue().count("event=reloaded")
        os.kill(os.getpid(), signal.SIGHUP)
        while lines.getvalue().count("event=reloaded") == lines_before:
            await asyncio.sleep(0.005)

    assert "event=destination_removed destination=support deliveries=1" in lines.getvalue()
    assert "destination=second" not in lines.getvalue()


async def test_a_reload_that_the_store_can_t_take_is_told(
    write: Write, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old config goes on."""
    path = write()
    async with _served(path):
        await until(lines, "event=started")
        monkeypatch.setattr(SqliteStore, "parked", _Failing.parked)
        await _hang_up(lines, "event=not_reloaded")

    assert 'event=not_reloaded reason="the store is locked"' in lines.getvalue()
