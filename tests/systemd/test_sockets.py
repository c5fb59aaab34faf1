"""With the socket unit, no webhook is refused while the service restarts, fails or is upgraded."""

import asyncio
import itertools

import aiohttp
import pytest

from tests.systemd.readme import commands
from tests.systemd.service import CONFIG, UNIT, Service

pytestmark = pytest.mark.systemd

CALLERS = 8
RESTARTS = 2


class Callers:
    """Send events one after the other, each caller on its own, until told to stop."""

    def __init__(self, service: Service, *, keep_alive: bool) -> None:
        self._service = service
        self._keep_alive = keep_alive
        self._stop = asyncio.Event()
        self._numbers = itertools.count()
        self.answers: list[int] = []
        self.refused: list[str] = []

    async def __aenter__(self) -> "Callers":
        """Begin."""
        self._tasks = [asyncio.create_task(self._call()) for _ in range(CALLERS)]
        return self

    async def __aexit__(self, *_: object) -> None:
        """End, after the answers to what is under way."""
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def _call(self) -> None:
        connector = aiohttp.TCPConnector(force_close=not self._keep_alive)
        async with aiohttp.ClientSession(connector=connector) as session:
            while not self._stop.is_set():
                name = f"m{next(self._numbers)}"
                try:
                    self.answers.append(await self._service.send_one(session, name))
                except aiohttp.ClientError as error:
                    self.refused.append(f"{name}: {error!r}")
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("keep_alive", [False, True])
async def test_no_request_is_refused_while_it_restarts(service: Service, keep_alive: bool) -> None:
    """Under load, restarts cost callers some time and nothing else; all that they sent is posted."""
    await service.machine.run(commands("service-socket"))
    async with Callers(service, keep_alive=keep_alive) as callers:
        for _ in range(RESTARTS):
            await asyncio.sleep(1)
            await service.machine.run(f"systemctl restart {UNIT}")
        await asyncio.sleep(1)

    assert callers.refused == []
    assert set(callers.answers) == {202}
    assert len(callers.answers) > RESTARTS * CALLERS
    arrived = await service.wait_for(len(callers.answers))
    assert len(set(arrived)) == len(callers.answers)


@pytest.mark.usefixtures("haste")
async def test_callers_wait_while_the_config_is_wrong(service: Service) -> None:
    """A restart with a wrong config keeps callers waiting, and refuses none, until it is right."""
    await service.machine.run(commands("service-socket"))
    await service.machine.run(f"echo 'chanel = \"C1\"' >> {CONFIG}")
    await service.machine.attempt(f"systemctl restart {UNIT}")
    sending = asyncio.create_task(service.send("m1"))
    await service.wait_logged('unknown key "chanel"', times=3)
    await service.configure()

    assert await sending == [202]
    assert await service.wait_for(1) == ["m1"]


async def test_first_event_starts_it(service: Service) -> None:
    """With the socket unit alone, the service starts when somebody calls."""
    await service.machine.run(commands("service-socket"))
    await service.machine.run(f"systemctl stop {UNIT}.service")
    assert (await service.shown("ActiveState"))["ActiveState"] == "inactive"

    assert await service.send("m1") == [202]
    assert await service.wait_for(1) == ["m1"]


async def test_admin_listener_has_a_socket_of_its_own(service: Service) -> None:
    """With both socket units, each listener gets its own, and both are clean for systemd."""
    admin = "/etc/systemd/system/nexusgpt-bridge-admin.socket"
    public = "/etc/systemd/system/nexusgpt-bridge.socket"
    await service.machine.run(f"nexusgpt-bridge unit --socket=admin > {admin}")
    await service.machine.run(commands("service-socket"))
    await service.machine.run(f"systemctl stop {UNIT} && systemctl start {UNIT}-admin.socket")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{service.admin_url}/readyz") as response:
            ready = response.status
        async with session.get(service.url.replace("webhooks/nexusgpt", "metrics")) as response:
            elsewhere = response.status

    assert await service.machine.run(f"systemd-analyze verify {public} {admin}") == ""
    assert ready == 200
    assert elsewhere == 404
    assert await service.send("m1") == [202]
