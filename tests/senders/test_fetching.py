"""Fetching a file that a message names: what is given, and everything that is refused."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from bridge.errors import Unfetchable
from bridge.senders.addresses import Address
from bridge.senders.fetching import MAX_FILE_BYTES, Fetched, Fetcher
from tests.senders.sites import Site, answer, moved, ok, site

#: the host that tests may reach; all of 127/8 is loopback
ALLOWED = ip_address("127.0.0.1")


def _all_but_one(address: Address) -> bool:
    return address != ALLOWED


@pytest.fixture(name="near")
async def _near() -> AsyncIterator[Site]:
    """A site that may be fetched from."""
    async with site() as near:
        yield near


@pytest.fixture(name="far")
async def _far() -> AsyncIterator[Site]:
    """A site that may not."""
    async with site("127.0.0.2") as far:
        yield far


@pytest.fixture(name="fetcher")
def _fetcher() -> Fetcher:
    """A fetcher for small files."""
    return Fetcher(is_forbidden=_all_but_one, max_bytes=1_000)


async def outcome(fetcher: Fetcher, url: str) -> Fetched | BaseException:
    """Fetch in a task of its own: up to 3.11, Python stops tracing where an exception is thrown."""
    [found] = await asyncio.gather(fetcher.fetch(url), return_exceptions=True)
    return found


async def refused(fetcher: Fetcher, url: str) -> str:
    """Return why a file is not given."""
    error = await outcome(fetcher, url)
    assert isinstance(error, Unfetchable)
    return str(error)


async def test_a_file_comes_as_it_is_served(fetcher: Fetcher, near: Site) -> None:
    """Bytes and kind; the query goes along."""
    near.pages["/a.csv"] = ok(b"a,b\n", Content_Type="text/csv; charset=utf-8")

    assert await fetcher.fetch(f"{near.url}/a.csv?signature=1") == Fetched(
        data=b"a,b\n", content_type="text/csv"
    )
    assert near.heard[0].startswith("GET /a.csv?signature=1 HTTP/1.1\r\n")


@pytest.mark.parametrize("header", [{}, {"Content_Type": "nonsense"}, {"Content_Type": 'a"b/c'}])
async def test_a_kind_that_makes_no_sense_is_bytes(
    fetcher: Fetcher, near: Site, header: dict[str, str]
) -> None:
    """The platform gets no header that a stranger made up."""
    near.pages["/a"] = ok(b"x", **header)

    assert (await fetcher.fetch(f"{near.url}/a")).content_type == "application/octet-stream"


SPELLINGS = (
    "127.0.0.1",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "0.0.0.0",  # noqa: S104 - nobody binds to it
    "0",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "2130706433",
    "127.0.0.1.",
    "①②⑦.⓪.⓪.①",
    "[::]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
)


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_an_address_gets_through(near: Site, host: str) -> None:
    """It counts what is connected to; nothing is heard there."""
    port = near.url.rpartition(":")[2]
    await refused(Fetcher(), f"http://{host}:{port}/")

    assert near.heard == []


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]"])
async def test_a_private_network_is_not_knocked_at(host: str) -> None:
    """The reason says so at once: nobody waits for a connection."""
    reason = await refused(Fetcher(timeout=timedelta(seconds=2)), f"http://{host}/")

    assert reason == f"the file at {host.strip('[]')} is not at a public address"


async def test_each_connection_is_checked_at_its_own_address(near: Site) -> None:
    """A name that led to a good address before a redirect can't lead to another one after it."""
    seen: list[Address] = []

    def changes_its_mind(address: Address) -> bool:
        seen.append(address)
        return len(seen) > 1

    near.pages["/"] = moved("/again")
    reason = await refused(Fetcher(is_forbidden=changes_its_mind), f"{near.url}/")

    assert reason == "the file at 127.0.0.1 is not at a public address"
    assert seen == [ALLOWED, ALLOWED]
    assert len(near.heard) == 1


async def test_a_redirect_is_followed_three_times(fetcher: Fetcher, near: Site) -> None:
    """Relative or whole; not a fourth time."""
    near.pages = {
        "/4": moved(f"{near.url}/3"),
        "/3": moved("2"),
        "/2": moved("/1?x=1"),
        "/1": moved("./0"),
        "/0": ok(b"x"),
    }

    assert (await fetcher.fetch(f"{near.url}/3")).data == b"x"
    reason = await refused(fetcher, f"{near.url}/4")
    assert reason == "the file at 127.0.0.1 is more than 3 redirects away"


async def test_a_redirect_can_t_leave_the_public_net(
    fetcher: Fetcher, near: Site, far: Site
) -> None:
    """Every hop is checked like the first one."""
    near.pages["/"] = moved(f"{far.url}/secret")
    reason = await refused(fetcher, f"{near.url}/")

    assert reason == "the file at 127.0.0.2 is not at a public address"
    assert far.heard == []


