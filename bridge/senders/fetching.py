"""Fetch a file that a message names: `Fetcher` gets it from the public net, or says why it can't or won't.

The address was written by a stranger, and the bridge stands where strangers don't: so every
connection is checked at the address that it is really made to, however that was spelled or looked
up, and after each redirect anew. No cookie and no password goes along, not even one of ~/.netrc.

Behind a proxy, of the config or of the environment, it is the proxy that connects. Then each name is looked up here
first and has to lead to public addresses only; what the proxy itself finds for it is the proxy's
to guard.
"""

import asyncio
import gzip
import io
import re
import socket
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from bridge import __version__
from bridge.errors import Unfetchable
from bridge.outbound import Outbound
from bridge.senders.addresses import Address, is_forbidden
from bridge.senders.connections import DIRECT, lost, proxy_of, trust

#: ours: below the 10 MiB that Discord takes
#: https://docs.discord.com/developers/reference#uploading-files
MAX_FILE_BYTES = 8 * 1024 * 1024
#: ours: for all of it, from the first lookup to the last byte after the last redirect
FETCH_TIMEOUT = timedelta(seconds=15)
MAX_REDIRECTS = 3  # ours

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_HEADERS = {
    "User-Agent": f"nexusgpt-bridge/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}
_CONTENT_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
_NOT_IN_HOSTS = re.compile(r"[^\w.:%-]")
_MAX_HOST_CHARS = 100  # of a host's name in a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file as it was served."""

    data: bytes = field(repr=False)
    #: as "text/plain"; "application/octet-stream" where nothing sensible was said
    content_type: str


class Fetcher:
    """Fetches one file at a time over http or https. It keeps nothing open, so it needs no closing.

    `is_forbidden` decides which addresses it must not connect to. Of the way out, proxy and
    certificates count; its own time-out is shorter.
    """

    def __init__(
        self,
        outbound: Outbound = DIRECT,
        *,
        is_forbidden: Callable[[Address], bool] = is_forbidden,
        max_bytes: int = MAX_FILE_BYTES,
        timeout: timedelta = FETCH_TIMEOUT,
    ) -> None:
        self._is_forbidden = is_forbidden
        self._max_bytes = max_bytes
        self._timeout = timeout.total_seconds()
        self._ssl = trust(outbound.ca_file)
        self._own_proxy = proxy_of(outbound)

    async def fetch(self, url: str) -> Fetched:
        """Return the file at an address, whole and unpacked.

        Raises Unfetchable, with one sentence for an operator that never shows the path or query.
        """
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(url)
        except TimeoutError:
            raise Unfetchable(f"the file did not come within {self._timeout:g} s") from None

    async def _follow(self, address: str) -> Fetched:
        url = _read(address)
        for _ in range(MAX_REDIRECTS + 1):
            found = await self._get(url)
            if isinstance(found, Fetched):
                return found
            url = _read(found, url)
        raise Unfetchable(f"the file at {_host(url)} is more than {MAX_REDIRECTS} redirects away")

    async def _get(self, url: URL) -> Fetched | str:
        """Return what is at an address: the file, or where else to look."""
        gate = _Gate(self._is_forbidden)
        try:
            proxy = self._own_proxy or _proxy(url)
            if proxy is not None:
                await gate.look_up(url)
            async with (
                _session(gate if proxy is None else None) as session,
                session.get(url, allow_redirects=False, proxy=proxy, ssl=self._ssl) as answer,
            ):
                if answer.status in _REDIRECTS:
                    return answer.headers.get("Location", "")
                return await self._file(answer)
        # ValueError: names that can't be encoded, headers that make no sense.
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unfetchable(gate.reason(url) or lost(error, _host(url)).reason) from None

    async def _file(self, answer: aiohttp.ClientResponse) -> Fetched:
        host = _host(answer.url)
        if answer.status != 200:
            raise Unfetchable(f"{host} did not give the file (HTTP {answer.status})")
        if (answer.content_length or 0) > self._max_bytes:
            raise self._too_large(host)
        data = bytearray()
        async for chunk in answer.content.iter_any():
            data += chunk
            if len(data) > self._max_bytes:
                raise self._too_large(host)
        coding = answer.headers.get("Content-Encoding", "identity").lower()
        whole = await asyncio.to_thread(self._unpacked, bytes(data), coding, host)
        kind = answer.content_type
        known = _CONTENT_TYPE.fullmatch(kind) is not None
        return Fetched(data=whole, content_type=kind if known else "application/octet-stream")

    def _unpacked(self, data: bytes, coding: str, host: str) -> bytes:
        """Return what was packed: some servers do it unasked. A bomb is stopped at the cap."""
        if coding == "identity":
            return data
        if coding not in ("gzip", "x-gzip"):
            raise Unfetchable(f"the file at {host} is packed in a way that is not known")
        try:
            whole = gzip.GzipFile(fileobj=io.BytesIO(data)).read(self._max_bytes + 1)
        except (OSError, EOFError, zlib.error):
            raise Unfetchable(f"the file at {host} can't be unpacked") from None
        if len(whole) > self._max_bytes:
            raise self._too_large(host)
        return whole

    def _too_large(self, host: str) -> Unfetchable:
        return Unfetchable(f"the file at {host} is larger than {self._max_bytes:,} bytes")


class _Gate:
    """Opens sockets for allowed addresses only, and remembers that it had to refuse."""

    def __init__(self, is_forbidden: Callable[[Address], bool]) -> None:
        self._is_forbidden = is_forbidden
        self._refused = False

    def open(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Return a socket for the address that is about to be connected to."""
        family, kind, protocol, _, address = info
        self._check(str(address[0]))
        return socket.socket(family, kind, protocol)

    async def look_up(self, url: URL) -> None:
        """Check every address that a name leads to from here."""
        loop = asyncio.get_running_loop()
        for found in await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM):
            self._check(str(found[4][0]))

    def reason(self, url: URL) -> str | None:
        """Return why it refused; None if it did not."""
        return f"the file at {_host(url)} is not at a public address" if self._refused else None

    def _check(self, host: str) -> None:
        # A spelling that only the system's own `connect` would understand is a ValueError here.
        if self._is_forbidden(ip_address(host)):
            self._refused = True
            raise PermissionError("not a public address")


def _session(gate: _Gate | None) -> aiohttp.ClientSession:
    """Return a session for one request, without memory and without the environment's passwords."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            socket_factory=None if gate is None else gate.open, force_close=True
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        auto_decompress=False,
    )


def _read(address: str, base: URL | None = None) -> URL:
    """Return an address as one that may be asked; a redirect's is relative to its base."""
    try:
        url = URL(address) if base is None else base.join(URL(address))
        host = url.host
    except ValueError:
        raise Unfetchable("the file's address can't be read") from None
    if url.scheme not in ("http", "https") or not host:
        raise Unfetchable("the file's address is none of http or https")
    if url.user is not None or url.password is not None:
        raise Unfetchable("the file's address holds a user or a password")
    return url


def _proxy(url: URL) -> URL | None:
    """Return the environment's proxy for an address, as the session of all senders finds it."""
    if url.host is None or proxy_bypass(url.host):
        return None
    proxy = getproxies().get(url.scheme)
    return URL(proxy) if proxy else None


def _host(url: URL) -> str:
    """Return what may be shown of an address."""
    return _NOT_IN_HOSTS.sub("?", url.host or "")[:_MAX_HOST_CHARS]
