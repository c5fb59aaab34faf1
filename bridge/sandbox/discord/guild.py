"""A Discord server as the sandbox plays it: channels, each with one webhook. No I/O."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordChannel:
    """A channel and its webhook."""

    #: a snowflake: digits
    id: str
    name: str
    #: a forum takes posts only in threads
    forum: bool = False
    #: False: the webhook has been deleted
    webhook: bool = True
    #: the webhook's secret
    token: str = field(default="sandbox-token", repr=False)

    @property
    def webhook_id(self) -> str:
        """The webhook's id, made from the channel's."""
        return f"9{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guild:
    """Everything about a Discord server that its answers depend on."""

    name: str = "Acme"
    id: str = "41771983423143937"
    #: the name that a webhook posts under when a post brings none of its own
    webhook_name: str = "NexusGPT"
    channels: tuple[DiscordChannel, ...] = (
        DiscordChannel(id="199737254929760256", name="ops"),
        DiscordChannel(id="199737254929760257", name="general"),
        DiscordChannel(id="199737254929760258", name="chats", forum=True),
    )
