"""Message -> posts for Discord: its dialect with a line of small print or in an embed, or plain words. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bridge.deliveries import Form, Remedy
from bridge.destinations import DiscordDestination
from bridge.events import File, Kind, Message
from bridge.rendering.contents import contents
from bridge.rendering.discord_embeds import MAX_DESCRIPTION_CHARS, embed
from bridge.rendering.discord_frames import Frame, Label
from bridge.rendering.discord_markdown import (
    TOKENS,
    DiscordMarkdown,
    DiscordPlain,
    table_lines,
)
from bridge.rendering.discord_posts import MAX_CONTENT_CHARS, DiscordPost
from bridge.rendering.discord_small_print import small_print
from bridge.rendering.files import (
    FilePost,
    linked,
    listed,
    name_of,
    uploads,
    whole,
    whole_name,
)
from bridge.rendering.graphemes import shortened, width
from bridge.rendering.headers import header
from bridge.rendering.headers import name_of as agent_name
from bridge.rendering.layout import Layout
from bridge.rendering.measuring import Sizes
from bridge.rendering.mentions import opened
from bridge.rendering.splitting import Fill, split
from bridge.rendering.tables import adapted
from bridge.rendering.tree import Block, Table, is_heavier

__all__ = ["DiscordPost", "render"]

MAX_TABLE_COLUMNS = 60  # ours: of characters; a wider table is broken on a narrow screen
MAX_PINGS = 80  # ours: above an embed, so that they fit into one post
MAX_FILE_NAME_CHARS = 200  # ours: of a file that is told in one post with its link
# https://docs.discord.com/developers/resources/user#usernames-and-nicknames
_FORBIDDEN_NAME = re.compile(r"(?i:.*(?:discord|clyde).*)|everyone|here")


def render(
    message: Message, destination: DiscordDestination, *, form: Form, revision: int, route: str
) -> tuple[DiscordPost | FilePost, ...]:
    """Return the posts that bring the message to a channel."""
    files = uploads(message, destination)

    def fitted(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return opened(adapted(blocks, _is_narrow), destination.mentions, TOKENS)

    blocks = contents(message, fitted, DiscordMarkdown().blocks, files=listed(message, files))
    frame = Frame(message, destination, route=route)
    fill = _fill(_limit(destination) - frame.room)
    layout = Layout.of(split(blocks, fill), files, destination, form)
    writer = _Writer(
        message=message,
        destination=destination,
        form=form,
        revision=revision,
        frame=frame,
        fill=fill,
        layout=layout,
    )
    return layout.posts(writer)


def _is_narrow(table: Table) -> bool:
    return all(width(line) <= MAX_TABLE_COLUMNS for line in table_lines(table))


def _limit(destination: DiscordDestination) -> int:
    return MAX_DESCRIPTION_CHARS if destination.style == "embed" else MAX_CONTENT_CHARS


def _fill(room: int) -> Fill:
    """Return how full a post with some blocks is, in whichever form it takes more room."""
    writers = DiscordMarkdown(), DiscordPlain()

    def measure(block: Block) -> int:
        if is_heavier((block,), room):
            return room + 1
        return max(len(writer.blocks((block,))) for writer in writers)

    sizes = Sizes(measure)
    return lambda blocks: (sum(sizes.of(blocks)) + 2 * (len(blocks) - 1)) / room


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes the posts of one message."""

    message: Message
    destination: DiscordDestination
    form: Form
    revision: int
    frame: Frame
    fill: Fill
    layout: Layout

    def text(self, blocks: Sequence[Block], part: int, *, is_last: bool) -> DiscordPost:
        """Return a part of the text; what the operator wants below it stands below the last one."""
        is_small = self.message.kind is Kind.NOTIFICATION and self.layout.labels == 1
        return self._post(
            self._words(blocks, is_small=is_small),
            part,
            self._label(part, self.layout.labels),
            is_last=is_last,
        )

    def whole(self, part: int) -> FilePost:
        """Return the file with the whole message."""
        return FilePost(
            name=whole_name(self.message),
            text=whole(self.message),
            comment=self._above(self._label(part, self.layout.labels)),
            username=self._username,
            icon_url=self._icon,
            otherwise=Remedy.IN_PARTS,
            part=part,
            parts=self.layout.parts,
        )

    def upload(self, file: File, part: int) -> FilePost | DiscordPost:
        """Return a file of the message; in linked form, a line with its link."""
        label = self._label(1, 1)
        if self.form.linked:
            return self._post(self._link(file), part, label, is_last=False)
        return FilePost(
            name=name_of(file),
            url=file.url,
            comment=self._above(label),
            username=self._username,
            icon_url=self._icon,
            otherwise=Remedy.LINKED,
            part=part,
            parts=self.layout.parts,
        )

    def _label(self, part: int, parts: int) -> Label:
        return Label(part, parts, self.revision, self.form.plain)

    def _link(self, file: File) -> str:
        name = shortened(file.name, MAX_FILE_NAME_CHARS)
        without = File(name=f"{name} (its link is too long for a post)")
        lines = map(linked, (file, replace(file, name=name), without))
        line = next(line for line in lines if self.fill([line]) <= 1)
        return self._words([line], is_small=False)

    def _words(self, blocks: Sequence[Block], *, is_small: bool) -> str:
        if self.form.plain:
            return DiscordPlain().blocks(blocks)
        words = DiscordMarkdown().blocks(blocks)
        return small_print(blocks, words) if is_small else words

    def _post(self, words: str, part: int, label: Label, *, is_last: bool) -> DiscordPost:
        found = {ping[1].lower(): ping[0] for ping in TOKENS.finditer(words)}
        pings = {who: found[who] for who in found if who in self.destination.mentions}
        post = DiscordPost(
            content="",
            username=self._username,
            avatar_url=self._icon,
            silent=self.message.kind is Kind.NOTIFICATION,
            mentions=tuple(pings),
            part=part,
            parts=self.layout.parts,
        )
        if self.destination.style == "embed":
            frame = self._embed(words, label, is_last=is_last)
            live = " ".join([*pings.values()][:MAX_PINGS])
            return replace(post, content=live, embeds=(frame,), suppress_embeds=False)
        below = self.frame.below(label) if is_last else ""
        return replace(post, content=_joined(self._above(label), words, below))

    def _above(self, label: Label) -> str:
        return self.frame.above(label, named=self._username is None)

    def _embed(self, words: str, label: Label, *, is_last: bool) -> dict[str, Any]:
        part, parts, revision, plain = label
        above = self.frame.above(label) if self.destination.header is not None else ""
        return embed(
            self.message,
            header(self.message, part=part, parts=parts, revision=revision),
            _joined(above, words),
            footer=self.frame.footer(label) if is_last else "",
            plain=plain,
        )

    @property
    def _username(self) -> str | None:
        name = agent_name(self.message.agent)
        is_allowed = not self.form.anonymous and _FORBIDDEN_NAME.fullmatch(name) is None
        return name if is_allowed else None

    @property
    def _icon(self) -> str | None:
        icon = self.message.agent.avatar_url or ""
        return icon if icon.startswith("https://") and not self.form.anonymous else None


def _joined(*lines: str) -> str:
    return "\n".join(filter(None, lines))
