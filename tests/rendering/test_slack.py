"""Posts for Slack: their header, their limits, their identity and what is sent of them."""

import pytest

from bridge.deliveries import Form
from bridge.events import Agent, Kind
from bridge.rendering import SlackPost, render
from tests.rendering.samples import (
    SLACK,
    SLACK_WEBHOOK,
    by,
    message,
    on_slack,
    slack_posts,
)


def header_of(post: SlackPost) -> list[str]:
    """Return the texts of the post's header."""
    return [element["text"] for element in post.blocks[0]["elements"]]


def test_a_post_is_a_header_and_the_markdown_under_it() -> None:
    """It goes out as the agent, with a readable text for notifications and facts for programs."""
    (post,) = render(message("Hello **you** <b>"), SLACK)
    assert isinstance(post, SlackPost)
    assert post.arguments == {
        "text": "Max Evans:\nHello you &lt;b&gt;",
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [
            {
                "type": "context",
                "elements": [
                    {"type": "mrkdwn", "text": "*Max Evans*", "verbatim": True},
                    {
                        "type": "plain_text",
                        "text": "Culture consultant · chat 7833b1ec",
                        "emoji": False,
                    },
                ],
            },
            {"type": "markdown", "text": "Hello **you** &lt;b&gt;"},
        ],
        "username": "Max Evans",
        "icon_url": "https://x.example/m.png",
        "metadata": {
            "event_type": "nexusgpt_message",
            "event_payload": {"message": "m1", "chat": "7833b1ec", "part": 1, "revision": 0},
        },
    }
    assert (post.size, post.limit) == (23, 12_000)


def test_a_plain_post_has_all_words_in_its_text() -> None:
    """No blocks, and `*` is no mark."""
    (post,) = on_slack(message("Hello **you** & me"), form=Form(plain=True))
    assert post.text == "Max Evans · Culture consultant · chat 7833b1ec\nHello you &amp; me"
    assert post.blocks == ()
    assert post.arguments["mrkdwn"] is False
    assert (post.size, post.limit) == (len(post.text), 40_000)


def test_an_anonymous_post_names_the_agent_only_in_its_header() -> None:
    """The app's own name and picture stay."""
    (post,) = on_slack(message(), form=Form(anonymous=True))
    assert (post.username, post.icon_url) == (None, None)
    assert header_of(post)[0] == "*Max Evans*"


def test_an_incoming_webhook_gets_no_name_and_no_facts() -> None:
    """It has an identity of its own and takes no metadata."""
    (post,) = slack_posts(message("# Hi"), SLACK_WEBHOOK)
    assert post.arguments.keys() == {"text", "blocks", "unfurl_links", "unfurl_media"}
    (plain,) = slack_posts(message("# Hi"), SLACK_WEBHOOK, form=Form(plain=True))
    assert plain.arguments == {
        "text": "Max Evans · Culture consultant · chat 7833b1ec\nHi",
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
    }


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (by(name=None), "fa9640f5"),
        (Agent(), "agent"),
        (by(name=" \u202e\n"), "fa9640f5"),
        (by(name="a\nb\u200bc"), "a b c"),
        (by(name="x" * 100), "x" * 79 + "…"),
    ],
)
def test_the_sender_is_always_named(agent: Agent, name: str) -> None:
    """By name, else by id, else as an agent; on one line and not at any length."""
    (post,) = on_slack(message(agent=agent))
    assert post.username == name
    assert header_of(post)[0] == f"*{name}*"


def test_a_name_with_marks_in_it_is_shown_plainly() -> None:
    """In mrkdwn they could not be escaped."""
    (post,) = on_slack(message(agent=by(name="snake_case <x>", role=None)))
    assert post.blocks[0]["elements"][0] == {
        "type": "plain_text",
        "text": "snake_case <x>",
        "emoji": False,
    }


def test_the_header_says_part_kind_and_change() -> None:
    """Each as far as there is something to say."""
    told = message("word " * 5_000, kind=Kind.NOTIFICATION)
    first, second, third = on_slack(told, revision=2)
    assert header_of(second)[1] == (
        "Culture consultant · notification · chat 7833b1ec · 2/3 · updated"
    )
    assert [post.part for post in (first, second, third)] == [1, 2, 3]
    assert {post.parts for post in (first, second, third)} == {3}
    assert second.text.startswith("Max Evans (2/3, updated):\nword word")
    assert second.metadata is not None
    assert second.metadata["event_payload"]["part"] == 2


def test_only_an_https_picture_is_sent() -> None:
    """Slack would refuse or not load another one."""
    (post,) = on_slack(message(agent=by(avatar_url="http://x.example/m.png")))
    assert post.icon_url is None


@pytest.mark.parametrize("unit", ["a", "&", "&lt;", "🇩🇪", "<"])
def test_the_text_for_notifications_is_short(unit: str) -> None:
    """It ends with an ellipsis, not inside an entity or a character."""
    (post, *_) = on_slack(message(unit * 9_000))
    assert len(post.text) <= 3_900
    assert post.text.endswith("…")
    body = post.text.partition("\n")[2].removesuffix("…")
    whole = {"&": "&amp;", "<": "&lt;"}.get(unit, unit)
    assert body == whole * (len(body) // len(whole))


def test_a_destination_of_no_known_platform_is_a_bug() -> None:
    """There is nothing that could be posted there."""
    with pytest.raises(AssertionError):
        render(message(), None)  # type: ignore[arg-type]
