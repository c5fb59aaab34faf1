"""Whom a post would have notified, on either platform."""

from typing import Any

import pytest

from tests.sandbox.wire import Wire


def elements(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return blocks of one rich_text block."""
    return [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}
    ]


def typed(kind: str, text: str) -> dict[str, str]:
    """Return a text object, or a markdown block."""
    return {"type": kind, "text": text}


ON_SLACK: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "text": ({"text": "<!channel> and <@U123|max>"}, ("<!channel>", "<@U123|max>")),
    "everybody": (
        {"text": "<!here> <!everyone> <!subteam^S1|@dev>"},
        ("<!here>", "<!everyone>", "<!subteam^S1|@dev>"),
    ),
    "entities": ({"text": "&lt;!channel&gt;"}, ()),
    "plain names": ({"text": "@channel @here"}, ()),
    "linked names": ({"text": "hi @here", "link_names": True}, ("@here",)),
    "parsed names": ({"text": "@channel", "parse": "full"}, ("@channel",)),
    "other tokens": ({"text": "<#C1> <https://x.org> <!date^1^x|x>"}, ()),
    "markdown": ({"text": "x", "blocks": [typed("markdown", "**<!here>**")]}, ("<!here>",)),
    "markdown entities": ({"text": "x", "blocks": [typed("markdown", "&lt;!here&gt;")]}, ()),
    "markdown code": ({"text": "x", "blocks": [typed("markdown", "`<!here>`")]}, ("<!here>",)),
    "section": (
        {"text": "x", "blocks": [{"type": "section", "text": typed("mrkdwn", "<@W1>")}]},
        ("<@W1>",),
    ),
    "plain section": (
        {"text": "x", "blocks": [{"type": "section", "text": typed("plain_text", "<@W1>")}]},
        (),
    ),
    "context": (
        {"text": "x", "blocks": [{"type": "context", "elements": [typed("mrkdwn", "<!here>")]}]},
        ("<!here>",),
    ),
    "rich text": ({"text": "x", "blocks": elements(typed("text", "<!here>"))}, ()),
    "built": (
        {
            "text": "x",
            "blocks": elements(
                {"type": "broadcast", "range": "here"},
                {"type": "user", "user_id": "U1"},
                {"type": "usergroup", "usergroup_id": "S1"},
            ),
        },
        ("<broadcast here>", "<user U1>", "<usergroup S1>"),
    ),
    "in a table": (
        {
            "text": "x",
            "blocks": [{"type": "table", "rows": [elements({"type": "user", "user_id": "U1"})]}],
        },
        ("<user U1>",),
    ),
    "markdown_text": ({"markdown_text": "<!here>"}, ("<!here>",)),
}


@pytest.mark.parametrize(("message", "pings"), ON_SLACK.values(), ids=ON_SLACK.keys())
async def test_slack_reads_tokens_where_markup_is_live(
    wire: Wire, message: dict[str, Any], pings: tuple[str, ...]
) -> None:
    """Tokens count in text, mrkdwn and markdown; entities, plain and rich text are literal."""
    reply = await wire.slack({"channel": "C1", **message})

    assert reply.json()["ok"], reply.text
    assert wire.sandbox.posts[0].pings == pings


ALL = "@everyone @here <@1> <@!2> <@&3>"
ON_DISCORD: dict[str, tuple[object, tuple[str, ...]]] = {
    "nothing said": (None, ("<@1>", "<@!2>")),
    "none": ({"parse": []}, ()),
    "empty": ({}, ()),
    "everyone": ({"parse": ["everyone"]}, ("@everyone", "@here")),
    "users and roles": ({"parse": ["users", "roles"]}, ("<@1>", "<@!2>", "<@&3>")),
    "some": ({"parse": [], "users": ["2"], "roles": ["3"]}, ("<@!2>", "<@&3>")),
}


@pytest.mark.parametrize(("allowed", "pings"), ON_DISCORD.values(), ids=ON_DISCORD.keys())
async def test_discord_notifies_whom_the_post_allows(
    wire: Wire, allowed: object, pings: tuple[str, ...]
) -> None:
    """`allowed_mentions` decides; embeds never notify."""
    await wire.discord({"content": ALL, "embeds": [{"title": ALL}], "allowed_mentions": allowed})

    assert wire.sandbox.posts[0].pings == pings
