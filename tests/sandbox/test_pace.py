"""The rate limits of both platforms, on a clock that the test winds on."""

import pytest

from bridge.sandbox import Limits
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import Wire


@pytest.fixture(name="limits")
def _limits() -> Limits:
    """The platforms' own limits, in place of none."""
    return Limits()


async def test_slack_takes_a_burst_and_then_one_a_second(wire: Wire, clock: Clock) -> None:
    """The answer is 429 with whole seconds; another channel has its own allowance."""
    message = {"channel": "C1", "text": "x"}
    burst = [(await wire.slack(message)).status for _ in range(5)]
    limited = await wire.slack(message)
    hooked = await wire.hook({"text": "x"})

    assert burst == [200] * 4 + [429]
    assert limited.headers["Retry-After"] == "1"
    assert limited.json() == {"ok": False, "error": "ratelimited"}
    assert hooked.status == 429
    assert (await wire.slack({**message, "channel": "G2"})).status == 200
    clock.now += 1
    assert [(await wire.slack(message)).status for _ in range(2)] == [200, 429]
    clock.now += 3600
    assert [(await wire.slack(message)).status for _ in range(5)] == [200] * 4 + [429]


#: the tier of a method -> how many calls a minute
TIERS = {
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
}


@pytest.mark.parametrize(("method", "calls"), TIERS.items())
async def test_slack_counts_other_calls_by_the_tier_of_their_method(
    wire: Wire, clock: Clock, method: str, calls: int
) -> None:
    """Whether they are good or not; each method has its own allowance."""
    statuses = [(await wire.slack({}, method)).status for _ in range(calls + 1)]
    limited = await wire.slack({}, method)

    assert statuses == [200] * calls + [429]
    assert limited.json() == {"ok": False, "error": "ratelimited"}
    assert limited.headers["Retry-After"] in ("1", "2")
    others = [other for other in TIERS if other != method]
    assert [(await wire.slack({}, other)).status for other in others] == [200] * 5
    clock.now += 2
    assert (await wire.slack({}, method)).status == 200


async def test_discord_counts_five_posts_in_two_seconds(wire: Wire, clock: Clock) -> None:
    """The headers tell what is left, also on a refusal."""
    good = [await wire.discord({"content": "x"}) for _ in range(5)]
    clock.now += 0.5
    limited = await wire.discord({"content": "x"})

    assert [reply.headers["X-RateLimit-Remaining"] for reply in good] == ["4", "3", "2", "1", "0"]
    assert {reply.headers["X-RateLimit-Limit"] for reply in good} == {"5"}
    assert good[0].headers["X-RateLimit-Bucket"] == limited.headers["X-RateLimit-Bucket"]
    assert limited.status == 429
    assert limited.headers["X-RateLimit-Reset-After"] == "1.500"
    assert limited.headers["Retry-After"] == "2"
    assert limited.json()["retry_after"] == 1.5
    assert (await wire.discord({"content": "x", "thread_name": "x"}, "2")).status == 200
    clock.now += 1.5
    assert (await wire.discord({"content": "x"})).status == 200


async def test_discord_has_a_limit_that_no_header_shows(wire: Wire, clock: Clock) -> None:
    """The 31st post within a minute is refused while the headers still look fine."""
    for _ in range(30):
        assert (await wire.discord({"content": "x"})).status == 200
        clock.now += 0.5
    limited = await wire.discord({"content": "x"})

    assert limited.status == 429
    assert limited.headers["Retry-After"] == "45"
    assert int(limited.headers["X-RateLimit-Remaining"]) > 0
