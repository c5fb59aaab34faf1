"""A destination's `mentions` open exactly the pings that they name."""

import re
import time

import pytest

from bridge.rendering import markdown
from bridge.rendering.mentions import opened
from bridge.rendering.slack_markdown import SlackPlain
from bridge.rendering.tree import Block, Mention, Paragraph, Strong, Text

TOKENS = re.compile("<[!@]([A-Za-z0-9]+)>")
PLACES = {
    "text": "say {} now",
    "whole line": "{}",
    "strong": "**{}**",
    "styles in styles": "**a *b ~~{}~~***",
    "heading": "# {}",
    "quote": "> {}",
    "deep quote": "> > - {}",
    "item": "- {}",
    "inner item": "- a\n  1. {}",
    "header": "| {} |\n|---|\n| a |",
    "cell": "| a |\n|---|\n| {} |",
}
ELSEWHERE = {
    "code": "`{}`",
    "fence": "```\n{}\n```",
    "label": "[{}](https://a.example)",
    "alt": "![{}](https://a.example)",
    "address": "[a](https://a.example/{})",
    "partly bold": "<**!channel**> <!chan*nel*>",
    "rule": "---",
}


def mentions_in(blocks: tuple[Block, ...]) -> list[str]:
    """Return the tokens of all mentions in the blocks."""
    return re.findall(r"Mention\(token='([^']*)'\)", repr(blocks))


@pytest.mark.parametrize("place", PLACES)
def test_an_allowed_token_is_opened_wherever_text_stands(place: str) -> None:
    """The tokens around it, which are not allowed, stay text; no word is lost."""
    blocks = markdown.parse(PLACES[place].format("<!here> <!channel> <@U1>"))
    live = opened(blocks, ["channel"], TOKENS)

    assert mentions_in(live) == ["<!channel>"]
    assert "<!here> " in repr(live)
    assert " <@U1>" in repr(live)


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nothing_else_is_opened(place: str) -> None:
    """Code, links and names of pictures are no places for a ping; nor is half a token one."""
    blocks = markdown.parse(ELSEWHERE[place].format("<!channel>"))

    assert opened(blocks, ["channel"], TOKENS) == blocks


def test_nothing_is_opened_where_nothing_is_allowed() -> None:
    """The usual case costs nothing: the blocks are not even looked at."""
    blocks = markdown.parse("<!channel>")

    assert opened(blocks, (), TOKENS) is blocks


@pytest.mark.parametrize(
    ("token", "allowed", "is_open"),
    [
        ("<!channel>", "channel", True),
        ("<!CHANNEL>", "channel", True),
        ("<!Everyone>", "everyone", True),
        ("<!HERE>", "here", True),
        ("<!here>", "channel", False),
        ("<@U1>", "U1", True),
        ("<@u1>", "U1", False),
        ("<@U12>", "U1", False),
    ],
)
def test_groups_are_known_in_capitals_too_ids_are_not(
    token: str, allowed: str, is_open: bool
) -> None:
    """As the platforms read them."""
    (block,) = opened((Paragraph(inlines=(Text(text=token),)),), [allowed], TOKENS)

    assert block == Paragraph(inlines=(Mention(token=token) if is_open else Text(text=token),))


def test_words_around_mentions_are_kept() -> None:
    """What was one text becomes pieces that read the same."""
    text = "a <!here><!here> b <@U1> c"
    (block,) = opened((Paragraph(inlines=(Strong(inlines=(Text(text=text),)),)),), ["here"], TOKENS)

    assert block == Paragraph(
        inlines=(
            Strong(
                inlines=(
                    Text(text="a "),
                    Mention(token="<!here>"),
                    Mention(token="<!here>"),
                    Text(text=" b <@U1> c"),
                )
            ),
        )
    )


def test_many_tokens_take_no_longer_than_they_are() -> None:
    """A hostile message can't hang it: 10,000 tokens take milliseconds."""
    blocks = (Paragraph(inlines=(Text(text="<!here> <!x> " * 10_000),)),)
    start = time.perf_counter()
    live = opened(blocks, ["here"], TOKENS)

    assert time.perf_counter() - start < 1
    assert len(mentions_in(live)) == 10_000
    assert "<!x>" in SlackPlain().blocks(blocks).replace("&lt;", "<").replace("&gt;", ">")
