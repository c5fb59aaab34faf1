"""Message + destination -> posts: `render` is the one place that knows which platform gets which. No I/O."""

from typing import assert_never

from bridge.deliveries import Form
from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.events import Message
from bridge.rendering import discord, slack
from bridge.rendering.discord import DiscordPost
from bridge.rendering.files import FilePost
from bridge.rendering.slack import SlackPost

__all__ = ["DiscordPost", "FilePost", "Post", "SlackPost", "render"]

Post = SlackPost | DiscordPost | FilePost

_AS_IT_SHOULD_BE = Form()


def render(
    message: Message,
    destination: Destination,
    *,
    form: Form = _AS_IT_SHOULD_BE,
    revision: int = 0,
    route: str = "",
) -> tuple[Post, ...]:
    """Return the posts that bring all of the message's words to the destination, in order.

    The same message gives the same number of parts in every form, and each part carries the same
    words in every form: a lane that falls back to a plainer form in the middle goes on where it was.
    """
    match destination:
        case SlackDestination():
            return slack.render(message, destination, form=form, revision=revision, route=route)
        case DiscordDestination():
            return discord.render(message, destination, form=form, revision=revision, route=route)
        case _:
            assert_never(destination)