BAD_ADDRESSES = {
    "file": ("file:///etc/passwd", "the file's address is none of http or https"),
    "ftp": ("ftp://127.0.0.1/a", "the file's address is none of http or https"),
    "data": ("data:text/plain,x", "the file's address is none of http or https"),
    "no scheme": ("//127.0.0.1/a", "the file's address is none of http or https"),
    "no host": ("http:///", "the file's address is none of http or https"),
    "user": ("http://me@127.0.0.1/", "the file's address holds a user or a password"),
    "password": ("http://:x@127.0.0.1/", "the file's address holds a user or a password"),
    "bracket": ("http://[::1", "the file's address can't be read"),
    "port": ("http://127.0.0.1:99999/", "the file's address can't be read"),
}


@pytest.mark.parametrize(("url", "reason"), BAD_ADDRESSES.values(), ids=BAD_ADDRESSES)
async def test_an_address_that_is_none_is_refused(
    fetcher: Fetcher, near: Site, url: str, reason: str
) -> None:
    """At first, or as the target of a redirect."""
    assert await refused(fetcher, url) == reason
    if not url.startswith(("//", "http:///")):  # both are good ones, relative to another
        near.pages["/"] = moved(url)
        assert await refused(fetcher, f"{near.url}/") == reason


@pytest.mark.parametrize("status", [204, 206, 304, 401, 403, 404, 410, 500])
async def test_any_other_answer_is_no_file(fetcher: Fetcher, near: Site, status: int) -> None:
    """The reason tells its status."""
    near.pages["/"] = answer(status, Content_Length="0")

    assert await refused(fetcher, f"{near.url}/") == (
        f"127.0.0.1 did not give the file (HTTP {status})"
    )


TOO_LARGE = "the file at 127.0.0.1 is larger than 1,000 bytes"


async def test_a_file_may_be_as_large_as_the_cap(fetcher: Fetcher, near: Site) -> None:
    """One byte more is too much, and is said to be before it is sent."""
    near.pages["/1000"] = ok(b"x" * 1_000)
    near.pages["/1001"] = answer(200, Content_Length="1001")

    assert len((await fetcher.fetch(f"{near.url}/1000")).data) == 1_000
    assert await refused(fetcher, f"{near.url}/1001") == TOO_LARGE


def test_the_cap_is_below_what_the_platforms_take() -> None:
    """Discord takes 10 MiB."""
    assert MAX_FILE_BYTES < 10 * 1024 * 1024


@pytest.mark.parametrize("header", [{}, {"Transfer_Encoding": "chunked"}])
async def test_a_stream_without_end_is_cut_at_the_cap(
    fetcher: Fetcher, near: Site, header: dict[str, str]
) -> None:
    """Whatever its headers say, or don't."""
    chunk = b"64\r\n" + b"x" * 100 + b"\r\n" if header else b"x" * 100

    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, b"", **header))
        while not writer.is_closing():
            writer.write(chunk)
            await asyncio.sleep(0)

    near.pages["/"] = endless

    assert await refused(fetcher, f"{near.url}/") == TOO_LARGE


async def test_half_a_file_is_none(fetcher: Fetcher, near: Site) -> None:
    """A length that lies, a chunk that never ends."""
    near.pages["/short"] = answer(200, b"x" * 10, Content_Length="20")
    near.pages["/chunk"] = answer(200, b"64\r\nx", Transfer_Encoding="chunked")

    for path in near.pages:
        reason = await refused(fetcher, near.url + path)
        assert reason == "the connection to 127.0.0.1 broke before the answer"


async def test_a_packed_file_is_unpacked(fetcher: Fetcher, near: Site) -> None:
    """Some servers pack unasked, even in several pieces; no piece is lost."""
    packed = gzip.compress(b"a") + gzip.compress(b"b")
    near.pages["/"] = ok(packed, Content_Encoding="gzip", Content_Type="text/plain")

    assert await fetcher.fetch(f"{near.url}/") == Fetched(data=b"ab", content_type="text/plain")
    assert "Accept-Encoding: identity\r\n" in near.heard[0]


PACKED = {
    "bomb": (gzip.compress(b"0" * 100_000), "gzip", TOO_LARGE),
    "half": (gzip.compress(b"x" * 50)[:-9], "gzip", "the file at 127.0.0.1 can't be unpacked"),
    "not packed": (b"plain", "x-gzip", "the file at 127.0.0.1 can't be unpacked"),
    "broken": (
        gzip.compress(b"abc")[:12] + b"\xff" * 20,
        "gzip",
        "the file at 127.0.0.1 can't be unpacked",
    ),
    "unknown": (b"x", "br", "the file at 127.0.0.1 is packed in a way that is not known"),
    "twice": (b"x", "gzip, gzip", "the file at 127.0.0.1 is packed in a way that is not known"),
}


