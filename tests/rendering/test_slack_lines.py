"""The quiet lines of a post for Slack: ours, or the operator's own words, and notifications as small print."""

import re
from typing import Any

import pytest

from bridge.deliveries import Form
from bridge.destinations import SlackDestination
from bridge.events import Kind, Message
from bridge.rendering import SlackPost
from bridge.rendering.slack_mrkdwn import small_print
from bridge.rendering.tree import (
    Break,
    Code,
    Emphasis,
    Image,
    Inline,
    Link,
    Mention,
    Strike,
    Strong,
    Text,
)
from tests.rendering.samples import SLACK_WEBHOOK, by, leaves_of, message, slack_posts
from tests.rendering.test_safety import TOKENS


def at(**fields: Any) -> SlackDestination:
    """Return a channel of Slack with the operator's own words."""
    return SlackDestination.model_validate({"platform": "slack", "channel": "C1", **fields})


def noted(content: str, **fields: Any) -> Message:
    """Return a notification."""
    return message(content, kind=Kind.NOTIFICATION, **fields)


def kinds(post: SlackPost) -> list[str]:
    """Return the types of the post's blocks."""
    return [block["type"] for block in post.blocks]


def plain(text: str) -> dict[str, Any]:
    """Return words as they are."""
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> dict[str, Any]:
    """Return Slack's own markup."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def words(text: str) -> Text:
    """Return words."""
    return Text(text=text)


@pytest.mark.parametrize(
    ("inlines", "element"),
    [
        ([words("a <b> & *c d*")], plain("a <b> & *c d*")),
        ([Strong(inlines=(words("a & b"),)), words(" <c>")], mrkdwn("*a &amp; b* &lt;c&gt;")),
        ([Emphasis(inlines=(words("a"),)), Break(), Code(text="b<")], mrkdwn("_a_\n`b&lt;`")),
        ([Strike(inlines=(words(" a "),))], mrkdwn(" ~a~ ")),
        ([Strong(inlines=(words(" "),)), words("a")], mrkdwn(" a")),
        ([Code(text=" "), words("a")], mrkdwn(" a")),
        (
            [Strong(inlines=(words("a "), Emphasis(inlines=(words("b"),))))],
            mrkdwn("*a _b_*"),
        ),
        ([words("un"), Strong(inlines=(words("bold"),)), words("ed")], mrkdwn("unbolded")),
        ([Code(text="a"), Strong(inlines=(words("b"),)), words(" c")], mrkdwn("ab c")),
        (
            [Link(url="https://x.example/?a&b|c", inlines=(Strong(inlines=(words("d>"),)),))],
            mrkdwn("<https://x.example/?a&amp;b%7Cc|d&gt;>"),
        ),
        ([Image(url="https://x.example", alt="a")], mrkdwn("<https://x.example|a>")),
        ([words("hi "), Mention(token="<!here|x>")], mrkdwn("hi <!here>")),
        ([Strong(inlines=(words("snake_case"),))], mrkdwn("*snake_case*")),
        ([Strong(inlines=(words("_a_"),)), words(" b")], plain("_a_ b")),
        ([Strong(inlines=(words("a"),)), words("\n> b")], plain("a\n> b")),
        ([Strong(inlines=(words("a"),)), words(" :tada:")], plain("a :tada:")),
        ([Code(text="a`b")], plain("a`b")),
        (
            [Link(url="https://x.example", inlines=(words("a*"),))],
            plain("a* (https://x.example)"),
        ),
    ],
)
def test_small_print_has_its_looks_where_that_is_safe(
    inlines: list[Inline], element: dict[str, Any]
) -> None:
    """A mark that can't be written is left out, never a word."""
    assert small_print(inlines) == element


def test_a_header_of_the_operators_own_replaces_ours() -> None:
    """Its marks are marks; what the message brings is only words."""
    (post,) = slack_posts(message("Hi"), at(header="**{{ agent.name }}** asks {{ chat.id }}"))
    assert post.blocks[0] == {"type": "context", "elements": [mrkdwn("*Max Evans* asks 7833b1ec")]}
    assert post.username == "Max Evans"
    told = message("Hi", agent=by(name="*a* <!here>"))
    (post,) = slack_posts(told, at(header="**{{ agent.name }}**"))
    assert post.blocks[0] == {"type": "context", "elements": [plain("*a* <!here>")]}
    (post,) = slack_posts(told, at(header="**{{ agent.name }}**"), form=Form(plain=True))
    assert post.text == "*a* &lt;!here&gt;\nHi"


