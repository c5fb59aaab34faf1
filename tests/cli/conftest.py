"""A config file, a way to call the command, and platforms that run beside it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.sandbox import NO_LIMITS, Sandbox
from tests.senders.ways import Stub
from tests.threads import beside

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
    with beside(Sandbox(limits=NO_LIMITS)) as sandbox:
        yield sandbox


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


@asynccontextmanager
async def _stranger(stub: Stub) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stub.handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/webhooks/nexusgpt"))


@pytest.fixture(name="stub")
def _stub() -> Stub:
    """What a server that is no bridge answers."""
    return Stub()


@pytest.fixture(name="stranger")
def _stranger_fixture(stub: Stub) -> Iterator[str]:
    """The URL of a server that is no bridge."""
    with beside(_stranger(stub)) as url:
        yield url
