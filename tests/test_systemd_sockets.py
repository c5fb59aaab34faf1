"""The listening sockets that systemd passes: whose they are, and that they are good."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bridge.errors import ListenError
from bridge.systemd import Sockets, take_sockets

PID = 4711


class Passed:
    """Descriptors one after the other, as systemd passes them."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        # Far above what a test has open, so that nothing else is in the way.
        self.first = 900
        for number, each in enumerate(sockets, start=self.first):
            os.dup2(each.fileno(), number, inheritable=True)
        self.environ = {"LISTEN_PID": str(PID), "LISTEN_FDS": str(len(sockets)), "HOME": "/"}

    def take(self, names: str | None = None) -> Sockets:
        """What the bridge makes of them."""
        if names is not None:
            self.environ["LISTEN_FDNAMES"] = names
        return take_sockets(self.environ, PID, first=self.first)


@pytest.fixture(name="listeners")
def _listeners(tmp_path: Path) -> Iterator[list[socket.socket]]:
    """A listening TCP socket and a listening Unix one."""
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(tmp_path / "socket"))
        unix.listen()
        yield [tcp, unix]


def _close(sockets: Sockets) -> None:
    for each in (*sockets.public, *sockets.admin):
        each.close()


def test_sockets_are_taken_by_their_names(listeners: list[socket.socket]) -> None:
    """The one named "admin" is the admin listener's; they are the very sockets, and not inherited."""
    passed = Passed(listeners)
    sockets = passed.take("public:admin")

    assert [each.getsockname() for each in sockets.public] == [listeners[0].getsockname()]
    assert [each.getsockname() for each in sockets.admin] == [listeners[1].getsockname()]
    assert sockets.public[0].family is socket.AF_INET
    assert sockets.admin[0].family is socket.AF_UNIX
    assert not sockets.public[0].get_inheritable()
    assert sockets.public[0].gettimeout() == 0.0
    _close(sockets)


@pytest.mark.parametrize("names", [None, "", "nexusgpt-bridge.socket", "unknown:unknown"])
def test_sockets_without_names_are_for_webhooks(
    listeners: list[socket.socket], names: str | None
) -> None:
    """A socket unit of the operator's own need not name what it passes."""
    sockets = Passed(listeners).take(names)

    assert len(sockets.public) == 2
    assert sockets.admin == ()
    _close(sockets)


def test_variables_are_gone_afterwards(listeners: list[socket.socket]) -> None:
    """No child can take the sockets for its own, and a second call finds nothing."""
    passed = Passed(listeners)
    _close(passed.take("public:admin"))

    assert passed.environ == {"HOME": "/"}
    assert passed.take() == Sockets()


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"LISTEN_FDS": "1"},
        {"LISTEN_FDS": "1", "LISTEN_PID": "1"},
        {"LISTEN_FDS": "some", "LISTEN_PID": str(PID)},
        {"LISTEN_FDS": "0", "LISTEN_PID": str(PID)},
    ],
)
def test_nothing_is_taken_that_was_not_passed_to_us(environ: dict[str, str]) -> None:
    """Variables that a parent process was given are no gift to its child."""
    assert take_sockets(environ, PID) == Sockets()


def test_socket_that_does_not_listen_is_refused() -> None:
    """A unit with ListenDatagram= or Accept=yes ends the start with a sentence that says how to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, ExitStack() as stack:
        passed = Passed([datagrams])
        stack.callback(os.close, passed.first)
        with pytest.raises(ListenError, match='passed "public", which is no listening'):
            passed.take("public")


def test_descriptor_that_is_no_socket_is_refused(tmp_path: Path) -> None:
    """Whatever else a unit passes, such as a file, is named in a sentence too."""
    passed = Passed([])
    passed.environ["LISTEN_FDS"] = "1"
    with pytest.raises(ListenError, match='passed "900", which is no listening'):
        passed.take()
