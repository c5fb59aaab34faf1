"""Changing what stands in Slack: chat.update and chat.delete, each rule in its turn. No I/O.

https://docs.slack.dev/reference/methods/chat.update and
https://docs.slack.dev/reference/methods/chat.delete
"""

from collections.abc import Mapping
from typing import Any

from bridge.sandbox.answers import Answer, in_json
from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.slack.api import failed, missing_scope, refused
from bridge.sandbox.slack.channels import Channels
from bridge.sandbox.slack.messages import content_refusal, metadata_refusal
from bridge.sandbox.slack.posting import stored
from bridge.sandbox.slack.workspace import SlackToken


def update_message(
    channels: Channels, token: SlackToken, message: Mapping[str, Any], body: bytes
) -> Answer:
    """Return the answer of chat.update. Whom a message is from, and its thread, can't be changed."""
    post = _own_post(
        channels, token, message, archived="is_inactive", foreign="cant_update_message"
    )
    if isinstance(post, Answer):
        return post
    word, faults = content_refusal(message)
    if word := word or _metadata_refusal(message):
        return refused(word, faults)
    edited = channels.edit(post, message, body)
    value = {"ok": True, "channel": edited.channel, "ts": edited.id, "text": edited.text}
    return in_json({**value, "message": stored(channels, edited)})


def delete_message(
    channels: Channels, token: SlackToken, message: Mapping[str, Any], _body: bytes
) -> Answer:
    """Return the answer of chat.delete."""
    post = _own_post(channels, token, message, archived="", foreign="cant_delete_message")
    if isinstance(post, Answer):
        return post
    channels.remove(post)
    return in_json({"ok": True, "channel": post.channel, "ts": post.id})


def _own_post(
    channels: Channels,
    token: SlackToken,
    message: Mapping[str, Any],
    *,
    archived: str,
    foreign: str,
) -> Arrived | Answer:
    """Return the message that is named, or the refusal; *archived* and *foreign* are its words."""
    if "chat:write" not in token.scopes:
        return missing_scope(token, "chat:write")
    # Unlike chat.postMessage, by its id only.
    channel = channels.by_id.get(str(message.get("channel")))
    if channel is None or (channel.private and not channel.member):
        return failed("channel_not_found")
    if channel.archived and archived:
        return failed(archived)
    found = channels.find_post(channel, message.get("ts"))
    if found is None:
        return failed("message_not_found")
    post, author = found
    return failed(foreign) if author.is_webhook else post


def _metadata_refusal(message: Mapping[str, Any]) -> str:
    """Return the error word for the metadata; an empty object stands for no metadata."""
    return metadata_refusal(message) if message.get("metadata") else ""
