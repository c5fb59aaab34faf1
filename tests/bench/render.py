"""How long rendering takes: ms per KB on both platforms, hostile texts, and its share of a delivered post.

Run it: python -m tests.bench.render [--rounds 5]
"""

import argparse
import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from pydantic import SecretStr

from bridge.deliveries import Accepted, Form
from bridge.destinations import Destination
from bridge.outbound import Outbound
from bridge.rendering import render
from bridge.rendering.markdown import parse
from bridge.sandbox import NO_LIMITS, Sandbox, SlackToken
from bridge.senders import open_sender, open_session
from tests.rendering import hostile
from tests.rendering.samples import DISCORD, LONG, SLACK, message

_KILOBYTE_CHARS = 1_000
_HOSTILE_CHARS = 50_000
_PLACES: dict[str, Destination] = {"Slack": SLACK, "Discord": DISCORD}
_FORMS = (Form(), Form(rich_text=True), Form(plain=True))
_WAIT = timedelta(seconds=10)


def _seconds(work: Callable[[], object], rounds: int) -> float:
    """Return the shortest time that the work took: what is longer is the machine's doing."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _rendering(text: str, place: Destination, rounds: int, form: Form | None = None) -> float:
    in_parts = replace(form or Form(), in_parts=True)

    def work() -> None:
        parse.cache_clear()
        render(message(text), place, form=in_parts)

    return _seconds(work, rounds)


def _print_sizes(rounds: int) -> None:
    print("A usual message      ms   ms per KB")
    for kilobytes in (1, 10, 50):
        chars = kilobytes * _KILOBYTE_CHARS
        text = (LONG * (chars // len(LONG) + 1))[:chars]
        for name, place in _PLACES.items():
            took = _rendering(text, place, rounds) * 1e3
            print(f"{kilobytes:4} KB {name:10} {took:7.2f} {took / kilobytes:8.2f}")


def _print_hostile(rounds: int) -> None:
    """Print the slowest hostile texts, each in the form that takes longest."""
    slowest = sorted(
        (
            (_slowest_form(hostile.text(name, _HOSTILE_CHARS), place, rounds), where, name)
            for name in hostile.NAMES
            for where, place in _PLACES.items()
        ),
        reverse=True,
    )
    print(f"\n{len(slowest)} hostile texts of 50 KB, every form: the ten slowest     ms")
    for seconds, where, name in slowest[:10]:
        print(f"{where:8} {name:40} {seconds * 1e3:8.0f}")


def _slowest_form(text: str, place: Destination, rounds: int) -> float:
    return max(_rendering(text, place, rounds, form) for form in _FORMS)


async def _print_share(rounds: int) -> None:
    """Print how much of the way from message to accepted post is rendering, on loopback."""
    print("\nA post of half a KB, rendered and sent to a sandbox     ms   of it rendering")
    async with (
        Sandbox(limits=NO_LIMITS) as sandbox,
        open_session(Outbound(answer_timeout=_WAIT)) as session,
    ):
        url = SecretStr(sandbox.discord.webhook_url("ops"))
        discord = DISCORD.model_copy(update={"webhook_url": url})
        places: dict[str, Destination] = {"Slack": SLACK, "Discord": discord}
        for name, place in places.items():
            sender = open_sender(
                place,
                session,
                slack_token=SecretStr(SlackToken().value),
                slack_api_url=sandbox.slack_api_url,
            )
            times: list[tuple[float, float]] = []
            for _ in range(rounds * 10):
                start = time.perf_counter()
                parse.cache_clear()
                (post,) = render(message(LONG), place)
                rendered = time.perf_counter()
                outcome = await sender.send(post)
                assert isinstance(outcome, Accepted), outcome
                times.append((time.perf_counter() - start, rendered - start))
            whole, part = min(times)
            print(f"{name:44} {whole * 1e3:8.2f} {part / whole:10.0%}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    _print_sizes(rounds)
    _print_hostile(1)
    asyncio.run(_print_share(rounds))


if __name__ == "__main__":
    main()
