"""What Discord shows for a post: its content in Discord's dialect of Markdown, and its embeds. No I/O.

https://support.discord.com/hc/en-us/articles/210298617
"""

import re
from collections.abc import Iterator
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence, heading
from markdown_it.rules_core import StateCore

from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.page.embeds import embed
from bridge.sandbox.page.files import files
from bridge.sandbox.page.markup import (
    URL,
    Piece,
    bare_link,
    mention,
    reader,
    replaced,
)

#: constructs of CommonMark that Discord shows as they are written
_NOT_ON_DISCORD = [
    "code",
    "hr",
    "lheading",
    "reference",
    "html_block",
    "html_inline",
    "entity",
    "image",
]


def draw(post: Arrived) -> str:
    """Return the body of *post*."""
    markdown = _reader(post.pings)

    def write(text: str) -> str:
        return _content(markdown, text)

    embeds = "".join(embed(each, write) for each in post.embeds)
    return write(post.text) + embeds + files(post)


def _content(markdown: MarkdownIt, text: str) -> str:
    return str(markdown.render("\n".join(_lines(text))))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of *text*, with quotes put as CommonMark reads them.

    On Discord a quote ends with its line, and ">>> " opens one that never ends.
    """
    fenced = quoted = endless = False
    for line in text.split("\n"):
        if not fenced and not endless and line.startswith(">>> "):
            endless, line = True, line[2:]
        elif endless:
            line = f"> {line}"
        if quoted and not line.startswith(">"):
            yield ""
        quoted = not fenced and line.startswith("> ")
        fenced ^= line.count("```") % 2 == 1
        yield line


def _reader(pings: tuple[str, ...]) -> MarkdownIt:
    markdown = reader(*_pieces(pings), breaks=True).disable(_NOT_ON_DISCORD)
    markdown.block.ruler.at("heading", _heading, {"alt": ["paragraph", "blockquote"]})
    markdown.block.ruler.at("fence", _fence, {"alt": ["paragraph", "blockquote", "list"]})
    markdown.block.ruler.before("list", "subtext", _subtext, {"alt": ["paragraph", "blockquote"]})
    markdown.core.ruler.push("underline", _underline)
    return markdown


def _pieces(pings: tuple[str, ...]) -> tuple[Piece, ...]:
    def draw_mention(found: re.Match[str]) -> str:
        name = re.sub(r"[<>&!]", "", found.group())
        return mention(name, pings=found.group() in pings)

    everyone = [ping for ping in pings if ping in ("@everyone", "@here")]
    live = "|".join([r"<(?:@[!&]?|#)\d+>", *everyone])
    return (
        (re.compile(live), draw_mention),
        (re.compile(r"<a?(:\w+:)\d+>"), lambda found: escape(found[1])),
        (re.compile(r"<t:(\d+)(?::\w)?>"), lambda found: f"<code>{found[1]}</code>"),
        (re.compile(URL), bare_link),
        (
            re.compile(r"\|\|(.+?)\|\|"),
            lambda found: f'<span class="spoiler">{replaced(found[1], ())}</span>',
        ),
    )


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a heading: Discord knows three levels."""
    return re.match("#{1,3} ", _line(state, start)) is not None and heading(
        state, start, end, silent
    )


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a fence: Discord knows the one of backticks."""
    return _line(state, start).startswith("```") and fence(state, start, end, silent)


def _subtext(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Read a line of small print, "-# ..."."""
    line = _line(state, start)
    if not line.startswith("-# "):
        return False
    if not silent:
        state.push("subtext_open", "small", 1).block = True
        inline = state.push("inline", "", 0)
        inline.content, inline.children, inline.map = line[3:].strip(), [], [start, start + 1]
        state.push("subtext_close", "small", -1).block = True
        state.line = start + 1
    return True


def _underline(state: StateCore) -> None:
    """Turn what two underscores made bold into what they make on Discord."""
    for child in (child for token in state.tokens for child in token.children or ()):
        if child.markup == "__":
            child.tag = "u"
