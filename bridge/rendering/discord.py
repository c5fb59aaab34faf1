"""Message -> posts for Discord: its dialect under a line of small print, or the same words without markup. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.deliveries import Form
from bridge.destinations import DiscordDestination
from bridge.events import Message
from bridge.rendering.contents import contents
from bridge.rendering.discord_markdown import (
    DiscordMarkdown,
    DiscordPlain,
    literal,
    table_lines,
)
from bridge.rendering.graphemes import width
from bridge.rendering.headers import Header, header, longest_header
from bridge.rendering.measuring import Sizes
from bridge.rendering.splitting import Fill, split
from bridge.rendering.tables import adapted
from bridge.rendering.tree import Block, Table, is_heavier

# https://docs.discord.com/developers/resources/webhook#execute-webhook; code points
MAX_CONTENT_CHARS = 2_000
MAX_TABLE_COLUMNS = 60  # ours: of characters; a wider table is broken on a narrow screen
# https://docs.discord.com/developers/resources/user#usernames-and-nicknames
_FORBIDDEN_NAME = re.compile(r"(?i:.*(?:discord|clyde).*)|everyone|here")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordPost:
    """What one call puts into a Discord channel."""

    #: everything that is shown
    content: str
    #: the name to post under; None for the webhook's own
    username: str | None = None
    #: the picture to post under; None for the webhook's own
    avatar_url: str | None = None
    #: no previews of the pages that are linked
    suppress_embeds: bool = True
    #: counted from 1
    part: int
    parts: int

    @property
    def size(self) -> int:
        """What the post takes of the limit, in code points."""
        return len(self.content)

    @property
    def limit(self) -> int:
        """What Discord takes at most, in code points."""
        return MAX_CONTENT_CHARS


def render(
    message: Message, destination: DiscordDestination, *, form: Form, revision: int, route: str
) -> tuple[DiscordPost, ...]:
    """Return the posts that bring the message to a channel."""
    blocks = contents(message, _adapted, DiscordMarkdown().blocks)
    parts = split(blocks, _fill(message))
    headers = [
        header(message, part=number, parts=len(parts), revision=revision)
        for number in range(1, len(parts) + 1)
    ]
    posts = zip(parts, headers, strict=True)
    return tuple(
        _post(message, blocks, head, form=form, part=number, parts=len(parts))
        for number, (blocks, head) in enumerate(posts, start=1)
    )


def _adapted(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return adapted(blocks, _is_narrow)


def _is_narrow(table: Table) -> bool:
    return all(width(line) <= MAX_TABLE_COLUMNS for line in table_lines(table))


def _fill(message: Message) -> Fill:
    """Return how full a post with some blocks is, in whichever form it takes more room."""
    longest = longest_header(message)
    headers = (_header_line(longest, named=True, plain=plain) for plain in (False, True))
    room = MAX_CONTENT_CHARS - max(map(len, headers)) - 1
    writers = DiscordMarkdown(), DiscordPlain()

    def measure(block: Block) -> int:
        if is_heavier((block,), room):
            return MAX_CONTENT_CHARS + 1
        return max(len(writer.blocks((block,))) for writer in writers)

    sizes = Sizes(measure)
    return lambda blocks: (sum(sizes.of(blocks)) + 2 * (len(blocks) - 1)) / room


def _post(
    message: Message,
    blocks: Sequence[Block],
    head: Header,
    *,
    form: Form,
    part: int,
    parts: int,
) -> DiscordPost:
    username = None if form.anonymous or not _is_allowed(head.name) else head.name
    line = _header_line(head, named=username is None, plain=form.plain)
    avatar = message.agent.avatar_url or ""
    return DiscordPost(
        content=f"{line}\n{(DiscordPlain() if form.plain else DiscordMarkdown()).blocks(blocks)}",
        username=username,
        avatar_url=avatar if avatar.startswith("https://") and not form.anonymous else None,
        part=part,
        parts=parts,
    )


def _header_line(head: Header, *, named: bool, plain: bool) -> str:
    """Return the first line of a post: small print, the name in it where the post has none."""
    name, details = literal(head.name), [literal(detail) for detail in head.details]
    if plain:
        return " · ".join([name, *details] if named else details)
    return "-# " + " · ".join([f"**{name}**", *details] if named else details)


def _is_allowed(name: str) -> bool:
    return _FORBIDDEN_NAME.fullmatch(name) is None
