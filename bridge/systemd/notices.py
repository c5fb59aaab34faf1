"""`Notifier`: tells systemd what state the bridge is in, and never gets in its way.

The protocol: https://www.freedesktop.org/software/systemd/man/252/sd_notify.html
"""

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

#: where systemd listens; the name comes with the process's environment
ADDRESS_VARIABLE = "NOTIFY_SOCKET"


class Notifier:
    """Sends state to systemd. Without systemd it does nothing, and it never raises or waits.

    `monotonic_ns` is the clock CLOCK_MONOTONIC in nanoseconds, which systemd uses too.
    """

    def __init__(
        self, environ: Mapping[str, str], *, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._address = environ.get(ADDRESS_VARIABLE, "")
        self._monotonic_ns = monotonic_ns

    @property
    def is_heard(self) -> bool:
        """Whether systemd, or something that acts as it does, listens."""
        # Addresses of other kinds, such as "vsock:", are for virtual machines.
        return self._address.startswith(("/", "@"))

    def ready(self, status: str) -> None:
        """Say that the start, or a reload, is over, well or not: the status tells which."""
        self._send("READY=1", _status(status))

    def reloading(self) -> None:
        """Say that the config is being read again; `ready` has to follow."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={self._monotonic_ns() // 1000}")

    def stopping(self, status: str) -> None:
        """Say that the stop has begun."""
        self._send("STOPPING=1", _status(status))

    def status(self, text: str) -> None:
        """Set the line that `systemctl status` shows."""
        self._send(_status(text))

    def alive(self, status: str) -> None:
        """Feed the watchdog, and set the status."""
        self._send("WATCHDOG=1", _status(status))

    def _send(self, *assignments: str) -> None:
        if not self.is_heard:
            return
        text = "\n".join(assignments)
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)  # a systemd that does not read must not hold up the bridge
            sender.sendto(text.encode("utf-8", "replace"), _unix_address(self._address))


def _status(text: str) -> str:
    # A line break would begin an assignment of its own.
    return f"STATUS={' '.join(text.split())}"


def _unix_address(address: str) -> str:
    # An "@" stands for the zero byte of Linux's abstract addresses: unix(7).
    return "\0" + address[1:] if address.startswith("@") else address
