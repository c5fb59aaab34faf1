"""Posts drawn in a terminal as their readers will see them.

What is drawn is what is sent: each post goes the way of the sandbox's page, which reads markup as the
platform does, and the HTML of it is drawn once more in the signs that a terminal has.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never

from rich.console import Group, RenderableType
from rich.text import Text

from bridge.cli.preview.drawing import drawn
from bridge.cli.preview.elements import parse
from bridge.cli.preview.frames import Frame
from bridge.cli.printable import printable
from bridge.destinations import Destination, SlackDestination
from bridge.rendering import DiscordPost, FilePost, Post, SlackPost
from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.discord.pings import pings as discord_pings
from bridge.sandbox.page import discord, slack
from bridge.sandbox.slack.pings import pings as slack_pings
from bridge.senders.discord import payload

_NOW = datetime.fromtimestamp(0, UTC)  # a preview shows no time


def preview(name: str, destination: Destination, posts: Sequence[Post]) -> Iterator[RenderableType]:
    """Yield the drawing of each post, for a rich console; in a terminal in a frame."""
    for post in posts:
        yield Frame(
            title=Text(printable(_title(name, post)), style="bold"),
            note=Text(printable(" · ".join((_place(destination, post), *_notes(post))))),
            inside=Group(*_inside(destination, post)),
        )


def size_of(post: Post) -> str:
    """Say how large a post is, against what the platform takes."""
    if isinstance(post, FilePost) and post.text is None:
        return "a file that is fetched when it is posted"
    kind = "a file, " if isinstance(post, FilePost) else ""
    return f"{kind}{post.size} of {post.limit} characters"


def _title(name: str, post: Post) -> str:
    return f"{name} {post.part}/{post.parts}" if post.parts > 1 else name


def _place(destination: Destination, post: Post) -> str:
    if destination.thread == "chat":
        return f"{destination.address}, in the chat's thread"
    is_below = isinstance(destination, SlackDestination) and destination.long == "thread"
    below = ", in the thread of the first part" if is_below and post.part > 1 else ""
    return destination.address + below


def _notes(post: Post) -> Iterator[str]:
    yield size_of(post)
    if isinstance(post, DiscordPost) and post.silent:
        yield "without a sound"


def _inside(destination: Destination, post: Post) -> Iterator[RenderableType]:
    named = Text(printable(post.username or ""), style="bold")
    yield named if post.username else Text(f"({_whose(destination)} own name)", style="dim")
    arrived = _arrived(destination, post)
    draw = slack.draw if arrived.platform == "slack" else discord.draw
    yield drawn(parse(draw(arrived)))
    if isinstance(post, FilePost) and post.url is not None:
        yield Text(printable(f"from {post.url}"), style="dim", overflow="fold")
    if arrived.pings:
        who = ", ".join(dict.fromkeys(arrived.pings))
        yield Text(printable(f"⚠ notifies {who}"), style="bold red")


def _whose(destination: Destination) -> str:
    """Say whose name stands above a post that brings none of its own, as files in Slack do."""
    has_token = isinstance(destination, SlackDestination) and destination.channel is not None
    return "the app's" if has_token else "the webhook's"


def _arrived(destination: Destination, post: Post) -> Arrived:
    """Return the post as the platform would have it."""
    empty = Arrived(
        platform=destination.platform, channel="", id="", time=_NOW, username=post.username or ""
    )
    match post:
        case SlackPost():
            sent = post.arguments
            body = json.dumps(sent).encode()
            pings = slack_pings(sent)
            return replace(empty, text=post.text, blocks=post.blocks, pings=pings, body=body)
        case DiscordPost():
            pings = discord_pings(payload(post))
            return replace(empty, text=post.content, embeds=post.embeds, pings=pings)
        case FilePost():
            contents = () if post.text is None else (post.text.encode(),)
            return replace(empty, text=post.comment, files=(post.name,), contents=contents)
        case _:
            assert_never(post)
