"""Posts made for a preview, and their drawings."""

import io
from typing import Any

from rich.console import Console

from bridge.cli.preview import preview
from bridge.deliveries import Remedy
from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.rendering import DiscordPost, FilePost, Post, SlackPost

SLACK = SlackDestination(platform="slack", channel="C1")
WEBHOOK = SlackDestination.model_validate(
    {"platform": "slack", "webhook_url": "https://hooks.slack.com/services/T/B/x"}
)
DISCORD = DiscordDestination.model_validate(
    {"platform": "discord", "webhook_url": "https://discord.com/api/webhooks/1/x"}
)


def drawn(post: Post, destination: Destination, *, columns: int | None = None) -> str:
    """Return the drawing of a post: for a pipe, or for a terminal of so many columns."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=columns or 10_000,
        force_terminal=columns is not None,
        color_system=None if columns is None else "standard",
        legacy_windows=False,
        _environ={},
    )
    for frame in preview("support", destination, (post,)):
        console.print(frame)
    return out.getvalue()


def lines(post: Post, destination: Destination) -> list[str]:
    """Return the lines of a drawing for a pipe below the first two: where it goes, and the name."""
    return [line.rstrip().removeprefix("  ") for line in drawn(post, destination).splitlines()[2:]]


def markdown(text: str, **more: Any) -> SlackPost:
    """Return a post of one Markdown block."""
    return SlackPost(
        **{
            "text": "x",
            "username": "Max",
            "blocks": ({"type": "markdown", "text": text},),
            "part": 1,
            "parts": 1,
            **more,
        }
    )


def content(text: str, **more: Any) -> DiscordPost:
    """Return a post of some content."""
    return DiscordPost(**{"content": text, "username": "Max", "part": 1, "parts": 1, **more})


def file(**more: Any) -> FilePost:
    """Return a file."""
    return FilePost(**{"name": "a.md", "otherwise": Remedy.IN_PARTS, "part": 2, "parts": 2, **more})
