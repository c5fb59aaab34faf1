"""A config file, a way to call the command, and platforms that run beside it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.sandbox import NO_LIMITS, Sandbox

CONFIG = """\
[nexusgpt]
header = "nexus-signature"
secrets = ["not-to-be-shown"]

[slack]
token = "xoxb-sandbox"
api_url = "{api_url}"

[destinations.support]
platform = "slack"
channel = "C024BE91L"
thread = "chat"

[destinations.alerts]
platform = "slack"
webhook_url = "{alerts}"

[destinations.ops]
platform = "discord"
webhook_url = "{ops}"

[[routes]]
name = "refunds"
match = {{ agent = ["Max *", "fa9640f5-*"], content = "re:(?i)refund" }}
unless = {{ kind = "notification" }}
to = ["support", "ops"]
continue = true

[[routes]]
match = {{ role = "Support *" }}
to = ["support"]

[[routes]]
name = "rest"
match = {{ chat = "*" }}
to = ["alerts"]
"""

Run = Callable[..., Result]


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    """A Slack and a Discord in a thread of their own: a command has an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> Sandbox:
        return await Sandbox(limits=NO_LIMITS).__aenter__()

    sandbox = asyncio.run_coroutine_threadsafe(start(), loop).result()
    yield sandbox
    asyncio.run_coroutine_threadsafe(sandbox.__aexit__(None, None, None), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(name="config")
def _config(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A config whose destinations are the sandbox's, readable by its owner only."""
    path = tmp_path / "config.toml"
    path.write_text(
        CONFIG.format(
            api_url=sandbox.slack_api_url,
            alerts=sandbox.slack.webhook_url("alerts"),
            ops=sandbox.discord.webhook_url("ops"),
        )
    )
    path.chmod(0o600)
    return path


@pytest.fixture(name="run")
def _run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Call the command in an empty directory, with an environment of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEXUSGPT_BRIDGE_CONFIG", raising=False)

    def run(*arguments: object, **options: object) -> Result:
        return CliRunner().invoke(main, [str(each) for each in arguments], **options)  # type: ignore[arg-type] # click types its options one by one

    return run
