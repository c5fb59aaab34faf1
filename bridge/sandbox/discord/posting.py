"""The way of a post through a Discord webhook: each rule in its turn. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.answers import Answer, in_json, retry_after
from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.discord.channels import Channels
from bridge.sandbox.discord.forms import Form
from bridge.sandbox.discord.guild import DiscordChannel
from bridge.sandbox.discord.rules import Fault, body_faults, error_tree
from bridge.sandbox.pace import Limits, Room, Window

# https://docs.discord.com/developers/reference#uploading-files
MAX_FILE_BYTES = 10 * 1024 * 1024

#: any of these makes a message
_CONTENTS = ("embeds", "poll", "sticker_ids")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The query of a webhook call."""

    wait: bool
    thread: str | None


def refusal(status: int, code: int, message: str, **more: object) -> Answer:
    """Return Discord's way to say no: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json ."""
    return in_json({"message": message, "code": code, **more}, status, error=str(code))


def form_refusal(*faults: Fault) -> Answer:
    """Return Discord's answer to a body that breaks its rules."""
    return refusal(400, 50035, "Invalid Form Body", errors=error_tree(faults))


def rate_limited(seconds: float | None) -> Answer:
    """Return Discord's 429; without *seconds* the header is missing, the body still has a number."""
    value = {
        "message": "You are being rate limited.",
        "retry_after": float(1 if seconds is None else round(seconds, 3)),
        "global": False,
    }
    headers = {**retry_after(seconds), "X-RateLimit-Scope": "shared"}
    return in_json(value, 429, headers=headers, error="429")


class Pace:
    """Discord's two rate limits: the one its headers show, and the one they don't."""

    def __init__(self, limits: Limits) -> None:
        self._webhook = Window(limits.discord_webhook) if limits.discord_webhook else None
        self._channel = Window(limits.discord_channel) if limits.discord_channel else None

    def enter(self, channel: DiscordChannel, now: float) -> tuple[Answer | None, dict[str, str]]:
        """Return a 429 or None, and the headers that go with whatever is answered."""
        room = self._webhook.enter(channel.webhook_id, now) if self._webhook else None
        headers = _headers(room) if room else {}
        if room and not room.passed:
            return rate_limited(room.reset_after), headers
        hidden = self._channel.enter(channel.id, now) if self._channel else None
        if hidden and not hidden.passed:
            return rate_limited(hidden.reset_after), headers
        return None, headers


def _headers(room: Room) -> dict[str, str]:
    # https://docs.discord.com/developers/topics/rate-limits#header-format - the bucket leaves out
    # the webhook: the same for all of them.
    return {
        "X-RateLimit-Limit": str(room.limit),
        "X-RateLimit-Remaining": str(room.remaining),
        "X-RateLimit-Reset-After": f"{room.reset_after:.3f}",
        "X-RateLimit-Bucket": "b0a7d1ef5a4d3f2c",
    }


def execute(channels: Channels, channel: DiscordChannel, form: Form, ask: Ask) -> Answer:
    """Return the answer of execute webhook."""
    if form.message is None:
        return refusal(400, 50109, "The request body contains invalid JSON.")
    if any(size > MAX_FILE_BYTES for size in form.files.values()):
        return refusal(413, 40005, "Request entity too large")
    if faults := body_faults(form.message):
        return form_refusal(*faults)
    if answer := _thread_refusal(channels, channel, form.message, ask.thread):
        return answer
    if not _has_content(form):
        return refusal(400, 50006, "Cannot send an empty message")
    post = channels.keep(
        channel, form.message, thread=ask.thread, files=tuple(form.files), body=form.body
    )
    if not ask.wait:
        return Answer(status=204, content_type="text/html; charset=utf-8", body=b"")
    return in_json(_message(channel, post))


def _has_content(form: Form) -> bool:
    message = form.message or {}
    written = str(message.get("content") or "").strip()
    return bool(written or form.files or any(message.get(key) for key in _CONTENTS))


def _thread_refusal(
    channels: Channels, channel: DiscordChannel, message: Mapping[str, Any], thread: str | None
) -> Answer | None:
    name = message.get("thread_name")
    if thread and channels.threads.get(thread, ("", ""))[0] != channel.id:
        return refusal(404, 10003, "Unknown Channel")
    if name and not channel.forum:
        return refusal(400, 220003, "Webhooks can only create threads in forum channels")
    if name and thread:
        said = "Webhooks posted to forum channels cannot have both a thread_name and thread_id"
        return refusal(400, 220002, said)
    if channel.forum and not name and not thread:
        said = "Webhooks posted to forum channels must have a thread_name or thread_id"
        return refusal(400, 220001, said)
    return None


def _message(channel: DiscordChannel, post: Arrived) -> dict[str, Any]:
    """Return the message object of *post*: https://docs.discord.com/developers/resources/message ."""
    return {
        "id": post.id,
        "type": 0,
        "channel_id": post.thread or channel.id,
        "webhook_id": channel.webhook_id,
        "content": post.text,
        "timestamp": post.time.isoformat(),
        "edited_timestamp": None,
        "author": {
            "id": channel.webhook_id,
            "username": post.username,
            "avatar": None,
            "discriminator": "0000",
            "bot": True,
        },
        "embeds": list(post.embeds),
        "attachments": [{"id": str(n), "filename": name} for n, name in enumerate(post.files)],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": any(ping in ("@everyone", "@here") for ping in post.pings),
        "components": [],
        "pinned": False,
        "tts": False,
        "flags": 0,
    }
