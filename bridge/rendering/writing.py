"""Tree -> Markdown as CommonMark has it: the walk that every rung shares; a rung overrides what differs. No I/O."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from bridge.rendering.flanking import flanked
from bridge.rendering.graphemes import straight
from bridge.rendering.measuring import Memory
from bridge.rendering.tree import (
    Block,
    Break,
    Code,
    Emphasis,
    Fence,
    Heading,
    Inline,
    Item,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Strike,
    Strong,
    Table,
    Text,
)

ZERO_WIDTH_SPACE = "\u200b"
_MARKS: dict[type[Inline], str] = {Strong: "**", Emphasis: "*", Strike: "~~"}
_BOXES = {None: "", False: "☐ ", True: "☑ "}


class Writer(ABC):
    """One way to write a tree. Its methods take a node each and return its text."""

    #: keeps the marks of two styles apart that would else run together
    between_styles = ZERO_WIDTH_SPACE

    def __init__(self) -> None:
        # Splitting writes the same nodes again and again in ever longer rows.
        self._inlines = Memory(self.inline)
        self._items: dict[tuple[str, bool], Memory[Item, str]] = {}

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Write blocks, a blank line between them."""
        return "\n\n".join(filter(None, self._blocks(blocks)))

    def _blocks(self, blocks: Sequence[Block]) -> Iterator[str]:
        again = False
        for index, block in enumerate(blocks):
            # Two lists in a row would be read as one.
            again = index > 0 and not again and _are_lists(blocks[index - 1], block)
            yield self.block(block, again=again)

    def block(self, block: Block, *, again: bool = False) -> str:
        """Write one block; `again` if it is a list right after a list of the same kind."""
        match block:
            case Heading():
                return self.heading(block)
            case Paragraph():
                return self.paragraph(block.inlines)
            case List():
                return self.list(block, again=again)
            case Quote():
                return _prefixed(self.blocks(block.blocks), "> ", "> ")
            case Fence():
                return self.fence(block)
            case Table():
                return self.table(block)
            case _:
                return self.rule()

    def heading(self, heading: Heading) -> str:
        """Write a heading on one line."""
        words = self.inlines(heading.inlines).replace("\n", " ").strip()
        return f"{'#' * heading.level} {words}"

    def paragraph(self, inlines: Sequence[Inline]) -> str:
        """Write lines of text, none of which begins like another block."""
        return self.line_starts(self.inlines(inlines).strip())

    def line_starts(self, text: str) -> str:
        """Defuse what would make a line another block."""
        return text

    def list(self, entries: List, *, again: bool) -> str:
        """Write a list; `again` if it comes right after another one."""
        items = (
            self._item(item, self.marker(entries, index, again=again), tight=entries.tight)
            for index, item in enumerate(entries.items)
        )
        return ("\n" if entries.tight else "\n\n").join(items)

    def marker(self, entries: List, index: int, *, again: bool) -> str:
        """Write what stands in front of an entry."""
        return "-" if entries.start is None else f"{entries.start + index}."

    def _item(self, item: Item, marker: str, *, tight: bool) -> str:
        if (known := self._items.get((marker, tight))) is None:
            write = self.item if tight else self.loose_item
            known = self._items[marker, tight] = Memory(partial(write, marker=marker))
        return known.of(item)

    def item(self, item: Item, marker: str) -> str:
        """Write an entry of a list behind its marker, without blank lines where none is needed."""
        return self._entry(item, marker, _can_follow)

    def loose_item(self, item: Item, marker: str) -> str:
        """Write an entry of a list behind its marker, with blank lines between its blocks."""
        return self._entry(item, marker, lambda *_: False)

    def _entry(self, item: Item, marker: str, is_close: Callable[[Block, Block], bool]) -> str:
        front = self.box(item) + ("… " if item.continued else "")
        body = ""
        before: Block | None = None
        for block, text in zip(item.blocks, self._blocks(item.blocks), strict=True):
            if before is not None:
                body += "\n" if is_close(before, block) else "\n\n"
            # Behind a bullet, a rule of the bullet's sign would be one with it.
            body += "___" if before is None and text == "---" else text
            before = block
        if front and item.blocks and not isinstance(item.blocks[0], Paragraph):
            front = f"{front.rstrip()}\n"
        return _prefixed(front + body, f"{marker} ", " " * (len(marker) + 1)).rstrip()

    def box(self, item: Item) -> str:
        """Write the box of an entry that can be checked."""
        return _BOXES[item.checked]

    def fence(self, fence: Fence) -> str:
        """Write lines of code; nothing in them ends the fence."""
        code = "\n".join(fence.lines).replace("```", f"``{ZERO_WIDTH_SPACE}`")
        return f"```{fence.language}\n{self.verbatim(code)}\n```"

    @abstractmethod
    def table(self, table: Table) -> str:
        """Write a table."""

    def rule(self) -> str:
        """Write a line across."""
        return "---"

    def inlines(self, inlines: Iterable[Inline]) -> str:
        """Write what stands in a line."""
        nodes = list(inlines)
        texts = list(map(self._inlines.of, nodes))
        for index, node in enumerate(nodes):
            if type(node) in _MARKS:
                texts[index] = self._set_off(texts, nodes, index)
            elif index and texts[index][:1] == "[" and texts[index - 1][-1:] == "!":
                texts[index - 1] = f"{texts[index - 1][:-1]}\\!"  # else the link would be a picture
        return "".join(texts)

    def _set_off(self, texts: Sequence[str], nodes: Sequence[Inline], index: int) -> str:
        """Return the text of a style so that its marks are read as such where it stands."""
        if not self.between_styles:
            return texts[index]
        before, after = (
            "".join(texts[max(index - 1, 0) : index]),
            "".join(texts[index + 1 : index + 2]),
        )
        gap = self.between_styles if index and type(nodes[index - 1]) in _MARKS else ""
        if index + 1 < len(nodes) and type(nodes[index + 1]) in _MARKS:
            after = self.between_styles
        return gap + flanked(texts[index], _MARKS[type(nodes[index])], gap or before, after)

    def inline(self, inline: Inline) -> str:
        """Write one inline."""
        match inline:
            case Text():
                return self.text(straight(inline.text))
            case Code():
                return self.code(straight(inline.text))
            case Break():
                return self.line_end()
            case Strong() | Emphasis() | Strike():
                return self.styled(_MARKS[type(inline)], inline.inlines)
            case Link():
                return self.link(inline)
            case Mention():
                return self.mention(inline)
            case _:
                return self.link(Link(url=inline.url, inlines=(Text(text=inline.alt),)))

    def text(self, text: str) -> str:
        """Write words so that they are read as they are."""
        return text

    def verbatim(self, code: str) -> str:
        """Write code: only what would be live in spite of its marks is defused."""
        return code

    def code(self, code: str) -> str:
        """Write code inside a line; nothing in it ends the code."""
        code = re.sub("`(?=`)", f"`{ZERO_WIDTH_SPACE}", self.verbatim(code))
        marks, padding = ("``", " ") if "`" in code else ("`", "")
        return f"{marks}{padding}{code}{padding}{marks}"

    def line_end(self) -> str:
        """Write a line end that was asked for."""
        return "\n"

    def styled(self, mark: str, inlines: Iterable[Inline]) -> str:
        """Write inlines between marks; marks that touch a space would not be read as such."""
        text = self.inlines(inlines)
        words = text.strip()
        front, _, back = text.partition(words) if words else (text, "", "")
        return f"{front}{mark}{words}{mark}{back}" if words else text

    def mention(self, mention: Mention) -> str:
        """Write a ping that is allowed: as text, which nothing acts on, where a rung has no live form."""
        return self.text(mention.token)

    @abstractmethod
    def link(self, link: Link) -> str:
        """Write a link, or a picture as one."""


def _can_follow(before: Block, block: Block) -> bool:
    """Tell whether the second block is seen as one without a blank line in front of it."""
    match before, block:
        case (Quote(), Quote()) | (List(), List()):
            return False
        case (Heading() | Fence(), _) | (_, Heading() | Fence() | Quote() | List(start=None | 1)):
            return True
        case _:
            return False


def _are_lists(before: Block, block: Block) -> bool:
    match before, block:
        case List(), List():
            return (before.start is None) == (block.start is None)
        case _:
            return False


def _prefixed(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *(others + line for line in lines[1:])])
