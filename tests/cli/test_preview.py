"""The preview: posts drawn as their readers will see them; here as a pipe gets them."""

import pytest

from bridge.cli.preview import size_of
from bridge.destinations import Destination, SlackDestination
from bridge.rendering import SlackPost
from tests.cli.drawings import DISCORD, SLACK, WEBHOOK, content, drawn, file, lines, markdown

SLACK_LOOKS = {
    "# Head\ntext **bold**\n\nmore": ["Head", "text bold", "", "more"],
    "#\n\na": ["a"],
    "- a\n- b\n  1. c\n\nd": ["• a", "• b", "  1. c", "", "d"],
    "3. a\n4. b": ["3. a", "4. b"],
    "- [x] done\n- [ ] open": ["☑ done", "☐ open"],
    "> a\n>\n> > b": ["▌ a", "▌", "▌ ▌ b"],
    "```py\nx =  1\n\ny\n```": ["    x =  1", "", "    y"],
    "[label](https://x.org) https://y.org": ["label (https://x.org) https://y.org"],
    "[a@x.org](mailto:a@x.org)": ["a@x.org"],
    "| a | b |\n|---|--:|\n| 日本 | 1 |\n| c | 22 |": [
        "a       b",
        "─────────",
        "日本    1",
        "c      22",
    ],
    "a\n\n---\n\nb": ["a", "", "─" * 24, "", "b"],
    "a\\\nb": ["a", "b"],
    "x <!here>": ["x @here", "⚠ notifies <!here>"],
}


@pytest.mark.parametrize(("text", "shown"), SLACK_LOOKS.items(), ids=range(len(SLACK_LOOKS)))
def test_slack_markdown_is_drawn_as_it_looks(text: str, shown: list[str]) -> None:
    """Each construct of Slack's Markdown has signs of its own, in a pipe without any colour."""
    assert lines(markdown(text), SLACK) == shown


DISCORD_LOOKS = {
    "-# small\n## Head\ntext": ["small", "Head", "text"],
    "```\na  b\n──  ─\n```": ["    a  b", "    ──  ─"],
    "<@1> @everyone": ["@1 @everyone"],
    "||secret|| __under__": ["secret under"],
}


@pytest.mark.parametrize(("text", "shown"), DISCORD_LOOKS.items(), ids=range(len(DISCORD_LOOKS)))
def test_discord_content_is_drawn_as_it_looks(text: str, shown: list[str]) -> None:
    """Discord's dialect is read as Discord reads it."""
    assert lines(content(text), DISCORD) == shown


def test_small_print_is_one_line() -> None:
    """The elements of Slack's context line stand beside each other, close to what follows."""
    elements = [
        {"type": "mrkdwn", "text": "*Max*"},
        {"type": "plain_text", "text": "chat c-1 · 2/5"},
    ]
    blocks = ({"type": "context", "elements": elements}, {"type": "markdown", "text": "words"})

    assert lines(markdown("", blocks=blocks), SLACK) == ["Max chat c-1 · 2/5", "words"]


def test_rich_text_is_drawn_as_it_is_built() -> None:
    """Lists with depth and numbers, quotes, code, links; an entry is a list of its own on the wire."""
    leaf = {"type": "text", "text": "a"}
    section = {"type": "rich_text_section", "elements": [leaf]}
    entry = {"type": "rich_text_list", "elements": [section]}
    elements = [
        {
            "type": "rich_text_section",
            "elements": [{"type": "text", "text": "one\ntwo\n\n", "style": {"bold": True}}],
        },
        {**entry, "style": "ordered", "offset": 4},
        {**entry, "style": "bullet", "indent": 1},
        {**entry, "style": "bullet", "border": 1},
        {"type": "rich_text_quote", "elements": [leaf]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x\n y"}]},
        {
            "type": "rich_text_section",
            "elements": [{"type": "link", "url": "https://x.org", "text": "x"}],
        },
    ]
    post = markdown("", blocks=({"type": "rich_text", "elements": elements},), username=None)
    shown = ["one", "two", "", "5. a", "   • a", "", "▌ • a", "", "▌ a", "", "    x", "     y", ""]

    assert "(the webhook's own name)" in drawn(post, WEBHOOK)
    assert "(the app's own name)" in drawn(post, SLACK)
    assert lines(post, WEBHOOK) == [*shown, "x (https://x.org)"]


def test_plain_form_shows_its_signs() -> None:
    """Where Slack is told to read no marks, they are drawn as signs; entities as what they stand for."""
    post = SlackPost(text="*Max* &lt;b&gt;\n_x_", part=1, parts=1)

    assert lines(post, WEBHOOK) == ["*Max* <b>", "_x_"]


def test_embed_has_a_bar() -> None:
    """An embed stands behind its bar: author, title, text, footer; what it lacks leaves no line."""
    full = {
        "author": {"name": "Max", "icon_url": "https://x.org/max.png"},
        "title": "t",
        "description": "# a\nb",
        "color": 0x5865F2,
        "footer": {"text": "chat c-1"},
    }
    post = content("<@1>", embeds=(full, {"description": "c"}))
    framed = ["▌ Max", "▌", "▌ t", "▌ a", "▌ b", "▌", "▌ chat c-1"]

    assert lines(post, DISCORD) == ["@1", "", *framed, "", "▌ c"]
    assert drawn(post, DISCORD, columns=80).count("\x1b[94m▌ ") == len(framed)


def test_file_is_drawn_by_its_name() -> None:
    """A file shows name, size and beginning, one that is yet to be fetched its address."""
    whole = file(text="# Größe\n\nwords\n", comment="Max · *chat*")
    fetched = file(name="b.pdf", url="https://x.org/b\x1b.pdf")

    assert "support 2/2: channel C1 · a file, 15 of 2500000 characters" in drawn(whole, SLACK)
    assert lines(whole, SLACK) == [
        "Max · chat",
        "",
        "📎 a.md 17 bytes",
        "",
        "    # Größe",
        "",
        "    words",
    ]
    assert lines(fetched, DISCORD) == ["📎 b.pdf", "from https://x.org/b␛.pdf"]
    assert size_of(fetched) == "a file that is fetched when it is posted"


def test_it_says_where_each_part_goes() -> None:
    """The label of the part, the channel, and the thread if it goes to one."""
    chats = SlackDestination(platform="slack", channel="C1", thread="chat")
    long = SlackDestination(platform="slack", channel="C1", long="thread")

    def first(destination: Destination, part: int) -> str:
        return drawn(markdown("x", part=part, parts=2), destination).splitlines()[0]

    assert first(SLACK, 1) == "support 1/2: channel C1 · 1 of 12000 characters"
    assert (
        first(chats, 2) == "support 2/2: channel C1, in the chat's thread · 1 of 12000 characters"
    )
    assert first(long, 1) == first(SLACK, 1)
    assert "channel C1, in the thread of the first part ·" in first(long, 2)


def test_silent_post_says_so() -> None:
    """A post that makes no sound on anybody's device is told from one that does."""
    note = drawn(content("x", silent=True), DISCORD).splitlines()[0]

    assert note == "support: webhook 1 · 1 of 2000 characters · without a sound"
