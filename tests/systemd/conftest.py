"""One machine for all tests, with the bridge installed as the README says, and a Slack beside it."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bridge.sandbox import NO_LIMITS, Sandbox, SlackChannel, Workspace
from tests.systemd.machine import Machine, machine, why_not
from tests.systemd.readme import ROOT, commands
from tests.systemd.service import Service

WORKSPACE = Workspace(
    channels=(SlackChannel(id="C1", name="support"), SlackChannel(id="C2", name="more"))
)


@pytest.fixture(scope="session", name="wheels")
def _wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bridge's wheel and those of all that it needs."""
    folder = tmp_path_factory.mktemp("wheels")
    make = [sys.executable, "-m", "pip", "wheel", "-q", "-w", str(folder), str(ROOT)]
    subprocess.run(make, check=True)  # noqa: S603
    return folder


@pytest.fixture(scope="session", name="machine")
def _machine(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Machine]:
    """A Debian 12 that has booted."""
    if reason := why_not():
        pytest.skip(reason)
    wheels = request.getfixturevalue("wheels")
    with machine(tmp_path_factory.mktemp("debian"), wheels) as booted:
        yield booted


@pytest.fixture(name="sandbox")
async def _sandbox() -> AsyncIterator[Sandbox]:
    """A Slack that the machine can reach, since it shares the network."""
    async with Sandbox(workspace=WORKSPACE, limits=NO_LIMITS) as sandbox:
        yield sandbox


@pytest.fixture(name="service")
async def _service(machine: Machine, sandbox: Sandbox) -> AsyncIterator[Service]:
    """The bridge, installed and running, with an empty store; the Slack is this test's."""
    service = Service(machine, sandbox)
    if not (machine.tree / "opt/nexusgpt-bridge").is_dir():
        await machine.run("cp /wheels/nexusgpt_bridge-*.whl .")
        await machine.run(commands("service-install"))
    await service.configure()
    await machine.run(commands("service-start"))
    yield service
    await service.clear()
