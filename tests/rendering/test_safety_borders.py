"""No ping comes together from pieces, whatever stands between them, on any rung; nor in a name or an address."""

import re

import pytest

from bridge.deliveries import Form
from bridge.destinations import DiscordDestination
from bridge.events import File, Kind
from bridge.rendering import DiscordPost, render
from bridge.rendering.discord_markdown import literal
from bridge.senders.discord_bodies import payload
from tests.rendering.samples import (
    DISCORD,
    FORMS,
    body_of,
    by,
    message,
    on_discord,
    on_slack,
    slack_texts,
)

LIVE_ON_SLACK = re.compile("<[!@#]")
LIVE_ON_DISCORD = re.compile(r"<[@#]|@everyone|@here|<a?:\w+:\d|<t:\d", re.IGNORECASE)
PIECES = [
    "@**everyone**",
    "@every*one*",
    "@~~he~~**re**",
    "@*EVERYONE*",
    "<**@**123>",
    "<*@&*123>",
    "<**:e:12>**",
    "<t**:1700000000:R>**",
    "@**everyone`**`**",
    "@[everyone](mailto:everyone)",
    "@![everyone](mailto:everyone)",
    "@[everyone@a.example](mailto:everyone@a.example)",
    "<[@123](mailto:@123)>",
    "@\u202e**everyone**",
]
EMBED = DISCORD.model_copy(update={"style": "embed"})


def discord_posts(
    source: str, destination: DiscordDestination, *, form: Form
) -> tuple[DiscordPost, ...]:
    """Return the posts that a message makes at Discord."""
    posts = render(message(source), destination, form=form)
    return tuple(post for post in posts if isinstance(post, DiscordPost))


@pytest.mark.parametrize("source", PIECES)
def test_no_ping_comes_together_where_marks_are_left_out(source: str) -> None:
    """The plain form has no marks between the pieces, and a link that is its own label has none either."""
    for destination in (DISCORD, EMBED):
        for form in FORMS:
            (post,) = discord_posts(source, destination, form=form)
            words = post.content + "".join(embed["description"] for embed in post.embeds)
            assert not LIVE_ON_DISCORD.search(words)
            assert payload(post)["allowed_mentions"] == {"parse": []}


def test_the_front_of_a_ping_is_kept_apart_from_what_may_follow() -> None:
    """Only at the end of a text: inside of it the next characters are known."""
    fronts = ["@", "@every", "@HER", "<", "<a", "</menu"]
    assert [literal(front)[1] for front in fronts] == ["\u200b"] * len(fronts)
    assert [literal(whole) for whole in ("a@b", "@ever so", "1 < 2", "b > a")] == [
        "a@b",
        "@ever so",
        "1 < 2",
        "b > a",
    ]


def test_nobody_is_notified_but_whom_the_operator_named() -> None:
    """What Discord is told to notify is what the destination opens, not what a post happens to hold."""
    told = DISCORD.model_copy(update={"mentions": ("here", "123")})
    for form in FORMS:
        (post,) = discord_posts("@here <@123> <@124> @everyone @**everyone**", told, form=form)
        assert post.mentions == ("here", "123")
        assert not re.search("@everyone|<@124", post.content)


@pytest.mark.parametrize("url", ["https://a.example/<!channel>", "mailto:<!channel>"])
def test_a_file_called_like_its_address_is_not_live(url: str) -> None:
    """An address alone is written as it is only where nothing in it can act."""
    for name in (url, url.removeprefix("mailto:"), "report"):
        for text in slack_texts(message(files=(File(name=name, url=url),))):
            assert not LIVE_ON_SLACK.search(text)


def test_no_line_end_in_an_address_ends_the_line() -> None:
    """Behind it a file's address could go on as a heading or another post's header."""
    url = "https://a.example/x\r#\u2028y\x00\u202ez"
    (post,) = on_discord(message(files=(File(name="report", url=url),)))
    assert "[report](https://a.example/x%0D#%E2%80%A8y%00%E2%80%AEz)" in post.content


def test_slack_finds_no_labelled_address_in_code() -> None:
    """Slack's own links and dates could act where code is only shown; other code stays as it is."""
    source = "`<https://evil.example|good.example> <!date^1^{date}|x> <https://a.example> a<b:c>`"
    texts = [text for text in slack_texts(message(source)) if text.startswith("`")]
    assert texts
    for text in texts:
        assert not re.search(r"<(?:https:[^<>]*\||!)", text)
        assert "<https://a.example> a<b:c>`" in text


def test_a_name_has_no_emoji_in_it() -> None:
    """A header shows `:name:` as it is told."""
    (post,) = on_slack(message(agent=by(name="Max :fire:")))
    name = post.blocks[0]["elements"][0]
    assert name == {"type": "plain_text", "text": "Max :fire:", "emoji": False}


def test_a_bracket_in_a_text_is_no_end_of_a_label() -> None:
    """Discord would take all that stands between a link and that bracket for one label."""
    (post,) = on_discord(message("[a](https://evil.example) b](https://good.example)"))
    assert body_of(post).count("](") == 1


def test_a_notification_is_as_safe_as_a_reply() -> None:
    """Small print is written by rules of its own."""
    for source in PIECES:
        told = message(source, kind=Kind.NOTIFICATION)
        assert not any(map(LIVE_ON_SLACK.search, slack_texts(told)))
        for form in FORMS:
            assert not any(LIVE_ON_DISCORD.search(p.content) for p in on_discord(told, form=form))
