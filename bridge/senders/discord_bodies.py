"""The body of a call to a Discord webhook: what a post becomes on the wire. No I/O.

Bodies of new posts are built with discord-webhook, which never goes past this file.
"""

import io
import json
from collections.abc import Sequence
from typing import Any

import aiohttp
from discord_webhook import DiscordWebhook

from bridge.rendering import DiscordPost, FilePost
from bridge.senders.fetching import Fetched

# https://discord.com/developers/docs/resources/message#message-object-message-flags
SUPPRESS_EMBEDS = 1 << 2
SUPPRESS_NOTIFICATIONS = 1 << 12
# https://discord.com/developers/docs/resources/message#allowed-mentions-object
MAX_MENTIONS = 100  # of users, and as many roles

#: settings of discord-webhook's client that its `json` mixes into the body
_NOT_FOR_DISCORD = frozenset(
    ("wait", "timeout", "rate_limit_retry", "proxies", "thread_id", "id", "url")
)


def payload(post: DiscordPost | FilePost, thread_name: str | None = None) -> dict[str, Any]:
    """Return the body of https://discord.com/developers/docs/resources/webhook#execute-webhook.

    For a file it is the `payload_json` that goes with it.
    """
    if isinstance(post, FilePost):
        return _new(
            content=post.comment,
            username=post.username,
            avatar_url=post.icon_url,
            thread_name=thread_name,
            allowed_mentions=allowed_mentions(()),
            flags=SUPPRESS_EMBEDS,
            attachments=_attachments(post),
            files={
                post.name: b""
            },  # stays behind; without, a file alone is called empty in the log
        )
    return _new(
        content=post.content,
        embeds=list(post.embeds),
        username=post.username,
        avatar_url=post.avatar_url,
        thread_name=thread_name,
        allowed_mentions=allowed_mentions(post.mentions),
        flags=_flags(post) | (SUPPRESS_NOTIFICATIONS if post.silent else 0),
    )


def edit_payload(post: DiscordPost | FilePost) -> dict[str, Any]:
    """Return the body of https://discord.com/developers/docs/resources/webhook#edit-webhook-message.

    It names all that may be left of the earlier post, or that would stay. The author of a post
    can't be changed, nor the sound it made.
    """
    if isinstance(post, FilePost):
        return {
            "content": post.comment,
            "embeds": [],
            "attachments": _attachments(post),
            "allowed_mentions": allowed_mentions(()),
            "flags": SUPPRESS_EMBEDS,
        }
    return {
        "content": post.content,
        "embeds": list(post.embeds),
        "attachments": [],
        "allowed_mentions": allowed_mentions(post.mentions),
        "flags": _flags(post),
    }


def multipart(body: dict[str, Any], name: str, file: Fetched) -> aiohttp.FormData:
    """Return https://discord.com/developers/docs/reference#uploading-files, good for one request."""
    # Discord shows a name as it stands in the header: quoted as %C3%A9 it would be read so.
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    data = io.BytesIO(file.data)  # aiohttp writes it in pieces, and bytes at once
    form.add_field("files[0]", data, filename=name, content_type=file.content_type)
    return form


def allowed_mentions(allowed: Sequence[str]) -> dict[str, Any]:
    """Return who may be notified: nobody but those that an operator has named.

    Discord has one word for @everyone and @here, and keeps users and roles apart, which an id
    alone does not tell.
    """
    everyone = ["everyone"] if {"everyone", "here"} & set(allowed) else []
    ids = [one for one in dict.fromkeys(allowed) if one.isascii() and one.isdigit()][:MAX_MENTIONS]
    return {"parse": everyone, "users": ids, "roles": ids} if ids else {"parse": everyone}


def _attachments(post: FilePost) -> list[dict[str, Any]]:
    return [{"id": 0, "filename": post.name}]


def _flags(post: DiscordPost) -> int:
    # The flag would hide the post's own embeds with the previews.
    return SUPPRESS_EMBEDS if post.suppress_embeds and not post.embeds else 0


def _new(**fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = DiscordWebhook(url="", **fields).json
    return {
        key: value
        for key, value in body.items()
        if key not in _NOT_FOR_DISCORD and (value or key == "allowed_mentions")
    }