@pytest.mark.parametrize(("body", "coding", "reason"), PACKED.values(), ids=PACKED)
async def test_what_can_t_be_unpacked_is_refused(
    fetcher: Fetcher, near: Site, body: bytes, coding: str, reason: str
) -> None:
    """A bomb goes off at the cap."""
    near.pages["/"] = ok(body, Content_Encoding=coding)

    assert await refused(fetcher, f"{near.url}/") == reason


async def test_patience_is_for_all_of_it(near: Site) -> None:
    """A byte now and then does not buy more time."""
    fetcher = Fetcher(is_forbidden=_all_but_one, timeout=timedelta(seconds=0.3))

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200))
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.05)

    near.pages["/"] = drip

    assert await refused(fetcher, f"{near.url}/") == "the file did not come within 0.3 s"


async def test_a_host_that_is_not_there_has_no_file(fetcher: Fetcher) -> None:
    """The reason is the network's own."""
    name = await refused(fetcher, "http://nowhere.invalid/a?secret")
    port = await refused(fetcher, "http://127.0.0.1:1/a?secret")

    assert name.startswith("can't connect to nowhere.invalid: ")
    assert port == "can't connect to 127.0.0.1: Connect call failed ('127.0.0.1', 1)"


async def test_a_certificate_has_to_be_trusted(fetcher: Fetcher) -> None:
    """A file could be anybody's otherwise."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("untrusted.pem"))
    heard: list[asyncio.StreamReader] = []
    server = await asyncio.start_server(
        lambda reader, _: heard.append(reader), "127.0.0.1", 0, ssl=context
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        reason = await refused(fetcher, f"https://127.0.0.1:{port}/")

    assert reason == "can't connect to 127.0.0.1: its certificate is not trusted"
    assert heard == []


@pytest.mark.parametrize("host", ["a b", "\0", "x" * 300, ".", "a..b", "xn--", "\u202ex"])
async def test_a_host_that_is_none_is_refused_in_a_short_line(fetcher: Fetcher, host: str) -> None:
    """Nothing of it can break out of a log line."""
    reason = await refused(fetcher, f"http://{host}/")

    assert reason.isprintable()
    assert len(reason) < 250


async def test_no_reason_shows_what_an_address_may_hide(near: Site, fetcher: Fetcher) -> None:
    """Path and query can open doors."""
    near.pages = {"/path": answer(404), "/moved": moved("ftp://x/path?query")}
    reasons = [
        await refused(fetcher, url)
        for url in (
            f"{near.url}/path?query",
            f"{near.url}/moved?query",
            "http://10.0.0.1/path?query",
            "http://nowhere.invalid/path?query",
            "http://[path?query",
        )
    ]

    assert not any("path" in reason or "query" in reason for reason in reasons)


async def test_nothing_goes_along_but_the_question(
    fetcher: Fetcher, near: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No cookie of an earlier hop, no password from ~/.netrc, no address we came from."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    near.pages = {"/": moved("/file", Set_Cookie="a=b"), "/file": ok(b"x")}
    await fetcher.fetch(f"{near.url}/")

    names = {line.partition(":")[0] for head in near.heard for line in head.splitlines()[1:]}
    assert names == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection", ""}


@pytest.fixture(name="proxy")
async def _proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A proxy that the environment names, at an address that no file may have."""
    async with site("127.0.0.3") as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "")
        yield proxy


async def test_the_proxy_of_the_environment_is_used(fetcher: Fetcher, proxy: Site) -> None:
    """Where it stands is the operator's choice."""
    proxy.pages["http://127.0.0.1:1/a"] = ok(b"through the proxy")

    assert (await fetcher.fetch("http://127.0.0.1:1/a")).data == b"through the proxy"


async def test_no_proxy_is_sent_to_a_forbidden_address(fetcher: Fetcher, proxy: Site) -> None:
    """The name is looked up here first; what can't be looked up can't be checked."""
    reasons = [
        await refused(fetcher, f"http://{host}/a")
        for host in ("127.0.0.2", "169.254.169.254", "0x7f.2")
    ]

    assert all(reason.endswith("is not at a public address") for reason in reasons)
    assert await refused(fetcher, "http://nowhere.invalid/a")
    assert proxy.heard == []


async def test_what_no_proxy_names_goes_straight(
    fetcher: Fetcher, near: Site, proxy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is checked as ever."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    near.pages["/"] = ok(b"straight")

    assert (await fetcher.fetch(f"{near.url}/")).data == b"straight"
    assert proxy.heard == []
