"""Which addresses on the net a stranger may send us to: `is_forbidden` says no to all but public ones. No I/O."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# What Python's `is_global` says differs between its versions, and none covers all of these.
# https://www.iana.org/assignments/iana-ipv4-special-registry
_NOT_PUBLIC_V4 = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),  # carrier-grade NAT, and Alibaba's metadata at 100.100.100.200
    IPv4Network("127.0.0.0/8"),
    IPv4Network("168.63.129.16/32"),  # Azure's own services, seen from within
    IPv4Network("169.254.0.0/16"),  # link-local, and the metadata of most clouds
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.0.0.0/24"),  # with Oracle's metadata at 192.0.0.192
    IPv4Network("192.0.2.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("198.18.0.0/15"),
    IPv4Network("198.51.100.0/24"),
    IPv4Network("203.0.113.0/24"),
    IPv4Network("224.0.0.0/3"),  # multicast, reserved, broadcast
)
# https://www.iana.org/assignments/iana-ipv6-special-registry
_PUBLIC_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = (
    IPv6Network("2001::/23"),  # Teredo, ORCHID, benchmarks
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_forbidden(address: Address) -> bool:
    """Tell whether an address is any but a public one, also where IPv6 wraps one of IPv4."""
    if isinstance(address, IPv4Address):
        return any(address in network for network in _NOT_PUBLIC_V4)
    if (inner := _wrapped(address)) is not None:
        return is_forbidden(inner)
    return address not in _PUBLIC_V6 or any(address in network for network in _NOT_PUBLIC_V6)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that packets to this one end at: mapped, 6to4 or NAT64."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
