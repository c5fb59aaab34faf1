"""`feed`: the watchdog is fed by real progress only, so that a wedged bridge is restarted.

https://www.freedesktop.org/software/systemd/man/252/sd_watchdog_enabled.html
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bridge.systemd.notices import Notifier

#: systemd waits this many times as long as the bridge takes between two signs of life. Its manual
#: advises two; one more lets a sign come late on a busy machine.
MARGIN = 3
#: between two lines of status, where no watchdog asks for more
STATUS_SECONDS = 10.0
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What a look at the bridge has found."""

    #: the store can be written, and the lanes that have something to do are doing it
    is_alive: bool
    #: one line for `systemctl status`
    status: str


def watchdog_seconds(environ: Mapping[str, str], pid: int) -> float | None:
    """Return after how much silence systemd restarts this process; None if it doesn't."""
    microseconds = environ.get("WATCHDOG_USEC", "")
    meant = environ.get("WATCHDOG_PID", str(pid))
    if not microseconds.isdecimal() or int(microseconds) == 0 or meant != str(pid):
        return None
    return int(microseconds) / _MICROSECONDS


async def feed(
    notifier: Notifier,
    look: Callable[[], Awaitable[Pulse]],
    *,
    watchdog: float | None,
    sleep: Callable[[float], Awaitable[None]],
) -> None:
    """Tell systemd, until cancelled, how the bridge is, and that it is alive as long as it is.

    `look` has to do real work (write to the store, look at the lanes): if it hangs, or finds no
    life, the watchdog goes hungry. `watchdog` comes from `watchdog_seconds`.
    """
    every = STATUS_SECONDS if watchdog is None else min(STATUS_SECONDS, watchdog / MARGIN)
    while notifier.is_heard:
        pulse = await look()
        if pulse.is_alive:
            notifier.alive(pulse.status)
        else:
            notifier.status(pulse.status)
        await sleep(every)
