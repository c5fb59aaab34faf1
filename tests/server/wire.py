"""A connection to the server on which a test writes what it wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.server.conftest import PATH, SECRET, Caller

#: the header line that lets a webhook in
VERIFIED = f"Nexus-Signature: {SECRET}"


class Wire:
    """One connection, on which a test writes what it wants."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def head(self, *lines: str) -> None:
        """Write the head of a request with some header lines."""
        self.write(
            "\r\n".join((f"POST {PATH} HTTP/1.1", "Host: x", *lines, "", "")).encode("latin-1")
        )

    def write(self, data: bytes) -> None:
        """Write bytes."""
        self._writer.write(data)

    async def invitation(self) -> bytes:
        """Return the line by which the server asks for the body."""
        async with asyncio.timeout(5):
            return (await self._reader.readuntil(b"\r\n\r\n")).splitlines()[0]

    async def answer(self) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        async with asyncio.timeout(5):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split()[0])
            return int(head.split()[1]), await self._reader.readexactly(length)


@asynccontextmanager
async def connected(caller: Caller) -> AsyncIterator[Wire]:
    """Connect to the server of a caller."""
    reader, writer = await asyncio.open_connection("127.0.0.1", caller.port)
    yield Wire(reader, writer)
    writer.close()
