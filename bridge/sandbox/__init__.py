"""A Slack and a Discord on loopback that keep the platforms' documented rules, for the demo and the tests."""

from bridge.sandbox.app import Sandbox
from bridge.sandbox.arrivals import Arrived, Call
from bridge.sandbox.discord import Discord
from bridge.sandbox.discord.guild import DiscordChannel, Guild
from bridge.sandbox.faults import (
    ANYWHERE,
    CloudflareBan,
    DiscordError,
    Garbage,
    Hang,
    LostAnswer,
    RateLimited,
    Reset,
    ServerError,
    Shape,
    SlackError,
)
from bridge.sandbox.pace import NO_LIMITS, Limits, Rate
from bridge.sandbox.slack import Slack
from bridge.sandbox.slack.workspace import (
    BOT_TOKEN,
    BRIDGE_SCOPES,
    HISTORY_SCOPES,
    SlackChannel,
    SlackToken,
    Workspace,
)

__all__ = [
    "ANYWHERE",
    "BOT_TOKEN",
    "BRIDGE_SCOPES",
    "HISTORY_SCOPES",
    "NO_LIMITS",
    "Arrived",
    "Call",
    "CloudflareBan",
    "Discord",
    "DiscordChannel",
    "DiscordError",
    "Garbage",
    "Guild",
    "Hang",
    "Limits",
    "LostAnswer",
    "Rate",
    "RateLimited",
    "Reset",
    "Sandbox",
    "ServerError",
    "Shape",
    "Slack",
    "SlackChannel",
    "SlackError",
    "SlackToken",
    "Workspace",
]
