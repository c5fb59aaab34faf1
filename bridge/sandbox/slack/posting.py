"""The way of a post into Slack, by chat.postMessage or an incoming webhook: each rule in its turn. No I/O."""

from collections.abc import Mapping
from typing import Any

from bridge.sandbox.answers import Answer, in_json, retry_after
from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.slack.api import failed, missing_scope, refused
from bridge.sandbox.slack.channels import Author, Channels
from bridge.sandbox.slack.messages import content_refusal, is_timestamp, metadata_refusal
from bridge.sandbox.slack.workspace import SlackChannel, SlackToken


def rate_limited(seconds: float | None) -> Answer:
    """Return Slack's 429: https://docs.slack.dev/apis/web-api/rate-limits ."""
    value = {"ok": False, "error": "ratelimited"}
    return in_json(value, 429, headers=retry_after(seconds), error="ratelimited")


def post_message(
    channels: Channels, token: SlackToken, message: Mapping[str, Any], body: bytes
) -> Answer:
    """Return the answer of chat.postMessage."""
    if "chat:write" not in token.scopes:
        return missing_scope(token, "chat:write")
    channel = channels.find(message.get("channel"))
    if channel is None or (word := _closed(channel, token)) == "channel_not_found":
        return failed("channel_not_found")
    if word:
        return failed(word)
    if seconds := channels.wait(channel):
        return rate_limited(seconds)
    author = _author(channels, token, message)
    if author is None:
        return missing_scope(token, "chat:write.customize")
    if answer := _refusal(channels, channel, message):
        return answer
    return _posted(channels, channels.keep(channel, message, author, body))


def _closed(channel: SlackChannel, token: SlackToken) -> str:
    """Return the error word of a channel that takes no posts from the app; "" if it does."""
    if not channel.member and channel.private:
        return "channel_not_found"
    if channel.archived:
        return "is_archived"
    invited = channel.member or "chat:write.public" in token.scopes
    return "" if invited else "not_in_channel"


def _author(channels: Channels, token: SlackToken, message: Mapping[str, Any]) -> Author | None:
    """Return the author that *message* asks for; None: the token may not choose one."""
    workspace = channels.workspace
    name, avatar = (str(message.get(key) or "") for key in ("username", "icon_url"))
    wanted = bool(name or avatar or message.get("icon_emoji"))
    if wanted and "chat:write.customize" in token.scopes:
        return Author(name=name or workspace.app_name, avatar=avatar or None)
    if wanted and workspace.without_customize == "missing_scope":
        return None
    return Author(name=workspace.app_name)


def _refusal(
    channels: Channels, channel: SlackChannel, message: Mapping[str, Any]
) -> Answer | None:
    word, faults = content_refusal(message)
    if word := word or thread_refusal(channels, channel, message) or metadata_refusal(message):
        return refused(word, faults)
    return None


def thread_refusal(channels: Channels, channel: SlackChannel, message: Mapping[str, Any]) -> str:
    """Return Slack's error word for the thread that *message* is meant for; "" if it is fine."""
    thread = message.get("thread_ts")
    if thread is None:
        return ""
    if not is_timestamp(thread):
        return "invalid_thread_ts"
    if not channel.threads:
        return "restricted_action_non_threadable_channel"
    return "" if channels.has(channel, thread) else channels.workspace.unknown_thread


def _posted(channels: Channels, post: Arrived) -> Answer:
    message = stored(channels, post)
    return in_json({"ok": True, "channel": post.channel, "ts": post.id, "message": message})


def stored(channels: Channels, post: Arrived) -> dict[str, Any]:
    """Return a message as Slack's answers show it."""
    return {
        "type": "message",
        "subtype": "bot_message",
        "text": post.text,
        "ts": post.id,
        "bot_id": "B0SANDBOX",
        "username": post.username,
        "team": channels.workspace.id,
        **({"icons": {"image_48": post.avatar}} if post.avatar else {}),
        **({"blocks": list(post.blocks)} if post.blocks else {}),
        **({"thread_ts": post.thread} if post.thread else {}),
        **({"metadata": post.metadata} if post.metadata else {}),
    }


def post_to_webhook(
    channels: Channels, channel: SlackChannel, message: Mapping[str, Any] | None, body: bytes
) -> Answer:
    """Return the answer of an incoming webhook: a bare word."""
    if channel.archived:
        return bare(410, "channel_is_archived")
    if seconds := channels.wait(channel):
        return rate_limited(seconds)
    if message is None:
        return bare(400, "invalid_payload")
    if _has_markdown(message.get("blocks")):
        # slackapi/slack-github-action issue 440: an empty 500, not an error word
        return bare(500, "")
    word, _ = content_refusal(message)
    if word := word or thread_refusal(channels, channel, message):
        return bare(400, word)
    # https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks - name, picture
    # and channel of the post are those of the webhook, whatever the body says.
    author = Author(name=channels.workspace.app_name, is_webhook=True)
    channels.keep(channel, message, author, body)
    return bare(200, "ok")


def _has_markdown(blocks: object) -> bool:
    listed = blocks if isinstance(blocks, list) else []
    return any(isinstance(block, dict) and block.get("type") == "markdown" for block in listed)


def bare(status: int, word: str) -> Answer:
    """Return an answer of one word in plain text."""
    error = word if status != 200 else ""
    return Answer(status=status, content_type="text/plain", body=word.encode(), error=error)