def test_a_header_that_says_nothing_is_left_out() -> None:
    """A block without words would be refused."""
    for form in (Form(), Form(plain=True)):
        (post,) = slack_posts(
            message("Hi"), at(header="{% if part > 1 %}more{% endif %}"), form=form
        )
        assert kinds(post) == ([] if form.plain else ["markdown"])
        assert post.text == ("Hi" if form.plain else "Max Evans:\nHi")


@pytest.mark.parametrize("form", [Form(), Form(rich_text=True), Form(plain=True)])
def test_a_footer_stands_below_the_last_part(form: Form) -> None:
    """And only there, in every form."""
    where = at(footer="via {{ route }}*nexus* {{ part }}/{{ parts }}")
    first, last = slack_posts(message("word " * 2_500), where, form=form)
    if form.plain:
        assert last.text.endswith("\nvia nexus 2/2")
        assert "nexus" not in first.text
    else:
        assert last.blocks[-1] == {"type": "context", "elements": [mrkdwn("via _nexus_ 2/2")]}
        assert len(first.blocks) == 2


@pytest.mark.parametrize("line", ["&" * 290, "[a](https://x.example/{{ chat.id }})", "👍" * 290])
def test_the_operators_lines_have_room(line: str) -> None:
    """Also in plain text, where a character can become five."""
    told = message("& " * 20_000)
    where = at(header=line, footer=line, max_parts=100)
    for form in (Form(), Form(rich_text=True), Form(plain=True)):
        assert all(post.size <= post.limit for post in slack_posts(told, where, form=form))


@pytest.mark.parametrize(
    ("content", "element"),
    [
        ("I have *read* it", mrkdwn("I have _read_ it")),
        ("Step 2 is done", plain("Step 2 is done")),
        ("One\n\n**Two**", mrkdwn("One\n\n*Two*")),
        ("2 * 3 > **5**", plain("2 * 3 > 5")),
    ],
)
def test_a_notification_is_small_print(content: str, element: dict[str, Any]) -> None:
    """It looks smaller than a reply, in a channel and through an incoming webhook."""
    for where in (at(), SLACK_WEBHOOK):
        (post,) = slack_posts(noted(content), where)
        assert post.blocks[1] == {"type": "context", "elements": [element]}
        assert (post.size, post.limit) == (49, 3_000)  # of its longest text, here the header
        assert "notification" in post.blocks[0]["elements"][1]["text"]


@pytest.mark.parametrize("content", ["- a\n- b", "# a", "word " * 500, "word " * 5_000])
def test_a_notification_that_is_no_small_matter_looks_like_a_reply(content: str) -> None:
    """Small print has no lists, and nobody reads a page of it."""
    assert all(kinds(post)[1] == "markdown" for post in slack_posts(noted(content), at()))


def test_a_notification_that_pings_looks_like_a_reply() -> None:
    """So that nobody wonders why it did."""
    (post,) = slack_posts(noted("**<!here>** look"), at(mentions="here"))
    assert post.blocks[1] == {"type": "markdown", "text": "**<!here>** look"}


@pytest.mark.parametrize("token", [*TOKENS, "<https://evil.example|bank.example>"])
@pytest.mark.parametrize("place", ["*a* {}", "**{}**", "a `{}`", "[{}](https://a.example)"])
def test_nothing_in_small_print_is_live(token: str, place: str) -> None:
    """Only a link that is one has angle brackets."""
    (post,) = slack_posts(noted(place.format(token)), at())
    for block in post.blocks[1:]:
        for leaf in leaves_of(block):
            text = re.sub(r"<https://(?:a|evil)[.]example[^<>|]*[|][^<>|]*>", "", leaf["text"])
            assert leaf["type"] == "plain_text" or "<" not in text.replace("<\u200b", "")


def test_small_print_that_was_refused_is_rich_text() -> None:
    """Each form is another one."""
    (post,) = slack_posts(noted("Hi"), at(), form=Form(rich_text=True))
    assert kinds(post) == ["context", "rich_text"]


def test_a_plan_or_reply_is_no_small_print() -> None:
    """Only notifications are."""
    for kind in (Kind.REPLY, Kind.PLAN):
        (post,) = slack_posts(message("Hi", kind=kind), at())
        assert kinds(post) == ["context", "markdown"]
