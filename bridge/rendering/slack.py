"""Message -> posts for Slack: a `markdown` block, else `rich_text`, else escaped plain text, under a header. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.deliveries import Form, Remedy
from bridge.destinations import SlackDestination
from bridge.events import File, Kind, Message
from bridge.rendering.contents import contents
from bridge.rendering.files import (
    FilePost,
    linked,
    listed,
    name_of,
    uploads,
    whole,
    whole_name,
)
from bridge.rendering.layout import Layout
from bridge.rendering.mentions import opened
from bridge.rendering.slack_bodies import body, notification
from bridge.rendering.slack_lines import Label, Line, above, below, heading, longest
from bridge.rendering.slack_markdown import SlackMarkdown, SlackPlain
from bridge.rendering.slack_mentions import TOKENS
from bridge.rendering.slack_posts import SlackPost
from bridge.rendering.slack_sizes import fill, fitted
from bridge.rendering.splitting import split
from bridge.rendering.tree import Block

__all__ = ["SlackPost", "render"]


def render(
    message: Message, destination: SlackDestination, *, form: Form, revision: int, route: str
) -> tuple[SlackPost | FilePost, ...]:
    """Return the posts that bring the message to the destination.

    An incoming webhook refuses `markdown` blocks, takes no files and has an identity of its own.
    """
    files = uploads(message, destination)
    blocks = contents(message, fitted, SlackMarkdown().blocks, files=listed(message, files))
    blocks = opened(blocks, destination.mentions, TOKENS)
    texts = split(blocks, fill(longest(message, destination)))
    layout = Layout.of(texts, files, destination, form)
    writer = _Writer(
        message=message,
        destination=destination,
        form=form,
        revision=revision,
        route=route,
        layout=layout,
    )
    return layout.posts(writer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes the posts of one message."""

    message: Message
    destination: SlackDestination
    form: Form
    revision: int
    route: str
    layout: Layout

    def text(self, blocks: Sequence[Block], part: int, *, is_last: bool) -> SlackPost:
        """Return a part of the text; what the operator wants below it stands below the last one."""
        label = self._label(part, self.layout.labels)
        footer = below(self.message, self.destination, label) if is_last else Line()
        return self._post(blocks, part, label, footer)

    def whole(self, part: int) -> FilePost:
        """Return the file with the whole message."""
        label = self._label(part, self.layout.labels)
        return FilePost(
            name=whole_name(self.message),
            text=whole(self.message),
            comment=above(self.message, self.destination, label).text,
            otherwise=Remedy.IN_PARTS,
            part=part,
            parts=self.layout.parts,
        )

    def upload(self, file: File, part: int) -> FilePost | SlackPost:
        """Return a file of the message; in linked form, a line with its link."""
        label = self._label(1, 1)
        if self.form.linked:
            return self._post((linked(file),), part, label, Line())
        return FilePost(
            name=name_of(file),
            url=file.url,
            comment=above(self.message, self.destination, label).text,
            otherwise=Remedy.LINKED,
            part=part,
            parts=self.layout.parts,
        )

    def _label(self, part: int, parts: int) -> Label:
        return Label(route=self.route, part=part, parts=parts, revision=self.revision)

    def _post(self, blocks: Sequence[Block], part: int, label: Label, footer: Line) -> SlackPost:
        line = above(self.message, self.destination, label)
        words = SlackPlain().blocks(blocks)
        plain = "\n".join(filter(None, (line.text, words, footer.text)))
        head = heading(self.message, label)
        is_named = not (self.form.anonymous or self._is_webhook)
        icon = self.message.agent.avatar_url or ""
        return SlackPost(
            text=plain if self.form.plain else notification(head, label, words),
            blocks=() if self.form.plain else (*line.blocks, self._body(blocks), *footer.blocks),
            username=head.name if is_named else None,
            icon_url=icon if is_named and icon.startswith("https://") else None,
            metadata=None if self._is_webhook else self._metadata(part),
            part=part,
            parts=self.layout.parts,
        )

    @property
    def _is_webhook(self) -> bool:
        return self.destination.channel is None

    def _body(self, blocks: Sequence[Block]) -> dict[str, Any]:
        is_small = self.message.kind is Kind.NOTIFICATION and self.layout.labels == 1
        return body(
            blocks,
            rich=self.form.rich_text or self._is_webhook,
            small=is_small and not self.form.rich_text,
        )

    def _metadata(self, part: int) -> dict[str, Any]:
        facts = {"message": self.message.id, "chat": self.message.chat_id}
        numbers = {"part": part, "revision": self.revision}
        return {"event_type": "nexusgpt_message", "event_payload": {**facts, **numbers}}
