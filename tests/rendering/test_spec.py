"""The specifications of Markdown as judge: what is written for a platform reads as the original does."""

import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bridge.rendering import markdown
from bridge.rendering.discord_markdown import DiscordMarkdown
from bridge.rendering.slack_markdown import SlackMarkdown
from tests.rendering.spec.pages import marked_words, page

HERE = Path(__file__).parent / "spec"
SPECS = ("commonmark-0.31.2", "gfm-0.29")
Examples = dict[str, set[int]]

# What we show and HTML does not; by specification, the numbers of its examples.
TELLS_MORE: dict[str, Examples] = {
    "the definition of a link that no link uses is shown": {
        "commonmark-0.31.2": {
            *(200, 204, 207, 208, 210, 317, 537, 538, 544, 545, 563, 565, 567, 571, 592),
        },
        "gfm-0.29": {
            *(169, 173, 176, 177, 179, 188, 297, 545, 546, 552, 553, 571, 573, 575, 579, 600),
        },
    },
    "what stands behind the language of code, or is no name of one, is shown above it": {
        "commonmark-0.31.2": {34, 143, 144, 146},
        "gfm-0.29": {113, 114, 116, 330},
    },
    "a picture's words keep the address of a link in them": {
        "commonmark-0.31.2": {520, 574, 575},
        "gfm-0.29": {528, 582, 583},
    },
    "a cell without a column is shown": {"gfm-0.29": {204}},
}
# The platforms link what begins with www. by themselves.
LEFT_TO_THE_PLATFORM: Examples = {"gfm-0.29": set(range(621, 628))}
ON_DISCORD: dict[str, Examples] = {
    "an address with a mark in it stands behind its label": {
        "commonmark-0.31.2": {20, 346, 526, 603},
        "gfm-0.29": {316, 356, 534, 611},
    },
    "a blank line would end the list, so what follows an inner list is seen as its end": {
        "commonmark-0.31.2": {325},
        "gfm-0.29": {305},
    },
    "a style around code with its mark in it has to go": {
        "commonmark-0.31.2": {478},
        "gfm-0.29": {487},
    },
}


def examples(spec: str) -> list[tuple[int, str, str]]:
    """Return number, Markdown and HTML of each example; HTML in Markdown is text on both platforms."""
    as_html, as_text = reader(html=True), reader()
    found = []
    for example in json.loads((HERE / f"{spec}.json").read_text(encoding="utf-8")):
        source, html = example["markdown"], example["html"]
        if as_html.render(source) != (told := as_text.render(source)):
            html = told
        found.append((example["example"], source, html))
    return found


class Reader(MarkdownIt):
    """Markdown as it is specified, with none of the bridge's own rules."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- markdown-it's name
        """Take any address, as the specifications do."""
        return True


def reader(*, html: bool = False) -> MarkdownIt:
    """Return a reader of what both specifications have."""
    return Reader("commonmark", {"html": html}).enable(["table", "strikethrough"])


def excepted(spec: str, *reasons: Examples) -> set[int]:
    """Return the examples of the specification that have such a reason."""
    return set().union(*(reason.get(spec, set()) for reason in reasons))


@pytest.mark.parametrize("spec", SPECS)
def test_what_slack_gets_gives_the_html_of_the_original(spec: str) -> None:
    """Written as standard Markdown and read again; exactly the examples with a reason differ."""
    read = reader()
    different = {
        number
        for number, source, html in examples(spec)
        if page(read.render(SlackMarkdown().blocks(markdown.parse(source)))) != page(html)
    }
    assert different == excepted(spec, *TELLS_MORE.values(), LEFT_TO_THE_PLATFORM)


def for_discord(source: str) -> str:
    """Return what Discord gets, the boxes of its task lists as Markdown has them."""
    written = DiscordMarkdown().blocks(markdown.parse(source))
    return written.replace("☐", "[ ]").replace("☑", "[x]")


@pytest.mark.parametrize("spec", SPECS)
def test_what_discord_gets_has_each_word_in_what_the_original_has_it_in(spec: str) -> None:
    """In bold, in a link, in a list in a quote: but for what Discord has not, put into its words.

    Discord's dialect is read as standard Markdown without what it does not know: underlined
    headings, indented code, entities, definitions of links. Declared are the rewrites of
    `marked_words` (tables are code, deep headings bold); tightness of lists is not seen.
    """
    read = reader().disable(["lheading", "code", "entity", "reference"])
    different = {
        number
        for number, source, html in examples(spec)
        if marked_words(page(read.render(for_discord(source)))) != marked_words(page(html))
    }
    allowed = excepted(spec, *TELLS_MORE.values(), LEFT_TO_THE_PLATFORM, *ON_DISCORD.values())
    assert different - allowed == set()
    assert excepted(spec, *ON_DISCORD.values()) <= different


@pytest.mark.parametrize("spec", SPECS)
def test_all_examples_are_there(spec: str) -> None:
    """Nothing was left out of the files."""
    numbers = [number for number, _, _ in examples(spec)]
    assert numbers == list(range(1, {"commonmark-0.31.2": 652, "gfm-0.29": 672}[spec] + 1))
