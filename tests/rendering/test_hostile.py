"""Texts made to be slow or to swell: the posts stay in proportion, and the words stay whole."""

import html
import re
import timeit
import tracemalloc
from collections.abc import Iterator

import pytest

from bridge.destinations import Destination
from bridge.rendering import markdown, render
from bridge.rendering.tree import Node, Text, is_heavier
from tests.rendering import hostile
from tests.rendering.samples import DISCORD, SLACK, message, on_discord, on_slack

HOSTILE = {
    "backticks": "`" * 50_000,
    "brackets": "[" * 50_000,
    "pictures": "![" * 25_000,
    "emphases": "*a " * 8_000 + "a* " * 8_000,
    "quotes": ">" * 50_000,
    "lists": "- " * 25_000,
    "lines in quotes": ">" * 15 + "a\n" + "b\n" * 20_000,
    "lines in lists": "- " * 8 + "a\n" + "b\n" * 20_000,
    "cells": "|a|b|\n|-|-|\n" + "|x|y|\n" * 3_000,
    "empty cells": "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "x\n" * 3_000,
    "one line": "word " * 40_000,
    "one word": "w" * 200_000,
    "short lines": "a\n" * 100_000,
    "brackets after an address": "https://a.example" + ")" * 50_000,
    "marks on a letter": "a" + "\u0301" * 50_000,
    "one line of code": "```\n" + "a" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_posts_stay_in_proportion(name: str) -> None:
    """What is sent is at most a few times what came, in posts that are not tiny."""
    source = HOSTILE[name]
    told = message(source)
    for destination, room in ((SLACK, 11_500), (DISCORD, 1_800)):
        posts = render(told, destination)
        assert sum(post.size for post in posts) <= 5 * len(source) + 10_000
        if name != "cells":  # a table in Slack has a hundred rows at most
            assert len(posts) <= 5 * len(source) / room + 10


@pytest.mark.parametrize("name", hostile.NAMES)
def test_a_short_hostile_text_is_told_whole(name: str) -> None:
    """Every one of them, in little: no letter is lost."""
    source = hostile.text(name, 1_000)
    shown = "".join(post.content for post in on_discord(message(source)))

    assert 0 < len(source) <= 1_000
    assert set(re.findall("[a-zA-Z]", html.unescape(source))) <= set(shown)


@pytest.mark.slow
@pytest.mark.parametrize("place", [SLACK, DISCORD])
@pytest.mark.parametrize("name", hostile.NAMES)
def test_rendering_time_is_linear(name: str, place: Destination) -> None:
    """Twice the text takes about twice the time, or less where it is no longer read as Markdown."""

    def seconds(chars: int) -> float:
        told = message(hostile.text(name, chars))
        clear = markdown.parse.cache_clear
        return min(timeit.repeat(lambda: render(told, place), clear, number=1, repeat=2))

    # What takes less here takes less than a second at 50 KB, even if it grew with the square.
    quick = 0.1
    # A busy machine may be in the way of one measurement, hardly of five.
    assert any(seconds(16_000) < max(3 * seconds(8_000), quick) for _ in range(5))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["brackets", "emphases", "items", "links", "words", "tables"])
def test_memory_is_bounded(name: str) -> None:
    """A text of 60 KB takes some dozens of megabytes at most."""
    text = hostile.text(name, 60_000)
    markdown.parse.cache_clear()
    tracemalloc.start()
    render(message(text), SLACK)
    render(message(text), DISCORD)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000


def test_a_text_that_would_swell_is_left_as_it_came() -> None:
    """A line in fifteen quotes is fifteen bars longer; thousands of them are not formatted."""
    assert on_slack(message(HOSTILE["lines in quotes"]))[0].blocks[1]["text"].startswith("&gt;&gt;")
    assert "\\>>>>" in on_discord(message(HOSTILE["lines in quotes"]))[0].content


def test_weighing_stops_when_it_knows_enough() -> None:
    """A long text is not looked at to its end to know that it does not fit."""

    def endless() -> Iterator[Node]:
        while True:
            yield Text(text="word")

    assert is_heavier(endless(), 10_000)
