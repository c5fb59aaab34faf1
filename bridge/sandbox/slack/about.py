"""What Slack tells about a token and a channel: auth.test and conversations.info. No I/O."""

from collections.abc import Mapping
from typing import Any

from bridge.sandbox.answers import Answer, in_json
from bridge.sandbox.slack.api import failed, missing_scope
from bridge.sandbox.slack.channels import Channels
from bridge.sandbox.slack.workspace import SlackToken


def identity(channels: Channels, token: SlackToken, base_url: str) -> Answer:
    """Return the answer of auth.test: whose token it is; its scopes stand in a header."""
    value = {
        "ok": True,
        "url": f"{base_url}/",
        "team": channels.workspace.name,
        "team_id": channels.workspace.id,
        "user": channels.workspace.app_name.lower(),
        "user_id": "U0SANDBOX",
        "bot_id": "B0SANDBOX",
        "is_enterprise_install": False,
    }
    return in_json(value, headers={"X-OAuth-Scopes": ",".join(sorted(token.scopes))})


def channel_info(channels: Channels, token: SlackToken, given: Mapping[str, Any]) -> Answer:
    """Return the answer of conversations.info: how the app stands to a channel."""
    channel = channels.by_id.get(str(given.get("channel")))
    if channel is None:
        return failed("channel_not_found")
    needed = "groups:read" if channel.private else "channels:read"
    if needed not in token.scopes:
        return missing_scope(token, needed)
    if channel.private and not channel.member:
        return failed("channel_not_found")
    value = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_private": channel.private,
        "is_member": channel.member,
        "is_archived": channel.archived,
    }
    return in_json({"ok": True, "channel": value})
