"""Killed, frozen or without a disk: the service comes back by itself, and nothing is lost."""

import asyncio

import aiohttp
import pytest

from bridge.sandbox import ServerError
from tests.systemd.service import UNIT, Service

pytestmark = pytest.mark.systemd

EVENTS = 40


@pytest.mark.usefixtures("haste")
async def test_killed_it_comes_back_and_loses_nothing(service: Service) -> None:
    """After `kill -9` in the middle of its work it starts again, and delivers the rest in order."""
    pid = await service.main_pid()
    service.sandbox.slack.faults.storm("C1", seed=5, rate=0.5, kinds=[ServerError()])
    names = [f"m{number:02}" for number in range(EVENTS)]
    assert await service.send(*names) == [202] * EVENTS
    await service.wait_for(EVENTS // 4)
    await service.machine.run(f"systemctl kill --signal=KILL {UNIT}")
    arrived = await service.wait_for(EVENTS)
    await service.wait("ActiveState", "active")

    assert list(dict.fromkeys(arrived)) == names
    assert await service.main_pid() != pid
    assert (await service.shown("NRestarts"))["NRestarts"] == "1"


@pytest.mark.usefixtures("haste")
async def test_frozen_it_is_restarted_by_the_watchdog(service: Service) -> None:
    """A process that does nothing any more is killed and started again."""
    pid = await service.main_pid()
    await service.machine.run(f"systemctl kill --signal=STOP {UNIT}")
    await service.wait("NRestarts", "1")
    await service.wait("ActiveState", "active")

    assert await service.main_pid() != pid
    assert "watchdog" in (await service.journal()).lower()
    assert await service.send("m1") == [202]
    assert await service.wait_for(1) == ["m1"]


@pytest.mark.usefixtures("haste")
async def test_without_a_disk_it_is_restarted_by_the_watchdog(service: Service) -> None:
    """A bridge that runs but can't write its store says so in its status, answers 503, and is restarted."""
    pid = await service.main_pid()
    await service.machine.run(f"prlimit --fsize=1 --pid={pid}")
    refused = await service.send("m1")
    await service.wait("NRestarts", "1")
    await service.wait("ActiveState", "active")

    assert refused == [503]
    assert await service.main_pid() != pid
    assert await service.send("m1") == [202]
    assert await service.wait_for(1) == ["m1"]


@pytest.mark.usefixtures("haste")
async def test_busy_it_is_not_restarted(service: Service) -> None:
    """The watchdog leaves a bridge alone that is under load and whose platform is down."""
    service.sandbox.slack.faults.always("C1", ServerError())
    async with aiohttp.ClientSession() as session:
        for _ in range(8):
            batch = [service.send_one(session, f"m{number}") for number in range(50)]
            assert {*await asyncio.gather(*batch)} <= {200, 202}
            await asyncio.sleep(1)

    assert (await service.shown("NRestarts"))["NRestarts"] == "0"
