"""What Slack shows for a post: its blocks, or its text where there are none, and its files, as HTML. No I/O."""

import json
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.page.files import files
from bridge.sandbox.page.markup import URL, bare_link, link, reader
from bridge.sandbox.page.mrkdwn import TOKEN, mrkdwn, token, unmarked
from bridge.sandbox.page.rich_text import rich_text

Block = Mapping[str, Any]


def draw(post: Arrived) -> str:
    """Return the body of *post*."""
    if post.blocks:
        shown = "".join(map(_block, post.blocks))
    else:
        shown = mrkdwn(post.text) if _has_marks(post.body) else unmarked(post.text)
    return shown + files(post)


def _has_marks(body: bytes) -> bool:
    """Tell whether Slack reads marks in the text: https://docs.slack.dev/reference/methods/chat.postMessage ."""
    try:
        return dict(json.loads(body)).get("mrkdwn") is not False
    except (ValueError, TypeError):  # a form, or none
        return True


def _block(block: Block) -> str:
    kind = str(block.get("type"))
    if kind in _BLOCKS:
        return _BLOCKS[kind](block)
    return f'<p class="context">[{escape(kind)}]</p>'


def _composed(text: Block) -> str:
    """Return a text object as HTML."""
    written = str(text.get("text", ""))
    if text.get("type") == "mrkdwn":
        return mrkdwn(written)
    return "<p>" + escape(written).replace("\n", "<br>") + "</p>"


def _section(block: Block) -> str:
    fields = "".join(f"<div>{_composed(part)}</div>" for part in block.get("fields", ()))
    text = _composed(block["text"]) if "text" in block else ""
    return text + (f'<div class="fields">{fields}</div>' if fields else "")


def _context(block: Block) -> str:
    parts = "".join(_element(element) for element in block["elements"])
    return f'<div class="context">{parts}</div>'


def _element(element: Block) -> str:
    return _image(element) if element.get("type") == "image" else _composed(element)


def _image(block: Block) -> str:
    return f"<p>{link(str(block['image_url']), '🖼 ' + escape(str(block['alt_text'])))}</p>"


def _markdown(block: Block) -> str:
    return str(_reader.render(str(block["text"])))


def _table(block: Block) -> str:
    head, *rows = block["rows"]
    body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in rows)
    return f"<table><thead><tr>{_cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: list[Block], tag: str) -> str:
    return "".join(f"<{tag}>{_cell(cell)}</{tag}>" for cell in row)


def _cell(cell: Block) -> str:
    return escape(cell["text"]) if cell["type"] == "raw_text" else rich_text(cell)


_BLOCKS: dict[str, Callable[[Block], str]] = {
    "context": _context,
    "divider": lambda _: "<hr>",
    "header": lambda block: f"<h2>{escape(str(block['text']['text']))}</h2>",
    "image": _image,
    "markdown": _markdown,
    "rich_text": rich_text,
    "section": _section,
    "table": _table,
}


def _live_token(state: StateInline, silent: bool) -> bool:
    """Read a token of Slack's; what was written with entities is none."""
    found = TOKEN.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = token(found)
    state.pos = found.end()
    return True


def _tick(state: StateCore) -> None:
    """Draw the boxes of task lists."""
    for item, _, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type == "list_item_open" and inline.children:
            first = inline.children[0]
            for written, box in (("[ ] ", "☐ "), ("[x] ", "☑ ")):
                if first.content.startswith(written):
                    first.content = box + first.content.removeprefix(written)
                    item.attrJoin("class", "task")


_reader = reader((re.compile(URL), bare_link)).enable("table")
_reader.inline.ruler.before("autolink", "slack_token", _live_token)
_reader.core.ruler.before("pieces", "tick", _tick)
