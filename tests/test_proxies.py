"""Who called is believed only as far as those who say so are trusted."""

from collections.abc import Sequence

import pytest

from bridge.proxies import Proxies

LOCAL = ("127.0.0.1", "::1", "10.0.0.0/8")


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "caller"),
    [
        ((), "127.0.0.1", ["203.0.113.7"], "127.0.0.1"),
        (LOCAL, "127.0.0.1", [], "127.0.0.1"),
        (LOCAL, "127.0.0.1", [""], "127.0.0.1"),
        (LOCAL, "127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        (LOCAL, "127.0.0.1", ["203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        (LOCAL, "127.0.0.1", ["203.0.113.7", "10.1.2.3"], "203.0.113.7"),
        (LOCAL, "127.0.0.1", ["10.9.9.9, 10.1.2.3"], "10.9.9.9"),
        (LOCAL, "::1", ["2001:db8::7"], "2001:db8::7"),
        (LOCAL, "::ffff:127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        (LOCAL, "127.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        (LOCAL, "127.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        (LOCAL, "127.0.0.1", ["[2001:db8::7]"], "2001:db8::7"),
        (("10.0.0.7/8",), "10.1.2.3", ["203.0.113.7"], "203.0.113.7"),
        (("unix",), "", ["203.0.113.7"], "203.0.113.7"),
        (LOCAL, "", ["203.0.113.7"], "unix"),
        (("unix",), "", [], "unix"),
        (("unix", "127.0.0.1"), "", ["203.0.113.7, 127.0.0.1"], "203.0.113.7"),
    ],
)
def test_the_header_is_read_from_its_end(
    trusted: Sequence[str], peer: str, forwarded: Sequence[str], caller: str
) -> None:
    """Up to the first address that is not one of the trusted proxies."""
    assert Proxies(trusted).caller(peer, forwarded) == caller


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["127.0.0.1, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["unix"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7, unknown"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7, 10.1.2.3, x level=error event=dead"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7\nevent=dead"], "127.0.0.1"),
        ("127.0.0.1", ["[], 10.1.2.3"], "10.1.2.3"),
        ("203.0.113.7", ["," * 8_000], "203.0.113.7"),
        ("not an address", ["198.51.100.1"], "not an address"),
    ],
)
def test_what_a_stranger_makes_up_is_not_believed(
    peer: str, forwarded: Sequence[str], caller: str
) -> None:
    """What stands before the entry of a trusted proxy, and what is no address."""
    assert Proxies(LOCAL).caller(peer, forwarded) == caller


def test_a_connection_that_is_gone_is_nobody_s() -> None:
    """It is not taken for a unix socket."""
    assert Proxies(("unix",)).caller(None, ["203.0.113.7"]) == "unknown"


@pytest.mark.parametrize("name", ["", "localhost", "10.0.0.0/33", "unix:/run/x.sock", "1.2.3"])
def test_what_names_no_proxy_is_refused(name: str) -> None:
    """An address, a network or "unix"."""
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 network"):
        Proxies([name])
