"""One machine for all tests, with the bridge installed as the README says, and a Slack beside it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bridge.sandbox import NO_LIMITS, Sandbox, SlackChannel, Workspace
from tests.systemd.machine import Machine, machine, why_not
from tests.systemd.readme import ROOT, commands
from tests.systemd.service import HASTE, UNIT, Service

WORKSPACE = Workspace(
    channels=(SlackChannel(id="C1", name="support"), SlackChannel(id="C2", name="more"))
)


@pytest.fixture(scope="session", name="machine")
def _machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A Debian 12 that has booted, with the bridge's wheel and those of all that it needs."""
    if reason := why_not():
        pytest.skip(reason)
    with machine(tmp_path_factory.mktemp("debian"), ROOT) as booted:
        yield booted


@pytest.fixture(name="sandbox")
async def _sandbox() -> AsyncIterator[Sandbox]:
    """A Slack that the machine can reach, since it shares the network."""
    async with Sandbox(workspace=WORKSPACE, limits=NO_LIMITS) as sandbox:
        yield sandbox


@pytest.fixture(name="haste")
def _haste(machine: Machine) -> None:
    """What takes a minute takes seconds; request it before the service."""
    machine.write(f"/etc/systemd/system/{UNIT}.service.d/haste.conf", HASTE)


@pytest.fixture(name="service")
async def _service(machine: Machine, sandbox: Sandbox) -> AsyncIterator[Service]:
    """The bridge, installed and running, with an empty store; the Slack is this test's."""
    service = Service(machine, sandbox)
    if (machine.tree / f"etc/systemd/system/{UNIT}.service").exists():
        await service.configure()
        await machine.run(f"systemctl daemon-reload && systemctl start {UNIT}")
    else:
        await machine.run("cp /wheels/nexusgpt_bridge-*.whl .")
        await machine.run(commands("service-install"))
        await service.configure()
        await machine.run(commands("service-start"))
    yield service
    await service.clear()
