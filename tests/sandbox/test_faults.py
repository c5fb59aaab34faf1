"""What can go wrong, seen on the wire by a client without manners."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from bridge.sandbox import (
    ANYWHERE,
    CloudflareBan,
    DiscordError,
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    Sandbox,
    ServerError,
    Shape,
    SlackError,
)
from bridge.sandbox.faults import Fault, Faults
from tests.sandbox.wire import AGENT, Reply, Wire

Send = Callable[[], Awaitable[Reply]]
SOON = aiohttp.ClientTimeout(total=0.05)


@pytest.fixture(name="send", params=["slack", "hook", "discord"])
def _send(request: pytest.FixtureRequest, wire: Wire) -> Send:
    """One of the three ways to post."""
    ways: dict[str, Send] = {
        "slack": lambda: wire.slack({"channel": "C1", "text": "x"}),
        "hook": lambda: wire.hook({"text": "x"}),
        "discord": lambda: wire.discord({"content": "x"}),
    }
    return ways[request.param]


def brew(wire: Wire, fault: Fault) -> None:
    """Let the next post on either platform meet *fault*."""
    wire.sandbox.slack.faults.add("C1", fault)
    wire.sandbox.discord.faults.add("1", fault)


ANSWERS: dict[str, tuple[Fault, int, str, str]] = {
    "limited": (RateLimited(retry_after=2.1), 429, "application/json", "limited"),
    "bad gateway": (ServerError(status=502), 502, "text/html", "upstream error"),
    "HTML": (Garbage(), 200, "text/html", "moment"),
    "broken JSON": (Garbage(shape=Shape.BROKEN_JSON), 200, "application/json", '{"ok": tr'),
    "other JSON": (Garbage(shape=Shape.OTHER_JSON), 200, "application/json", "["),
    "nothing": (Garbage(shape=Shape.EMPTY), 200, "application/json", ""),
    "ban": (CloudflareBan(), 429, "text/html", "1015"),
}


@pytest.mark.parametrize(("fault", "status", "kind", "text"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_a_fault_answers_in_place_of_the_platform(
    wire: Wire, send: Send, fault: Fault, status: int, kind: str, text: str
) -> None:
    """One request meets it, nothing is taken; the next is answered as ever."""
    brew(wire, fault)
    reply = await send()

    assert (reply.status, reply.headers["Content-Type"]) == (status, kind)
    assert text in reply.text
    assert not wire.sandbox.posts
    assert wire.sandbox.calls[0].status == status
    assert (await send()).status == 200


async def test_retry_after_is_a_header_of_whole_seconds_or_missing(wire: Wire, send: Send) -> None:
    """A 429 and a ban come with it or without."""
    found = []
    for fault in (
        RateLimited(retry_after=2.1),
        RateLimited(retry_after=None),
        CloudflareBan(retry_after=None),
    ):
        brew(wire, fault)
        found.append((await send()).headers.get("Retry-After"))

    assert found == ["3", None, None]


async def test_only_a_ban_lacks_the_header_that_discord_sets(wire: Wire) -> None:
    """`Via` tells a limit of Discord's from one of Cloudflare's; the limit names its seconds."""
    wire.sandbox.discord.faults.add("1", RateLimited(retry_after=2.5), CloudflareBan())
    limited, banned = await wire.discord({}), await wire.discord({})

    assert limited.json() == {
        "message": "You are being rate limited.",
        "retry_after": 2.5,
        "global": False,
    }
    assert "Via" in limited.headers
    assert "Via" not in banned.headers


async def test_a_reset_comes_before_the_post_is_taken(wire: Wire, send: Send) -> None:
    """The client sees ECONNRESET, the channel nothing."""
    brew(wire, Reset())
    with pytest.raises(aiohttp.ClientOSError):
        await send()

    assert not wire.sandbox.posts
    assert wire.sandbox.calls[0].status is None


async def test_a_lost_answer_leaves_the_post(wire: Wire, send: Send) -> None:
    """The post is there, the client can't know."""
    brew(wire, LostAnswer())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await send()

    assert len(wire.sandbox.posts) == 1
    assert wire.sandbox.calls[0].status is None


