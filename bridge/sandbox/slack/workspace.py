"""A Slack workspace as the sandbox plays it: its channels, its tokens and their scopes. No I/O."""

from dataclasses import dataclass, field
from typing import Literal

#: what the app of the bridge asks for when it is installed
BRIDGE_SCOPES = frozenset(
    {"chat:write", "chat:write.customize", "files:write", "channels:read", "groups:read"}
)
#: what it asks for besides when posts in doubt are to be looked up
HISTORY_SCOPES = frozenset({"channels:history", "groups:history"})

BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - opens nothing but the sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChannel:
    """A channel, and how the bridge's app stands to it."""

    id: str
    name: str
    private: bool = False
    #: whether the app has been invited
    member: bool = True
    archived: bool = False
    #: whether the channel has an incoming webhook
    webhook: bool = True
    #: whether messages may be replied to
    threads: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackToken:
    """A bot token and what it may do."""

    value: str = field(default=BOT_TOKEN, repr=False)
    scopes: frozenset[str] = BRIDGE_SCOPES
    #: the error word it is answered with, e.g. "token_revoked"; "" while it is good
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Everything about a Slack workspace that its answers depend on."""

    name: str = "Acme"
    id: str = "T0SANDBOX"
    #: the name that the app posts under when a post brings none of its own
    app_name: str = "NexusGPT"
    channels: tuple[SlackChannel, ...] = (
        SlackChannel(id="C024BE91L", name="support"),
        SlackChannel(id="C061EG9SL", name="alerts"),
        SlackChannel(id="G0AKFJBEU", name="leadership", private=True),
    )
    tokens: tuple[SlackToken, ...] = (SlackToken(),)
    #: what happens to a name and picture without chat:write.customize; nobody has verified which
    without_customize: Literal["missing_scope", "ignored"] = "missing_scope"
    #: how a reply to a thread that isn't there is refused; "": not at all, it stands in the channel
    #: (seen live: slack-go/slack issue 1571, langchain-ai/open-swe pull request 2753)
    unknown_thread: str = ""
    #: after how many seconds a message shows in a channel's history; Slack names no number, but is
    #: not always at once (korotovsky/slack-mcp-server pull request 284)
    history_lag: float = 0.0
