"""Which addresses a stranger may send us to: public ones, however they are wrapped."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.senders.addresses import is_forbidden

FORBIDDEN = {
    "unspecified": "0.0.0.0",  # noqa: S104 - nobody binds to it
    "this network": "0.1.2.3",
    "private 10": "10.0.0.1",
    "private 172": "172.31.255.255",
    "private 192": "192.168.1.1",
    "carrier-grade NAT": "100.64.0.1",
    "Alibaba's metadata": "100.100.100.200",
    "loopback": "127.255.255.254",
    "link-local": "169.254.0.1",
    "metadata": "169.254.169.254",
    "Oracle's metadata": "192.0.0.192",
    "Azure's services": "168.63.129.16",
    "documentation": "192.0.2.1",
    "6to4 relay": "192.88.99.1",
    "benchmark": "198.19.0.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified v6": "::",
    "loopback v6": "::1",
    "unique local": "fd00::1",
    "AWS's metadata v6": "fd00:ec2::254",
    "link-local v6": "fe80::1",
    "link-local v6 of an interface": "fe80::1%eth0",
    "site-local": "fec0::1",
    "multicast v6": "ff02::1",
    "documentation v6": "2001:db8::1",
    "documentation v6, new": "3fff::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "segment routing": "5f00::1",
    "discard": "100::1",
    "compatible": "::127.0.0.1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped private": "::ffff:10.0.0.1",
    "mapped metadata": "::ffff:a9fe:a9fe",
    "6to4 of loopback": "2002:7f00:1::",
    "6to4 of private": "2002:c0a8:101::1",
    "NAT64 of loopback": "64:ff9b::127.0.0.1",
    "NAT64 of metadata": "64:ff9b::169.254.169.254",
    "NAT64 of a network's own": "64:ff9b:1::808:808",
}
PUBLIC = {
    "v4": "8.8.8.8",
    "next to private": "172.32.0.1",
    "next to carrier-grade NAT": "100.128.0.1",
    "v6": "2606:4700::6810:84e5",
    "v6 at the registry's edge": "2001:200::1",
    "mapped": "::ffff:8.8.8.8",
    "6to4": "2002:808:808::1",
    "NAT64": "64:ff9b::8.8.8.8",
}


@pytest.mark.parametrize("address", FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_is_not_public_is_forbidden(address: str) -> None:
    """Nobody outside could reach it, or only this network's owner should."""
    assert is_forbidden(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.values(), ids=PUBLIC)
def test_what_is_public_is_not(address: str) -> None:
    """Files of messages stand there."""
    assert not is_forbidden(ip_address(address))


@given(st.ip_addresses())
def test_what_python_calls_special_is_forbidden(address: IPv4Address | IPv6Address) -> None:
    """It draws from all the special networks; what wraps another address is judged by that one."""
    is_special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    wraps = isinstance(address, IPv6Address) and (
        address.ipv4_mapped or address.packed[:4] == b"\0\x64\xff\x9b"
    )

    assert is_forbidden(address) or not is_special or wraps


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_judged_by_what_it_wraps(address: IPv4Address) -> None:
    """Mapped, by 6to4 or by NAT64."""
    inner = int(address)
    wrapped = [0xFFFF << 32 | inner, 0x2002 << 112 | inner << 80, 0x64FF9B << 96 | inner]

    assert {is_forbidden(IPv6Address(number)) for number in wrapped} == {is_forbidden(address)}