async def test_garbage_may_hide_a_post_that_was_taken(wire: Wire, send: Send) -> None:
    """An answer that can't be read says nothing about the post."""
    brew(wire, Garbage(accepted=True))
    await send()

    assert len(wire.sandbox.posts) == 1


@pytest.mark.parametrize("accepted", [False, True])
async def test_a_hang_lasts_until_the_client_has_enough(wire: Wire, accepted: bool) -> None:
    """There is no answer, and the post is there or not."""
    wire.sandbox.discord.faults.add("1", Hang(accepted=accepted))
    url = wire.sandbox.discord.webhook_url("1")
    with pytest.raises(TimeoutError):
        await wire.send("POST", url, json={"content": "x"}, headers=AGENT, timeout=SOON)

    assert len(wire.sandbox.posts) == accepted


async def test_a_hang_ends_with_the_sandbox() -> None:
    """Closing cuts what hangs, at once."""
    async with aiohttp.ClientSession() as http:
        async with Sandbox() as sandbox:
            sandbox.slack.faults.add("auth.test", Hang())
            hanging = asyncio.create_task(http.post(sandbox.slack_api_url + "auth.test"))
            await asyncio.sleep(0.02)
            before = asyncio.get_running_loop().time()
        took = asyncio.get_running_loop().time() - before
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await hanging

    assert took < 0.4


async def test_slack_refuses_with_any_word(wire: Wire) -> None:
    """The API says it with a 200, a webhook with a status."""
    wire.sandbox.slack.faults.add("C1", SlackError("fatal_error"), SlackError("no_team", 404))
    api = await wire.slack({"channel": "C1", "text": "x"})
    hook = await wire.hook({"text": "x"})

    assert (api.status, api.json()) == (200, {"ok": False, "error": "fatal_error"})
    assert (hook.status, hook.text) == (404, "no_team")


async def test_discord_refuses_with_any_code(wire: Wire) -> None:
    """Status, code and sentence are free."""
    wire.sandbox.discord.faults.add("get", DiscordError(403, 50013, "Missing Permissions"))
    reply = await wire.send("GET", wire.sandbox.discord.webhook_url("1"), headers=AGENT)

    assert (reply.status, reply.json()) == (403, {"message": "Missing Permissions", "code": 50013})


async def test_a_fault_waits_at_its_own_place(wire: Wire) -> None:
    """A channel's fault leaves other channels and other methods alone."""
    wire.sandbox.slack.faults.add("C1", ServerError())

    assert (await wire.slack({"channel": "G2", "text": "x"})).status == 200
    assert (await wire.slack({"channel": "C1"}, "conversations.info")).status == 200
    assert (await wire.slack({}, "auth.test")).status == 200
    assert (await wire.slack({"channel": "C1", "text": "x"})).status == 503


def test_a_queue_gives_each_request_its_own_fault() -> None:
    """None lets one through; the channel comes before everywhere."""
    faults: Faults[Fault] = Faults()
    faults.add("C1", Reset(), None, LostAnswer())
    faults.add(ANYWHERE, Hang())

    assert [faults.take("C1", "post") for _ in range(5)] == [
        Reset(),
        None,
        LostAnswer(),
        Hang(),
        None,
    ]


def test_a_storm_is_the_same_for_the_same_seed() -> None:
    """Chance is a parameter: about so many requests are met, by the kinds that were named."""
    storms = []
    for _ in range(2):
        faults: Faults[Fault] = Faults()
        faults.storm("C1", seed=7, rate=0.3, kinds=[Reset(), LostAnswer()])
        storms.append([faults.take("C1") for _ in range(1000)])

    assert storms[0] == storms[1]
    assert set(storms[0]) == {None, Reset(), LostAnswer()}
    assert 250 < sum(fault is not None for fault in storms[0]) < 350


def test_what_is_always_lasts_until_it_is_cleared() -> None:
    """One place can be cleared, or all."""
    faults: Faults[Fault] = Faults()
    for place in ("C1", "C2", ANYWHERE):
        faults.always(place, Reset())
    faults.clear("C1")
    faults.clear(ANYWHERE)

    assert [faults.take(place) for place in ("C1", "C2", "C2")] == [None, Reset(), Reset()]
    faults.clear()
    assert faults.take("C2") is None
