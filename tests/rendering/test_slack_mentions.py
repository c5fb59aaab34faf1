"""The pings that a destination at Slack allows: exactly those are live, in every form."""

from typing import Any

import pytest

from bridge.deliveries import Form
from bridge.destinations import SlackDestination
from tests.rendering.samples import leaves_of, message, slack_posts

ALLOWED = ("everyone", "channel", "here", "U024BE7LH", "W024BE7LH", "S024BE7LH")
#: what a message writes, what is sent in Markdown, and what in rich text
PINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("<!everyone>", "<!everyone>", {"type": "broadcast", "range": "everyone"}),
    ("<!channel>", "<!channel>", {"type": "broadcast", "range": "channel"}),
    ("<!here|here>", "<!here>", {"type": "broadcast", "range": "here"}),
    ("<@U024BE7LH>", "<@U024BE7LH>", {"type": "user", "user_id": "U024BE7LH"}),
    ("<@W024BE7LH|Max>", "<@W024BE7LH>", {"type": "user", "user_id": "W024BE7LH"}),
    (
        "<!subteam^S024BE7LH>",
        "<!subteam^S024BE7LH>",
        {"type": "usergroup", "usergroup_id": "S024BE7LH"},
    ),
    (
        "<!subteam^S024BE7LH|ops>",
        "<!subteam^S024BE7LH>",
        {"type": "usergroup", "usergroup_id": "S024BE7LH"},
    ),
]


def allowing(*names: str) -> SlackDestination:
    """Return a channel of Slack where these may be pinged."""
    return SlackDestination(platform="slack", channel="C1", mentions=names)


@pytest.mark.parametrize(("token", "live", "element"), PINGS)
def test_an_allowed_ping_is_live(token: str, live: str, element: dict[str, Any]) -> None:
    """In Markdown, in rich text and in plain text, without its label."""
    told, where = message(f"hey {token}, *look*"), allowing(*ALLOWED)
    (usual,) = slack_posts(told, where)
    assert usual.blocks[1]["text"] == f"hey {live}, *look*"
    assert usual.text == f"Max Evans:\nhey {live}, look"
    (rich,) = slack_posts(told, where, form=Form(rich_text=True))
    assert element in leaves_of(rich.blocks[1])
    (plain,) = slack_posts(told, where, form=Form(plain=True))
    assert plain.text.endswith(f"\nhey {live}, look")


@pytest.mark.parametrize("token", [token for token, _, _ in PINGS])
@pytest.mark.parametrize("form", [Form(), Form(rich_text=True), Form(plain=True)])
def test_nothing_else_is_live(token: str, form: Form) -> None:
    """Not another name, not in code, and not where nothing is allowed."""
    for where, content in (
        (allowing(), token),
        (allowing("U024BE7L1", "S024BE7L1", "W024BE7L1"), token),
        (allowing(*ALLOWED), f"`{token}`"),
        (allowing(*ALLOWED), f"```\n{token}\n```"),
    ):
        (post,) = slack_posts(message(content), where, form=form)
        assert "<!" not in post.text
        assert "<@" not in post.text
        for block in post.blocks[1:]:
            assert {leaf["type"] for leaf in leaves_of(block)} <= {"markdown", "text"}
            assert block["type"] == "rich_text" or "<!" not in block["text"]


@pytest.mark.parametrize(
    "token",
    [
        "<!U024BE7LH>",
        "<@here>",
        "<@S024BE7LH>",
        "<!subteam^U024BE7LH>",
        "<#here>",
        "<!date^1^{date}|x>",
        "<!heresay>",
    ],
)
def test_only_what_slack_reads_as_a_ping_can_be_one(token: str) -> None:
    """A name at the wrong place is text."""
    (post,) = slack_posts(message(token), allowing("U024BE7LH", "S024BE7LH", "here"))
    assert "<" not in post.blocks[1]["text"]


def test_a_ping_is_not_cut_where_a_notification_ends() -> None:
    """Half of one would be shown as it is."""
    for front in range(3_860, 3_900):
        told = message("x" * front + " <!channel> " + "y" * 50)
        (post,) = slack_posts(told, allowing("channel"))
        assert post.text.count("<") == post.text.count(">") == post.text.count("<!channel>")
