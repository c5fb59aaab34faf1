"""What fails for now is tried again, at a pace; what fails for good is dead, with its reason."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bridge.errors import StoreUnavailable
from bridge.retries import RetryPolicy
from bridge.sandbox import LostAnswer, RateLimited, Reset, ServerError, SlackError
from bridge.sandbox.faults import Fault
from tests.worker.conftest import START, House


async def test_waits_grow_until_the_post_passes(house: House) -> None:
    """Doubled each time, up to the longest wait."""
    house.policy = RetryPolicy(first=timedelta(seconds=1), longest=timedelta(seconds=10))
    house.sandbox.slack.faults.add("C1", *[ServerError()] * 6)
    await house.accept("m1", "support")
    await house.work_off("support")

    assert house.clock.slept == [1, 2, 4, 8, 10, 10]
    assert house.history() == [("m1", "delivered", "")]
    assert len(house.sandbox.posts) == 1
    line = 'event=postponed destination=support message=m1 reason="Slack failed (HTTP 503)"'
    assert f"{line} seconds=1.0\n" in house.lines.getvalue()


async def test_a_wait_that_the_platform_asks_for_is_kept(house: House) -> None:
    """Never less; a little more, so that not all come back at one moment."""
    house.sandbox.slack.faults.add("C1", RateLimited(retry_after=30))
    await house.accept("m1", "support")
    await house.work_off("support")

    assert house.clock.slept == [pytest.approx(30, abs=1)]
    assert house.clock.slept[0] >= 30


async def test_order_is_kept_while_the_first_message_waits(house: House) -> None:
    """The second one does not overtake it."""
    house.sandbox.slack.faults.add("C1", Reset(), RateLimited(retry_after=5))
    await house.accept("m1", "support")
    await house.accept("m2", "support")
    await house.work_off("support")

    assert house.parts() == [("m1", 1), ("m2", 1)]


async def test_a_wait_outlasts_a_restart(house: House) -> None:
    """What is on disk says when the next attempt is due."""
    house.clock.stopped = True
    house.sandbox.slack.faults.add("C1", RateLimited(retry_after=600))
    await house.accept("m1", "support")
    async with house.working("support"):
        await house.until_logged("postponed")
    await house.reopen()
    house.clock.stopped = False
    await house.work_off("support")

    assert house.clock.slept[-1] == pytest.approx(600, abs=1)
    assert len(house.sandbox.calls) == 2


@pytest.mark.parametrize("fault", [ServerError(), RateLimited(retry_after=90), Reset()], ids=str)
async def test_what_fails_to_the_end_is_dead(house: House, fault: Fault) -> None:
    """At the maximum age, or after the last wait that was asked for; with the last reason."""
    house.policy = RetryPolicy(max_age=timedelta(minutes=10))
    house.sandbox.slack.faults.always("C1", fault)
    await house.accept("m1", "support")
    await house.work_off("support")

    [(_, state, reason)] = house.history()
    assert state == "dead"
    assert "given up at the age of 0:1" in reason
    assert 600 <= sum(house.clock.slept) < 700


async def test_a_destination_that_the_config_no_longer_names_is_waited_for(house: House) -> None:
    """Its deliveries are dead in the end, and say why."""
    house.policy = RetryPolicy(max_age=timedelta(hours=1))
    await house.accept("m1", "former")
    await house.work_off("former")

    [(_, state, reason)] = house.history()
    assert state == "dead"
    assert reason.startswith('the config has no destination "former"; given up')
    assert house.clock.now() == START + timedelta(hours=1)


async def test_a_destination_that_comes_back_gets_what_waited(house: House) -> None:
    """When the config names it again before the end."""
    house.clock.stopped = True
    await house.accept("m1", "former")
    async with house.working("former"):
        await house.until_logged("postponed")
    house.clock.stopped = False
    house.destinations["former"] = house.destinations["support"]
    await house.work_off("former")

    assert house.history() == [("m1", "delivered", "")]


@pytest.mark.parametrize(
    ("on_unknown", "state", "posts"), [("retry", "delivered", 2), ("hold", "dead", 1)]
)
async def test_a_lost_answer_is_for_the_user_to_decide(
    house: House, on_unknown: Any, state: str, posts: int
) -> None:
    """Sent again, perhaps twice; or held for a person, perhaps never there."""
    house.policy = RetryPolicy(on_unknown=on_unknown)
    house.sandbox.slack.faults.add("C1", LostAnswer())
    await house.accept("m1", "support")
    await house.work_off("support")

    [(_, found, reason)] = house.history()
    assert found == state
    assert len(house.sandbox.posts) == posts
    assert ("held for a person" in reason) is (on_unknown == "hold")


async def test_hold_does_not_hold_what_was_certainly_not_taken(house: House) -> None:
    """A 429 and a word like "service_unavailable" are no doubt."""
    house.policy = RetryPolicy(on_unknown="hold")
    house.sandbox.slack.faults.add("C1", RateLimited(), SlackError("service_unavailable"))
    await house.accept("m1", "support")
    await house.work_off("support")

    assert house.history() == [("m1", "delivered", "")]


class Flaky:
    """A store that fails so many times at each of some calls."""

    def __init__(self, store: Any, **failures: int) -> None:
        self._store = store
        self.left = Counter(failures)

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any, **named: Any) -> Any:
            if self.left[name] > 0:
                self.left[name] -= 1
                raise StoreUnavailable("no room")
            return await getattr(self._store, name)(*arguments, **named)

        return call


async def test_what_was_posted_is_recorded_however_long_the_store_fails(house: House) -> None:
    """Forgetting it would post it a second time: no part and no failed attempt is lost."""
    house.sandbox.discord.faults.add("111", RateLimited(retry_after=1))
    house.store = flaky = Flaky(house.store, confirm=3, settle=3, postpone=3)
    await house.accept("m1", "ops", content="A sentence of a long answer. " * 100)
    await house.work_off("ops")

    assert len(house.sandbox.posts) == 2
    assert house.history() == [("m1", "delivered", "")]
    assert flaky.left.total() == 0
    said = house.lines.getvalue()
    for times in (1, 2):  # the third of each is no news
        line = f'event=not_recorded destination=ops reason="no room" times={times}\n'
        assert said.count(line) == 3
    assert said.count("event=recorded destination=ops times=3\n") == 3


async def test_a_store_that_gives_nothing_is_asked_again(house: House) -> None:
    """The lane does not end."""
    house.store = Flaky(house.store, claim=3)
    await house.accept("m1", "support")
    await house.work_off("support")

    assert house.clock.slept == [1, 1, 1]
    assert house.history() == [("m1", "delivered", "")]
    assert 'event=store_failed destination=support reason="no room"' in house.lines.getvalue()
