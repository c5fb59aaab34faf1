"""Every command of the README is run, word for word, and does what the words beside it say."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bridge.deliveries import State
from bridge.sandbox import Sandbox
from bridge.store.sqlite import SqliteStore
from tests.cli.stored import arrival
from tests.conftest import TOKEN

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECONDS = 60.0
SCRIPTS = Path(sys.executable).parent
#: a reason as Discord gives it for a webhook that is gone
GONE = "Discord says the webhook is unknown (HTTP 404, code 10015)"

#: marker -> where its commands are run
BLOCKS = {
    "demo": ".ci/run",
    "first-steps": "tests/test_readme_commands.py",
    "probe": "tests/test_readme_commands.py",
    "arrivals": "tests/test_readme_commands.py",
    "backup": "tests/test_readme_commands.py",
    "completion": "tests/cli/test_completion.py",
    "tests": ".ci/run",
    "commit": ".ci/run",
}


def _lines(marker: str) -> list[str]:
    """The lines of the block of shell below a marker, without the words beside them."""
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.*?)```", README, re.DOTALL)
    assert found is not None, marker
    return [line.partition(" #")[0].rstrip() for line in found[1].splitlines()]


def _environment() -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("NEXUSGPT_")}
    return bare | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}"}


async def _run(line: str, folder: Path) -> str:
    """Run a line as a shell does; return what it says. It has to be fine."""
    shell = await asyncio.create_subprocess_exec(
        *("/bin/bash", "-euo", "pipefail", "-c", line),
        cwd=folder,
        env=_environment(),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    async with asyncio.timeout(SECONDS):
        said, _ = await shell.communicate()
    assert shell.returncode == 0, f"{line}\n{said.decode()}"
    return said.decode()


def _filled_in(folder: Path, sandbox: Sandbox, port: int) -> None:
    """Fill in destinations and address, as an operator does after `init`."""
    path = folder / "config.toml"
    text = path.read_text()
    for written, meant in {
        '"127.0.0.1:8080"': f'"127.0.0.1:{port}"',
        'token = "xoxb-your-bot-token"': f'token = "{TOKEN}"\napi_url = "{sandbox.slack_api_url}"',
        "C024BE91L": "C1",
        "https://hooks.slack.com/services/T00000000/B00000000/your-webhook": (
            sandbox.slack.webhook_url("C2")
        ),
        "https://discord.com/api/webhooks/000000000000000000/your-webhook": (
            sandbox.discord.webhook_url("111")
        ),
    }.items():
        assert written in text
        text = text.replace(written, meant)
    path.write_text(text)


async def test_the_first_steps_lead_to_a_bridge_that_works(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """From `init` to `serve`, and a probe through the front door."""
    port = unused_port()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(SCRIPTS)
    init, manifest, check, online, send, serve = _lines("first-steps")
    [probe] = _lines("probe")

    assert "wrote config.toml" in await _run(init, tmp_path)
    assert '"chat:write.customize"' in await _run(manifest, tmp_path)
    assert "config.toml is well-formed" in await _run(check, tmp_path)
    _filled_in(tmp_path, sandbox, port)
    assert "the bot is a member of #support" in await _run(online, tmp_path)
    assert "support: accepted" in await _run(send, tmp_path)
    bridge = await asyncio.create_subprocess_exec(
        *("/bin/bash", "-c", f"exec {serve}"), cwd=tmp_path, env=_environment(), stderr=PIPE
    )
    assert bridge.stderr is not None
    async with asyncio.timeout(SECONDS):
        await bridge.stderr.readuntil(b"event=started")
    said = await _run(probe.replace("https://your.host", f"http://127.0.0.1:{port}"), tmp_path)
    bridge.send_signal(signal.SIGTERM)
    await bridge.communicate()

    assert "came through" in said
    assert bridge.returncode == 0


async def _fill(folder: Path) -> None:
    """Let messages 1 to 12 die at support."""
    store = await SqliteStore.open(folder / "bridge.db")
    for number in range(1, 13):
        await store.accept(arrival(number, "support"))
        delivery = await store.claim("support")
        at = datetime.now(UTC)
        await store.settle(delivery, State.DEAD, reason=GONE, at=at, accepted=None)
    await store.close()


async def test_what_did_not_arrive_is_found_and_sent_again(tmp_path: Path) -> None:
    """Each command finds its deliveries in a store where twelve are dead."""
    await _run("nexusgpt-bridge init", tmp_path)
    await _fill(tmp_path)
    said = {line: await _run(line, tmp_path) for line in _lines("arrivals")}
    groups, listed, shown, replayed, planned, *_ = said.values()

    assert "12" in groups
    assert "12-support" in listed
    assert GONE in shown
    assert "1 wait for it" in replayed
    assert "12-support would be sent again to ops" in planned
    assert all(said.values())


async def test_a_backup_is_made(tmp_path: Path) -> None:
    """Of a store with twelve messages, into a new file."""
    await _run("nexusgpt-bridge init", tmp_path)
    await _fill(tmp_path)
    [backup] = _lines("backup")
    folder = tmp_path / "backups"
    folder.mkdir()
    said = await _run(backup.replace("/var/backups", str(folder)), tmp_path)

    assert "12 messages, 0 deliveries pending, 12 dead" in said


def test_every_block_of_commands_is_run_somewhere() -> None:
    """Each has a marker, and whoever runs it names that; the service's are run in tests/systemd."""
    everywhere = len(re.findall(r"^```sh$", README, re.MULTILINE))
    marked = re.findall(r"<!-- ([a-z-]+) -->\n```sh\n", README)
    service = [marker for marker in marked if marker.startswith("service-")]
    machine = "".join(path.read_text() for path in (ROOT / "tests" / "systemd").glob("*.py"))

    assert len(marked) == everywhere
    assert sorted(marked) == sorted([*BLOCKS, *service])
    assert [marker for marker in service if f'"{marker}"' not in machine] == []


@pytest.mark.parametrize("line", [*_lines("commit"), *_lines("tests"), *_lines("demo")])
def test_ci_runs_what_developers_run(line: str) -> None:
    """`.ci/run` takes the two one-liners from here, and has the others itself."""
    ci = (ROOT / ".ci" / "run").read_text()
    taken = [*_lines("tests"), *_lines("demo")]

    assert line in taken or all(command in ci for command in line.split(" && "))
    assert all(f"readme {marker}" in ci for marker in ("tests", "demo"))
