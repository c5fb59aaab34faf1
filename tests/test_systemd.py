"""What the bridge and systemd tell each other, over real sockets."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Iterator, Mapping
from pathlib import Path

import pytest

from bridge.systemd import (
    Notifier,
    Pulse,
    feed,
    watchdog_seconds,
)

PID = 4711


class Manager:
    """Listens as systemd does, at an address in the file system or an abstract one."""

    def __init__(self, address: str) -> None:
        self.environ = {"NOTIFY_SOCKET": address}
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        """What has come, each with its lines in order."""
        heard = []
        while True:
            try:
                heard.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return heard


@pytest.fixture(name="manager", params=["path", "abstract"])
def _manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    abstract = f"@nexusgpt-bridge-test-{os.getpid()}"
    manager = Manager(str(tmp_path / "notify") if request.param == "path" else abstract)
    yield manager
    manager.socket.close()


def test_each_state_is_told_in_systemds_words(manager: Manager) -> None:
    """READY, RELOADING with the monotonic time in microseconds, STOPPING, WATCHDOG and STATUS."""
    notifier = Notifier(manager.environ, monotonic_ns=lambda: 12_345_678_900)
    notifier.ready("nothing pending")
    notifier.reloading()
    notifier.alive("1 pending")
    notifier.status("2 pending")
    notifier.stopping("posts under way are finished")

    assert manager.heard() == [
        "READY=1\nSTATUS=nothing pending",
        "RELOADING=1\nMONOTONIC_USEC=12345678",
        "WATCHDOG=1\nSTATUS=1 pending",
        "STATUS=2 pending",
        "STOPPING=1\nSTATUS=posts under way are finished",
    ]


def test_status_can_say_nothing_else_than_a_status(manager: Manager) -> None:
    """A line break in a status would be an order of its own to systemd; it becomes a space."""
    Notifier(manager.environ).status("config not reloaded:\nSTOPPING=1\r\n\udcff")

    assert manager.heard() == ["STATUS=config not reloaded: STOPPING=1 ?"]


@pytest.mark.parametrize(
    "environ",
    [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1"}, {"NOTIFY_SOCKET": "notify"}],
)
def test_without_systemd_nothing_is_told(environ: Mapping[str, str]) -> None:
    """Outside systemd each notice is nothing at all."""
    notifier = Notifier(environ)
    notifier.ready("nothing pending")

    assert not notifier.is_heard


@pytest.mark.parametrize("address", ["/nowhere/notify", "/" + "x" * 200, "@nobody-listens-here"])
def test_address_that_is_no_good_harms_nothing(address: str) -> None:
    """A notice that can't be sent is lost, and the bridge goes on."""
    notifier = Notifier({"NOTIFY_SOCKET": address})
    notifier.alive("nothing pending")

    assert notifier.is_heard


def test_manager_that_does_not_read_holds_up_nothing(manager: Manager) -> None:
    """With systemd's queue full, notices are lost instead of waited for."""
    notifier = Notifier(manager.environ)
    for _ in range(1000):
        notifier.status("nothing pending")

    assert 0 < len(manager.heard()) < 1000


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": str(PID)}, 0.5),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_watchdog_waits_as_long_as_systemd_says(
    environ: Mapping[str, str], seconds: float | None
) -> None:
    """The time comes in microseconds; one that is meant for another process is not ours."""
    assert watchdog_seconds(environ, PID) == seconds


class Sleeper:
    """Counts the seconds it is asked to wait, and ends the wait after some of them."""

    def __init__(self, times: int) -> None:
        self.slept: list[float] = []
        self._times = times

    async def __call__(self, seconds: float) -> None:
        """Wait no time at all."""
        self.slept.append(seconds)
        if len(self.slept) == self._times:
            raise asyncio.CancelledError


async def _feed(
    manager: Manager, pulses: list[Pulse], watchdog: float | None
) -> tuple[list[str], list[float]]:
    """What systemd hears of some looks at the bridge, and the waits between them."""
    sleeper, looks = Sleeper(len(pulses)), iter(pulses)

    async def look() -> Pulse:
        return next(looks)

    feeding = feed(Notifier(manager.environ), look, watchdog=watchdog, sleep=sleeper)
    await asyncio.gather(asyncio.create_task(feeding), return_exceptions=True)
    return manager.heard(), sleeper.slept


async def test_watchdog_is_fed_as_long_as_there_is_progress(manager: Manager) -> None:
    """A look that finds no life sets the status, but does not feed; the next one may feed again."""
    pulses = [
        Pulse(is_alive=True, status="1 pending"),
        Pulse(is_alive=False, status="the store can't be written"),
        Pulse(is_alive=True, status="nothing pending"),
    ]
    heard, slept = await _feed(manager, pulses, 15.0)

    assert heard == [
        "WATCHDOG=1\nSTATUS=1 pending",
        "STATUS=the store can't be written",
        "WATCHDOG=1\nSTATUS=nothing pending",
    ]
    assert slept == [5.0, 5.0, 5.0]


@pytest.mark.parametrize(("watchdog", "every"), [(None, 10.0), (600.0, 10.0), (3.0, 1.0)])
async def test_status_is_never_older_than_ten_seconds(
    manager: Manager, watchdog: float | None, every: float
) -> None:
    """With a slow watchdog, or none, the line of `systemctl status` is still told."""
    _, slept = await _feed(manager, [Pulse(is_alive=True, status="")], watchdog)

    assert slept == [every]


def _never() -> Awaitable[Pulse]:
    """A look at a bridge whose store never answers."""
    return asyncio.get_running_loop().create_future()


async def test_look_that_hangs_starves_the_watchdog(manager: Manager) -> None:
    """A bridge whose store never answers is as good as dead, and systemd hears nothing of it."""
    feeding = asyncio.create_task(
        feed(Notifier(manager.environ), _never, watchdog=0.001, sleep=asyncio.sleep)
    )
    await asyncio.sleep(0.05)
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)

    assert manager.heard() == []


async def test_nothing_is_looked_at_when_nobody_listens() -> None:
    """Outside systemd no look is taken, which would write to the disk each time."""
    feeding = feed(Notifier({}), _never, watchdog=None, sleep=asyncio.sleep)

    await asyncio.wait_for(feeding, timeout=10)
