"""Markdown -> tree: `parse` reads what an agent wrote by the CommonMark rules and loses no word of it. No I/O.

Text that is too long, too deep or too hostile to be read as Markdown is taken as plain paragraphs.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from bridge.rendering import inlines
from bridge.rendering.tokens import MAX_NESTING, TooMuch, tokens
from bridge.rendering.tree import (
    Block,
    Cell,
    Code,
    Fence,
    Heading,
    Inline,
    Item,
    List,
    Paragraph,
    Quote,
    Row,
    Rule,
    Table,
    Text,
    visible,
)

MAX_MARKDOWN_CHARS = 64_000  # ours: what can be read in about a second however hostile it is
MAX_PARAGRAPHS = 5_000  # ours: of a text without markup
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.-]{1,30}(?!\S)")
_BOX = re.compile(r"\[([ xX])\] +(?=\S)")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2060\ufeff]*")


class _TooDeep(Exception):
    """Something is nested so deeply that markdown-it would leave out what is in it."""


@lru_cache(maxsize=4)  # a message goes to several destinations at about the same time
def parse(text: str) -> tuple[Block, ...]:
    """Return the text as a tree. Never raises."""
    text = re.sub(r"\r\n?", "\n", text)
    if len(text) > MAX_MARKDOWN_CHARS:
        return plain(text)
    env: dict[str, Any] = {}
    try:
        read = tokens(text, env)
        return (*_Blocks(read, text).read(), *_unused(env, read, text))
    except (_TooDeep, TooMuch, RecursionError):
        return plain(text)


def plain(text: str) -> tuple[Block, ...]:
    """Return the text as paragraphs without any markup, only with its web addresses as links."""
    texts = re.split(r"\n[ \t]*\n", re.sub(r"\r\n?", "\n", text))
    stripped = ["\n".join(line.strip(" \t") for line in text.split("\n")) for text in texts]
    if len(stripped) > MAX_PARAGRAPHS or text.count("://") > MAX_PARAGRAPHS:
        return _paragraph((Text(text="\n\n".join(stripped).strip("\n")),))
    return tuple(chain.from_iterable(map(_plain_paragraph, stripped)))


def _plain_paragraph(text: str) -> tuple[Block, ...]:
    return _paragraph(inlines.linked([Text(text=text.strip("\n"))]))


def _paragraph(pieces: tuple[Inline, ...]) -> tuple[Block, ...]:
    if _INVISIBLE.fullmatch(visible(pieces)) and not any(isinstance(p, Code) for p in pieces):
        return ()
    return (Paragraph(inlines=pieces),)


def _unused(env: dict[str, Any], read: Iterable[Token], text: str) -> Iterator[Block]:
    """Yield the definitions of link targets that no link uses: nobody would see them."""
    leaves = chain.from_iterable(token.children or () for token in read)
    used = {token.attrGet("href") or token.attrGet("src") for token in leaves}
    known = env.get("references", {}).values()
    definitions = (*known, *env.get("duplicate_refs", ()))
    source = text.split("\n")
    lines = sorted(found["map"] for found in definitions if found["href"] not in used)
    yield from plain("\n".join(chain.from_iterable(source[first:end] for first, end in lines)))


class _Blocks:
    """The block tokens of markdown-it, read once from front to back."""

    def __init__(self, read: Iterable[Token], text: str) -> None:
        self._tokens = iter(read)
        self._source = text.split("\n")
        #: the levels at which a paragraph stood that is not hidden, as those of tight lists are
        self._loose: set[int] = set()

    def read(self, end: str = "") -> tuple[Block, ...]:
        """Return the blocks up to the token that ends them."""
        return tuple(chain.from_iterable(map(self._block, self._until(end))))

    def _until(self, end: str) -> Iterator[Token]:
        for token in self._tokens:
            if token.type == end:
                return
            if (
                token.type in ("blockquote_open", "list_item_open")
                and token.level >= MAX_NESTING - 1
            ):
                raise _TooDeep
            yield token

    def _block(self, token: Token) -> tuple[Block, ...]:
        match token.type:
            case "paragraph_open":
                self._loose |= set() if token.hidden else {token.level}
                return _paragraph(self._inlines())
            case "heading_open":
                words = self._inlines()
                return (Heading(level=int(token.tag[1:]), inlines=words),) if words else ()
            case "bullet_list_open" | "ordered_list_open":
                return (self._list(token),)
            case "blockquote_open":
                return (Quote(blocks=self.read("blockquote_close")),)
            case "fence" | "code_block":
                return _fence(token)
            case "table_open":
                return (self._table(),)
            case "hr":
                return (Rule(),)
            case _:  # the end of a paragraph or heading
                return ()

    def _inlines(self) -> tuple[Inline, ...]:
        return inlines.read(next(self._tokens).children or ())

    def _list(self, opening: Token) -> List:
        level_of_paragraphs = opening.level + 2
        self._loose.discard(level_of_paragraphs)
        end = opening.type.replace("open", "close")
        items = tuple(_item(self.read("list_item_close")) for _ in self._until(end))
        start = opening.attrGet("start")
        return List(
            items=items,
            start=None if opening.tag == "ul" else 1 if start is None else int(start),
            tight=level_of_paragraphs not in self._loose,
        )

    def _table(self) -> Table:
        self._alignments: list[str] = []
        opened = (token for token in self._until("table_close") if token.type == "tr_open")
        header, *rows = [self._row(token) for token in opened]
        alignments = tuple(self._alignments[: len(header)])
        return Table(header=header, rows=tuple(rows), alignments=alignments)

    def _row(self, opening: Token) -> Row:
        cells: list[Cell] = []
        for token in self._until("tr_close"):
            if token.type in ("th_open", "td_open"):
                style = str(token.attrGet("style") or "")
                self._alignments.append(style.removeprefix("text-align:"))
                cells.append(self._inlines())
        if more := self._cells_too_many(opening, len(cells)):
            cells[-1] = (*cells[-1], *inlines.linked([Text(text=" | ".join(("", *more)))]))
        return tuple(cells)

    def _cells_too_many(self, opening: Token, columns: int) -> list[str]:
        """Return the cells of the row that the header has no columns for; markdown-it drops them."""
        line = self._source[(opening.map or [0])[0]].lstrip(" \t>").rstrip()
        return [cell.strip() for cell in escapedSplit(line.removeprefix("|"))[columns:] if cell]


def _fence(token: Token) -> tuple[Block, ...]:
    info = unescapeAll(token.info).strip()
    language = found[0] if (found := _LANGUAGE.match(info)) else ""
    code = token.content.removesuffix("\n").split("\n")
    note = info.removeprefix(language).strip()
    fence = Fence(language=language, lines=tuple(code))
    return (Paragraph(inlines=(Code(text=note),)), fence) if note else (fence,)


def _item(blocks: tuple[Block, ...]) -> Item:
    """Return the item; a box at its front becomes its state."""
    match blocks:
        case (Paragraph(inlines=(Text(text=text), *others)), *more) if found := _BOX.match(text):
            words = Paragraph(inlines=(Text(text=text[found.end() :]), *others))
            return Item(blocks=(words, *more), checked=found[1] != " ")
        case _:
            return Item(blocks=blocks)
