"""Promises that hold for every message: hypothesis looks for one that breaks them."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.rendering import markdown, splitting
from bridge.rendering.discord_markdown import DiscordMarkdown, DiscordPlain
from bridge.rendering.plain import Plain
from bridge.rendering.slack_markdown import SlackMarkdown, SlackPlain
from bridge.rendering.slack_posts import units
from bridge.rendering.writing import Writer
from tests.rendering.samples import (
    FORMS,
    body_of,
    markdown_of,
    message,
    on_discord,
    on_slack,
    words_of,
)

WORDS = st.sampled_from(["alpha", "beta", "gamma", "delta", "word", "日本", "émigré"])
MARKS = st.sampled_from(
    [*"*_~`<>[]()!#|-+=&\\ \n", "\n\n", "**", "```\n", "- ", "1. ", "> ", "    ", "<!here>", "](x)"]
)
SOUP = st.lists(WORDS | MARKS, max_size=40).map("".join)
SENTENCE = st.lists(WORDS, min_size=1, max_size=400).map(" ".join)
BLOCK = st.one_of(
    SENTENCE,
    SENTENCE.map("- {}\n- beta".format),
    SENTENCE.map("7. {}\n   - beta\n     > gamma".format),
    SENTENCE.map("> {}\n>\n> alpha".format),
    SENTENCE.map("**{}** *beta* `gamma`".format),
    SENTENCE.map(lambda text: "```py\n" + text.replace("a ", "a\n") + "\n```"),
    st.just("# alpha beta"),
    st.just("---"),
)
DOCUMENT = st.lists(BLOCK, min_size=1, max_size=8).map("\n\n".join)
HAS_SPEED = settings(max_examples=50, deadline=None)
PING = st.sampled_from(["<!here>", "<@U1>", "@everyone", "<@&1>", "&#64;here", "<!-- x -->"])
LINE = st.lists(WORDS | PING, min_size=1, max_size=30).map(" ".join)
STYLED = st.builds("{0}{1}{0} {2}".format, st.sampled_from(["*", "**", "~~", "_", "`"]), LINE, LINE)
TABLE = st.builds(
    lambda cells: "|#|%|\n|-|-:|\n" + "\n".join(f"|{cell}|x|" for cell in cells),
    st.lists(LINE, max_size=8),
)
SMALL_BLOCK = st.one_of(
    LINE,
    STYLED,
    TABLE,
    st.builds("{} {}".format, st.sampled_from(["#", "##", "####"]), LINE),
    st.builds("[{}](https://a.example/x_y) {}".format, WORDS, LINE),
    st.builds("{}{}\n{}".format, st.sampled_from(["- ", "1. ", "> ", "- [x] ", "3) "]), LINE, LINE),
    st.builds("- {}\n  - {}\n    ```\n    {}\n    ```\n- alpha".format, LINE, STYLED, LINE),
    st.lists(LINE, max_size=6).map(lambda lines: "\n".join(["```py", *lines, "```"])),
    SOUP,
)
SMALL_DOCUMENT = st.lists(SMALL_BLOCK, min_size=1, max_size=5).map("\n\n".join)
FENCE = re.compile(r"^(?:[->\s☐☑…]|\*\s|\[.\]|\d+[.)])*```", re.MULTILINE)
LIMIT = st.integers(min_value=60, max_value=400)
# What each platform acts on: nothing of it may be left in what is sent.
ON_SLACK = re.compile("<[!@#]")
ON_DISCORD = re.compile(r"<(?:@|#|:\w|t:)|@(?:everyone|here)", re.IGNORECASE)
RUNGS = {
    SlackMarkdown: ON_SLACK,
    SlackPlain: ON_SLACK,
    DiscordMarkdown: ON_DISCORD,
    DiscordPlain: ON_DISCORD,
}
LETTERS = re.compile(r"[^\W\d_]+")


def letters(text: str) -> str:
    """Return the letters of the text alone: a word may have been cut where it is very long."""
    return "".join(LETTERS.findall(text.replace("```py", "```")))


@HAS_SPEED
@given(SOUP)
def test_no_word_is_ever_lost(source: str) -> None:
    """Whatever marks stand around the words, all of them are shown."""
    shown = Plain().blocks(markdown.parse(source))
    assert set(re.findall("alpha|beta|gamma|delta|日本", source)) <= set(
        re.findall("alpha|beta|gamma|delta|日本", shown + " ".join(languages(source)))
    )


def languages(source: str) -> list[str]:
    """Return what stands as the language of code: it colours the code and is not shown."""
    return [line.rpartition("`")[2] for line in source.split("\n") if "```" in line]


@HAS_SPEED
@given(SOUP)
def test_what_is_written_for_slack_reads_as_the_same_words(source: str) -> None:
    """No character of a text becomes a mark by being written."""
    tree = markdown.parse(source)
    again = markdown.parse(SlackMarkdown().blocks(tree))
    assert words_of(Plain().blocks(again)) == words_of(Plain().blocks(tree))


@pytest.mark.parametrize("plain", [False, True])
@settings(max_examples=25, deadline=None)
@given(source=DOCUMENT)
def test_the_parts_have_all_words_in_order(plain: bool, source: str) -> None:
    """On both platforms and in every form, in as many parts, none too long, all fences closed."""
    told = message(source)
    forms = [form for form in FORMS if form.plain is plain]
    for form in forms:
        posts = on_discord(told, form=form)
        assert all(len(post.content) <= 2_000 for post in posts)
        assert all(post.content.count("```") % 2 == 0 for post in posts)
        assert letters("".join(map(body_of, posts))) == letters(source)
    assert len({len(on_discord(told, form=form)) for form in FORMS}) == 1
    assert len({len(on_slack(told, form=form)) for form in FORMS}) == 1
    for post in on_slack(told):
        assert post.size <= 11_500
        assert markdown_of(post).count("```") % 2 == 0
    assert letters("".join(map(markdown_of, on_slack(told)))) == letters(source)


@HAS_SPEED
@given(st.text(max_size=300))
def test_any_text_at_all_gives_posts(source: str) -> None:
    """Nothing makes it fail, and no post is empty."""
    for form in FORMS:
        assert all(post.text.strip() for post in on_slack(message(source), form=form))
        assert all(body_of(post).strip() for post in on_discord(message(source), form=form))


def check_parts(source: str, limit: int, writer: type[Writer]) -> None:
    """Check the parts that a rung makes of a document when a post takes so many UTF-16 units."""
    tree = markdown.parse(source)
    parts = splitting.split(tree, lambda blocks: units(writer().blocks(blocks)) / limit)
    written = [writer().blocks(part) for part in parts]
    assert all(units(text) <= limit for text in written)
    assert all(len(FENCE.findall(text)) % 2 == 0 for text in written)
    assert not any(map(RUNGS[writer].search, written))
    told = [Plain().blocks(part) for part in parts]
    assert is_told_again("".join(words_of(Plain().blocks(tree))), "".join(words_of("".join(told))))


def is_told_again(words: str, parts: str) -> bool:
    """Tell whether the letters stand in the parts in their order; headers of tables come again."""
    letters = iter(parts)
    return all(letter in letters for letter in words)


@pytest.mark.parametrize("writer", RUNGS)
@settings(max_examples=100, deadline=None)
@given(source=SMALL_DOCUMENT, limit=LIMIT)
@example(source="1.     alpha", limit=60)
@example(source="alpha\n\nalpha```\n", limit=60)
@example(source="- alpha\n\n* ```\n", limit=60)
@example(source="|#|%|\n|-|-:|\n|alpha alpha alpha alpha alpha|x|", limit=60)
def test_every_part_keeps_every_limit(source: str, limit: int, writer: type[Writer]) -> None:
    """No part is too long, fences are closed, nothing is live, and the words are all there."""
    check_parts(source, limit, writer)


@pytest.mark.slow
@pytest.mark.parametrize("writer", RUNGS)
@settings(max_examples=1_300, deadline=None)
@given(source=SMALL_DOCUMENT, limit=LIMIT)
def test_every_part_keeps_every_limit_at_length(
    source: str, limit: int, writer: type[Writer]
) -> None:
    """The same for five thousand documents."""
    check_parts(source, limit, writer)
