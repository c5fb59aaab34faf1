"""Markdown -> the tokens of markdown-it, read by the rules of CommonMark and a few of our own. No I/O."""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, emphasis, strikethrough
from markdown_it.token import Token

from bridge.rendering import links
from bridge.rendering.flanking import relaxed

MAX_NESTING = 20  # ours: about 9 lists or 19 quotes inside each other
MAX_BRACKETS = 500  # ours: in one paragraph; each makes markdown-it look at all the others
MAX_BRACKET_PAIRS = 5_000_000  # ours: in all paragraphs, each bracket with each other
MAX_TOKENS = 20_000  # ours: in a message; the longest text of a person has three quarters of that
MAX_QUOTED_LINES = 1_000  # ours: in quotes that are deeper than any person's
MAX_CELLS = 20_000  # ours: of one table, counting those that its rows leave out
_DEEP_QUOTE = re.compile(r"^(?:[ \t*+-]*>){8}", re.MULTILINE)


class TooMuch(Exception):
    """There is so much markup that working with it would take long."""


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 -- markdown-it's name
        """Let every link be read: `links.link` decides which may be live."""
        return True


def _read_inlines(state: StateCore) -> None:
    count, pairs = len(state.tokens), 0
    for token in state.tokens:
        if count > MAX_TOKENS or pairs > MAX_BRACKET_PAIRS:
            raise TooMuch
        if token.type == "inline":
            pairs += token.content.count("[") ** 2
            token.children = _inlines_of(token.content, state)
            count += len(token.children)


def _inlines_of(text: str, state: StateCore) -> list[Token]:
    if text.count("[") > MAX_BRACKETS:
        return [Token("source", "", 0, content=text)]
    tokens: list[Token] = []
    state.md.inline.parse(text, state.md, state.env, tokens)
    return tokens


def _read_address(state: StateInline, silent: bool) -> bool:
    """Take a web address as text: nothing in it is a mark."""
    end = links.end_of_address(state.src, state.pos)
    if not silent:
        state.pending += state.src[state.pos : end]
    is_found, state.pos = end > state.pos, end
    return is_found


_READER = _Reader("commonmark", {"html": False, "maxNesting": MAX_NESTING})
_READER.enable(["table", "strikethrough"])
_READER.core.ruler.at("inline", _read_inlines)
_READER.inline.ruler.before("newline", "address", _read_address)
_READER.inline.ruler.at("emphasis", relaxed(emphasis.tokenize))
_READER.inline.ruler.at("strikethrough", relaxed(strikethrough.tokenize))


def tokens(text: str, env: dict[str, Any]) -> list[Token]:
    """Return the tokens of the text; the targets of links that it defines go into `env`.

    Raises TooMuch where that, or what is done with them later, would take long.
    """
    if _is_slow(text):
        raise TooMuch
    return _READER.parse(text, env)


def _is_slow(text: str) -> bool:
    """Tell whether reading may take long.

    Markdown-it looks at each line once per quote around it, and fills each row up with cells.
    """
    lines = text.count("\n")
    if lines > MAX_QUOTED_LINES and _DEEP_QUOTE.search(text) is not None:
        return True
    return any(
        line.count("|") * lines > MAX_CELLS and not line.strip(" \t>|:-")
        for line in text.split("\n")
    )
