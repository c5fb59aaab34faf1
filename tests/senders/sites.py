"""A web site on loopback that answers with whatever bytes a test wants, and what it heard."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Write = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Site:
    """Pages by their paths; the connection is closed after each."""

    url: str = ""
    pages: dict[str, bytes | Write] = field(default_factory=dict)
    #: the heads of all requests
    heard: list[str] = field(default_factory=list)
    _answering: list[asyncio.Task[None]] = field(default_factory=list)

    async def serve(self, host: str) -> asyncio.Server:
        """Begin to listen."""

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._answering.append(asyncio.create_task(self.answer(reader, writer)))

        server = await asyncio.start_server(begin, host, 0)
        self.url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
        return server

    async def finish(self) -> None:
        """Wait until nothing is answered any more."""
        await asyncio.gather(*self._answering)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heard.append(head)
        page = self.pages[head.split()[1].partition("?")[0]]
        if isinstance(page, bytes):
            writer.write(page)
        else:
            await page(writer)
        writer.close()


def ok(body: bytes, **headers: str) -> bytes:
    """Return a whole answer; `_` in a header's name stands for "-"."""
    return answer(200, body, **{"Content_Length": str(len(body)), **headers})


def moved(location: str, **headers: str) -> bytes:
    """Return a redirect."""
    return answer(302, b"", Location=location, Content_Length="0", **headers)


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return an answer with just these headers."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status} X", *lines, "", ""]).encode() + body


@asynccontextmanager
async def site(host: str = "127.0.0.1") -> AsyncIterator[Site]:
    """Serve a site while the block runs."""
    opened = Site()
    async with await opened.serve(host):
        yield opened
        await opened.finish()
