"""`take_sockets`: the listening sockets that systemd holds, also while the bridge restarts.

https://www.freedesktop.org/software/systemd/man/252/sd_listen_fds.html
"""

import socket
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass

from bridge.errors import ListenError

#: the first descriptor that is passed: SD_LISTEN_FDS_START
FIRST = 3
#: the name of the admin listener's socket; sockets of any other name are for webhooks
ADMIN = "admin"
_VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sockets:
    """Listening sockets from systemd; where there is none, the config's address holds."""

    public: tuple[socket.socket, ...] = ()
    admin: tuple[socket.socket, ...] = ()


def take_sockets(environ: MutableMapping[str, str], pid: int, *, first: int = FIRST) -> Sockets:
    """Return the sockets that systemd has passed to this process, and forget who passed them.

    Call it once: the variables are gone afterwards, so that no child takes them for its own.
    Raises ListenError if what was passed is no listening stream socket.
    """
    taken = {name: environ.pop(name, "") for name in _VARIABLES}
    if taken["LISTEN_PID"] != str(pid) or not taken["LISTEN_FDS"].isdecimal():
        return Sockets()
    names = taken["LISTEN_FDNAMES"].split(":")
    opened = list(_opened(range(first, first + int(taken["LISTEN_FDS"])), names))
    return Sockets(
        public=tuple(each for name, each in opened if name != ADMIN),
        admin=tuple(each for name, each in opened if name == ADMIN),
    )


def _opened(numbers: range, names: list[str]) -> Iterator[tuple[str, socket.socket]]:
    for index, number in enumerate(numbers):
        name = names[index] if index < len(names) else ""
        try:
            passed = socket.socket(fileno=number)
            is_listening = passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        except OSError:
            raise ListenError(_fault(name, number)) from None
        if not is_listening:
            passed.detach()
            raise ListenError(_fault(name, number))
        passed.set_inheritable(False)
        passed.setblocking(False)
        yield name, passed


def _fault(name: str, number: int) -> str:
    return (
        f'systemd passed "{name or number}", which is no listening stream socket: the socket unit '
        'needs ListenStream= and Accept=no, as "nexusgpt-bridge unit --socket" prints it'
    )
