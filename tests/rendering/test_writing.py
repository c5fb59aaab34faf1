"""Markdown as each platform gets it: samples, and to the letter what is written for them."""

import pytest

from bridge.rendering import markdown
from bridge.rendering.discord_markdown import DiscordMarkdown, DiscordPlain
from bridge.rendering.plain import Plain
from bridge.rendering.slack_markdown import SlackMarkdown, SlackPlain
from tests.rendering.dialects import SAMPLES
from tests.rendering.samples import LONG, words_of


@pytest.mark.parametrize("source", SAMPLES)
def test_every_construct_is_put_in_the_words_of_the_platform(source: str) -> None:
    """The same tree gives Slack's Markdown, Discord's dialect and text for people."""
    tree = markdown.parse(source)
    rungs = (SlackMarkdown(), DiscordMarkdown(), Plain())
    assert tuple(rung.blocks(tree) for rung in rungs) == SAMPLES[source]


@pytest.mark.parametrize("source", [*SAMPLES, LONG])
def test_what_slack_gets_reads_as_what_the_agent_wrote(source: str) -> None:
    """Markdown written back and parsed again has the same words."""
    tree = markdown.parse(source)
    again = markdown.parse(SlackMarkdown().blocks(tree))
    # An address whose brackets had to be encoded is the same one.
    written = Plain().blocks(again).replace("%28", "(").replace("%29", ")")
    assert words_of(written) == words_of(Plain().blocks(tree))


def test_plain_text_for_slack_has_entities_for_three_characters() -> None:
    """In `text`, and in code in it, nothing is left that Slack acts on."""
    tree = markdown.parse("a & <b>\n\n```\nx -> <!here>\n```")
    assert SlackPlain().blocks(tree) == "a &amp; &lt;b&gt;\n\n```\nx -&gt; &lt;!here&gt;\n```"


def test_plain_text_for_discord_escapes_what_discord_would_format() -> None:
    """Marks, block starts, pings and addresses are shown as they are, in tables too."""
    source = "2 * 3 \\# x\n\\# y https://a.example/@here/a_b\n\n| a | b |\n|--|--|\n| \\> | @here |"
    written = DiscordPlain().blocks(markdown.parse(source))
    assert written == (
        "2 \\* 3 # x\n\\# y <https://a.example/%40here/a_b>\n\na | b\n\\> | @\u200bhere"
    )
    assert DiscordPlain().blocks(markdown.parse("`@here`")) == "@\u200bhere"


def test_bold_over_spaces_only_has_no_marks() -> None:
    """Marks around nothing would be read as text."""
    tree = markdown.parse("a **&nbsp;** b")
    assert SlackMarkdown().blocks(tree) == "a \u00a0 b"


def test_discord_plain_keeps_code_apart() -> None:
    """A code block stays one, and nothing in it can ping."""
    written = DiscordPlain().blocks(markdown.parse("```\n<@1> @everyone\n```"))
    assert written == "```\n<\u200b@1> @\u200beveryone\n```"
