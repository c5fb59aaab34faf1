"""Tree -> the Markdown of Slack's `markdown` block, and Slack's escaped plain text. No I/O."""

import re
from collections.abc import Iterable

from bridge.rendering import slack_mentions
from bridge.rendering.links import is_bare, target
from bridge.rendering.plain import Plain
from bridge.rendering.tree import (
    Break,
    Heading,
    Inline,
    Item,
    Link,
    List,
    Mention,
    Row,
    Table,
    Text,
    visible,
)
from bridge.rendering.writing import ZERO_WIDTH_SPACE, Writer

# https://docs.slack.dev/messaging/formatting-message-text/#escaping
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# An underscore between letters is none of the marks.
_MARKS = re.compile(r"[\\`*~\[\]]|(?<![^\W_])_|_(?![^\W_])")
# https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(
    r"^([ ]*)(#(?=\#{0,5}(?:\s|$))|[-+](?=[\s|:-]|$)|=(?==*\s*$)|:(?=-)|\||\d{1,9}(?=[.)](?:\s|$)))",
    re.MULTILINE,
)
_TOKEN = re.compile(r"<(?=[!@#]|(?:\w{1,20}://|mailto:|tel:)[^<>\n]*\|)", re.IGNORECASE)
# What in an address needs to be written otherwise than the address itself.
_NOT_ALONE = re.compile(r"[\s\x00-\x1f<>|]")
_ENDS_ADDRESS = ".,:;!?'\")"  # behind an address, Slack takes them for the sentence's
_BOXES = {None: "", False: "[ ] ", True: "[x] "}
_DELIMITERS = {"left": ":--", "right": "--:", "center": ":-:", "": "---"}


class SlackMarkdown(Writer):
    """Standard Markdown in which no `<...>` is left for Slack to act on.

    Live control sequences and the way to defuse them: an entity is shown as its character and
    not read again, but inside code it would be shown as it is.
    """

    def text(self, text: str) -> str:
        """Escape marks and control sequences; `&` stays unless it would be read as an entity."""
        text = _ENTITY.sub("&amp;", _MARKS.sub(r"\\\g<0>", text))
        return text.replace("<", "&lt;").replace(">", "&gt;")

    def verbatim(self, code: str) -> str:
        """Break control sequences inside code."""
        return _TOKEN.sub("<" + ZERO_WIDTH_SPACE, code)

    def line_starts(self, text: str) -> str:
        """Escape what would make a line a heading, a list, a table or a rule."""
        return _BLOCK_START.sub(_escaped_start, text)

    def line_end(self) -> str:
        """Write a line end with the two spaces that make it one."""
        return "  \n"

    def heading(self, heading: Heading) -> str:
        """Write a heading; a `#` at its end would be taken for a mark."""
        return re.sub(r"#$", r"\\#", super().heading(heading))

    def marker(self, entries: List, index: int, *, again: bool) -> str:
        """Write a bullet or a number, of another kind right after another list."""
        bullet, point = ("*", ")") if again else ("-", ".")
        return bullet if entries.start is None else f"{entries.start + index}{point}"

    def box(self, item: Item) -> str:
        """Write the box of a task list."""
        return _BOXES[item.checked]

    def table(self, table: Table) -> str:
        """Write a pipe table."""
        delimiters = [_DELIMITERS[alignment] for alignment in table.alignments]
        lines = [self._row(table.header), delimiters, *map(self._row, table.rows)]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

    def _row(self, row: Row) -> list[str]:
        return [re.sub(r"\s*\n", " ", self.inlines(cell)).replace("|", r"\|") for cell in row]

    def inlines(self, inlines: Iterable[Inline]) -> str:
        """Write what stands in a line; Slack would take what touches an address for a part of it."""
        line = tuple(inlines)
        if any(isinstance(inline, Link) for inline in line):
            line = tuple(map(_apart, line, (*line[1:], Break())))
        return super().inlines(line)

    def link(self, link: Link) -> str:
        """Write a link; an address alone is made one by Slack itself."""
        if is_bare(link) and not (_MARKS.search(link.url) or _NOT_ALONE.search(link.url)):
            return link.url.removeprefix("mailto:")
        label = re.sub(r"\s*\n", " ", self.inlines(link.inlines)).strip()
        return f"[{label}]({target(link.url)})"

    def mention(self, mention: Mention) -> str:
        """Write a ping that is allowed: live."""
        return slack_mentions.live(mention.token)


class SlackPlain(Plain):
    """Plain text for a post's `text`, where `&`, `<` and `>` must be entities."""

    def text(self, text: str) -> str:
        """Escape the three characters that Slack acts on."""
        return escaped(text)

    def verbatim(self, code: str) -> str:
        """Escape the three characters that Slack acts on."""
        return escaped(code)

    def mention(self, mention: Mention) -> str:
        """Write a ping that is allowed: live."""
        return slack_mentions.live(mention.token)


def escaped(text: str) -> str:
    """Return the text as Slack wants it in `text` and in mrkdwn."""
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)


def _apart(inline: Inline, following: Inline) -> Inline:
    """Return the inline; an address that something touches gets a label of its own."""
    if not isinstance(inline, Link) or inline.inlines != (Text(text=inline.url),):
        return inline
    touching = visible((following,))[:1]
    if touching.isspace() or touching in _ENDS_ADDRESS:
        return inline
    return Link(url=inline.url, inlines=(Text(text=inline.url + ZERO_WIDTH_SPACE),))


def _escaped_start(found: re.Match[str]) -> str:
    space, mark = found.groups()
    # A number can't be escaped, but the point after it can; it comes next.
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"
