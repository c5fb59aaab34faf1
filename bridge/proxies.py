"""Who called, behind the reverse proxies that the config trusts: `Proxies`. No I/O.

A proxy adds the address that called it to the end of `X-Forwarded-For`; what stands before that,
anyone can have made up. So the header is read from its end, and only as far as each address that
passed it on is trusted: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: how the config, and the log, name a caller on a unix socket: it has no address
UNIX = "unix"
#: the connection was gone before anyone could ask for its address
UNKNOWN = "unknown"
_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]*)\](:\d+)?|(?P<v4>[\d.]+):\d+")


class Proxies:
    """The proxies that are trusted: addresses, networks, and "unix" for callers on a unix socket."""

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        """Raise ValueError for what is neither an address, nor a network, nor "unix"."""
        names = set(trusted)
        self._trusts_unix = UNIX in names
        self._networks = tuple(ip_network(name, strict=False) for name in names - {UNIX})

    def caller(self, peer: str | None, forwarded: Sequence[str]) -> str:
        """Return the address that called first, as far as that can be believed.

        `peer` is who holds the connection: "" on a unix socket, None if it is gone; `forwarded` is
        each X-Forwarded-For header, in order.
        """
        if peer is None:
            return UNKNOWN
        caller = peer or UNIX
        entries = ",".join(forwarded).split(",")
        while entries and self._trusts(caller):
            address = _address(entries.pop())
            if address is None:
                break
            caller = str(address)
        return caller

    def _trusts(self, caller: str) -> bool:
        if caller == UNIX:
            return self._trusts_unix
        address = _address(caller)
        return address is not None and any(address in network for network in self._networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address with or without a port; an IPv4 address in IPv6's clothes is itself."""
    bare = text.strip()
    if found := _WITH_PORT.fullmatch(bare):
        bare = found["v6"] or found["v4"] or ""
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
