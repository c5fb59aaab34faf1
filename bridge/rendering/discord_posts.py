"""`DiscordPost`: what one call puts into a Discord channel, and how much of Discord's room it takes. No I/O."""

from dataclasses import dataclass
from typing import Any

from bridge.rendering.discord_embeds import MAX_DESCRIPTION_CHARS

# https://docs.discord.com/developers/resources/webhook#execute-webhook; code points
MAX_CONTENT_CHARS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordPost:
    """What one call puts into a Discord channel."""

    #: everything that is shown; with an embed only the pings, which would do nothing in it
    content: str
    #: the frame with the words of the message in it, or none
    embeds: tuple[dict[str, Any], ...] = ()
    #: the name to post under; None for the webhook's own
    username: str | None = None
    #: the picture to post under; None for the webhook's own
    avatar_url: str | None = None
    #: no previews of the pages that are linked; it would hide the post's own embed too
    suppress_embeds: bool = True
    #: nobody's device makes a sound for it
    silent: bool = False
    #: who may be notified, as the destination's `mentions` call them: those that the post names
    mentions: tuple[str, ...] = ()
    #: counted from 1
    part: int
    parts: int

    @property
    def size(self) -> int:
        """What the words take of the limit, in code points."""
        return len(self.embeds[0]["description"] if self.embeds else self.content)

    @property
    def limit(self) -> int:
        """What Discord takes at most, in code points."""
        return MAX_DESCRIPTION_CHARS if self.embeds else MAX_CONTENT_CHARS
