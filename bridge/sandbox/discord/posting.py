"""The way of a call through a Discord webhook, a post, an edit or a removal: each rule in its turn. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.answers import Answer, in_json
from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.discord.attachments import Attachments, Kept, attachments
from bridge.sandbox.discord.channels import Channels, changes
from bridge.sandbox.discord.embeds import is_visible
from bridge.sandbox.discord.forms import Form
from bridge.sandbox.discord.guild import DiscordChannel
from bridge.sandbox.discord.refusals import form_refusal, refusal
from bridge.sandbox.discord.rules import body_faults, edit_faults

# https://docs.discord.com/developers/reference#uploading-files
MAX_FILE_BYTES = 10 * 1024 * 1024
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json - 30015
MAX_FILES = 10

#: any of these makes a message, whatever stands in it
_OTHER_CONTENTS = ("poll", "sticker_ids")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The query of a webhook call."""

    wait: bool
    thread: str | None


def execute(channels: Channels, channel: DiscordChannel, form: Form, ask: Ask) -> Answer:
    """Return the answer of execute webhook."""
    if form.message is None:
        return _no_json()
    if faults := body_faults(form.message):
        return form_refusal(*faults)
    if answer := _thread_refusal(channels, channel, form.message, ask.thread):
        return answer
    files = _files(form, {})
    if isinstance(files, Answer):
        return files
    other = any(form.message.get(key) for key in _OTHER_CONTENTS)
    if not other and _is_empty(changes(form.message), files):
        return _empty()
    post = channels.keep(channel, form.message, thread=ask.thread, files=files, body=form.body)
    if not ask.wait:
        return _nothing()
    return in_json(_message(channels, channel, post))


def edit(
    channels: Channels, channel: DiscordChannel, message: str, form: Form, thread: str | None
) -> Answer:
    """Return the answer of edit webhook message."""
    found = _standing(channels, channel, message, thread)
    if isinstance(found, Answer):
        return found
    if form.message is None:
        return _no_json()
    if faults := edit_faults(form.message):
        return form_refusal(*faults)
    files = _files(form, channels.attached(found))
    if isinstance(files, Answer):
        return files
    after = {"text": found.text, "embeds": found.embeds, **changes(form.message)}
    if _is_empty(after, files):
        return _empty()
    return in_json(
        _message(channels, channel, channels.edit(found, form.message, files, form.body))
    )


def delete(channels: Channels, channel: DiscordChannel, message: str, thread: str | None) -> Answer:
    """Return the answer of delete webhook message."""
    found = _standing(channels, channel, message, thread)
    if isinstance(found, Answer):
        return found
    channels.delete(found)
    return _nothing()


def _standing(
    channels: Channels, channel: DiscordChannel, message: str, thread: str | None
) -> Arrived | Answer:
    """Return the message that a call names, or why it can't be had."""
    if thread is not None and channels.threads.get(thread, ("", ""))[0] != channel.id:
        return _unknown_channel()
    found = channels.find(channel, message, thread)
    if found is None:
        return refusal(404, 10008, "Unknown Message")
    # Only new posts bring a thread back (staff in discord-api-docs 2855).
    if thread in channels.archived:
        return refusal(400, 50083, "Thread is archived")
    return found


def _files(form: Form, before: Kept) -> Attachments | Answer:
    """Return the files that a message has after a call, or the refusal of them."""
    if any(len(file.data) > MAX_FILE_BYTES for file in form.files.values()):
        return refusal(413, 40005, "Request entity too large")
    files = attachments(form, before)
    if not isinstance(files, Attachments):
        return form_refusal(files)
    if len(files.kept) + len(files.new) > MAX_FILES:
        said = f"Maximum number of attachments in a message reached ({MAX_FILES})"
        return refusal(400, 30015, said)
    return files


def _is_empty(message: Mapping[str, Any], files: Attachments) -> bool:
    shown = message.get("text") or any(map(is_visible, message.get("embeds") or ()))
    return not (shown or files.kept or files.new)


def _thread_refusal(
    channels: Channels, channel: DiscordChannel, message: Mapping[str, Any], thread: str | None
) -> Answer | None:
    name = message.get("thread_name")
    if thread and channels.threads.get(thread, ("", ""))[0] != channel.id:
        return _unknown_channel()
    if name and not channel.forum:
        return refusal(400, 220003, "Webhooks can only create threads in forum channels")
    if name and thread:
        said = "Webhooks posted to forum channels cannot have both a thread_name and thread_id"
        return refusal(400, 220002, said)
    if channel.forum and not name and not thread:
        said = "Webhooks posted to forum channels must have a thread_name or thread_id"
        return refusal(400, 220001, said)
    return _locked(channels, thread) if thread in channels.locked else None


def _locked(channels: Channels, thread: str | None) -> Answer:
    """Return the refusal of a post that only a moderator could make."""
    # https://docs.discord.com/developers/topics/threads#active--archived-threads
    if thread in channels.archived:
        return refusal(400, 50083, "Thread is archived")
    return refusal(403, 160005, "Thread is locked")


def _no_json() -> Answer:
    return refusal(400, 50109, "The request body contains invalid JSON.")


def _empty() -> Answer:
    return refusal(400, 50006, "Cannot send an empty message")


def _unknown_channel() -> Answer:
    return refusal(404, 10003, "Unknown Channel")


def _nothing() -> Answer:
    return Answer(status=204, content_type="text/html; charset=utf-8", body=b"")


def _message(channels: Channels, channel: DiscordChannel, post: Arrived) -> dict[str, Any]:
    """Return the message object of *post*: https://docs.discord.com/developers/resources/message ."""
    return {
        "id": post.id,
        "type": 0,
        "channel_id": post.thread or channel.id,
        "webhook_id": channel.webhook_id,
        "content": post.text,
        "timestamp": post.time.isoformat(),
        "edited_timestamp": channels.now().isoformat() if post.edited else None,
        "author": {
            "id": channel.webhook_id,
            "username": post.username,
            "avatar": None,
            "discriminator": "0000",
            "bot": True,
        },
        "embeds": list(post.embeds),
        "attachments": [
            {"id": key, "filename": file.name, "size": len(file.data)}
            for key, file in channels.attached(post).items()
        ],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": any(ping in ("@everyone", "@here") for ping in post.pings),
        "components": [],
        "pinned": False,
        "tts": False,
        "flags": 0,
    }
