"""What stands between a bridge and a platform: TLS with certificates of a company's own, and a proxy."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

_CERTIFICATES = Path(__file__).with_name("certificates")
#: an authority that no system trusts by itself
COMPANY_CA = _CERTIFICATES / "company_ca.pem"
#: signed by it, for localhost, 127.0.0.1 and the name below
COMPANY_SERVER = _CERTIFICATES / "company_server.pem"
#: signed by it, for a name that nobody asks for
ANOTHER_NAME = _CERTIFICATES / "another_name.pem"
#: a name that no name server knows: only a proxy can lead there
PLATFORM = "platform.test"


@asynccontextmanager
async def behind_tls(port: int, certificate: Path = COMPANY_SERVER) -> AsyncIterator[int]:
    """Listen with TLS before a plain server on loopback; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    joints = _Joints()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await joints.join(reader, writer, port)

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await joints.end()


@dataclass(slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy on loopback that leads every tunnel to one port, wherever it is asked to go."""

    to: int
    #: "user:password" that it asks for
    login: str | None = None
    port: int = 0
    #: where it was asked to go, as "host:port"
    asked: list[str] = field(default_factory=list)
    _joints: "_Joints" = field(default_factory=lambda: _Joints())

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Open a tunnel, or refuse it: RFC 9110, 9.3.6."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if not self._is_allowed(head):
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        self.asked.append(head.split()[1])
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._joints.join(reader, writer, self.to)

    def _is_allowed(self, head: str) -> bool:
        login = base64.b64encode((self.login or "").encode()).decode()
        return self.login is None or f"Proxy-Authorization: Basic {login}\r\n" in head

    async def end(self) -> None:
        """Close all tunnels."""
        await self._joints.end()


@asynccontextmanager
async def proxy(to: int, *, login: str | None = None) -> AsyncIterator[Proxy]:
    """Run a proxy while the block runs."""
    opened = Proxy(to=to, login=login)
    server = await asyncio.start_server(opened.answer, "127.0.0.1", 0)
    opened.port = server.sockets[0].getsockname()[1]
    yield opened
    server.close()
    await opened.end()


class _Joints:
    """Connections that are joined to others, in both directions."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    async def join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int
    ) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        self._writers += [writer, back]
        for source, sink in ((reader, back), (there, writer)):
            self._tasks.add(asyncio.create_task(_copy(source, sink)))

    async def end(self) -> None:
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
    sink.close()
