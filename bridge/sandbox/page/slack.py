"""What Slack shows for a post: its blocks, or its text where there are none, as HTML. No I/O."""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.page.markup import URL, bare_link, link, mention, reader
from bridge.sandbox.page.mrkdwn import TOKEN, mrkdwn, token

Block = Mapping[str, Any]


def draw(post: Arrived) -> str:
    """Return the body of *post*."""
    return "".join(map(_block, post.blocks)) if post.blocks else mrkdwn(post.text)


def _block(block: Block) -> str:
    kind = str(block.get("type"))
    if kind in _BLOCKS:
        return _BLOCKS[kind](block)
    return f'<p class="context">[{escape(kind)}]</p>'


def _composed(text: Block) -> str:
    """Return a text object as HTML."""
    written = str(text.get("text", ""))
    return mrkdwn(written) if text.get("type") == "mrkdwn" else f"<p>{escape(written)}</p>"


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


def _rich_text(block: Block) -> str:
    return "".join(map(_rich_part, block["elements"]))


def _rich_part(part: Block) -> str:
    kind, elements = part["type"], part["elements"]
    if kind == "rich_text_list":
        tag = "ol" if part.get("style") == "ordered" else "ul"
        items = "".join(f"<li>{_leaves(item['elements'])}</li>" for item in elements)
        return f'<{tag} class="indent{min(int(part.get("indent", 0)), 5)}">{items}</{tag}>'
    tag = {"rich_text_preformatted": "pre", "rich_text_quote": "blockquote"}.get(kind, "p")
    return f"<{tag}>{_leaves(elements)}</{tag}>"


def _leaves(leaves: list[Block]) -> str:
    return "".join(map(_leaf, leaves))


def _leaf(leaf: Block) -> str:
    match leaf["type"]:
        case "text":
            html = escape(leaf["text"])
        case "link":
            html = link(leaf["url"], escape(leaf.get("text") or leaf["url"]))
        case "user" | "usergroup" | "broadcast":
            name = leaf.get("user_id") or leaf.get("usergroup_id") or leaf.get("range")
            html = mention(f"@{name}", pings=True)
        case "channel":
            html = mention(f"#{leaf.get('channel_id')}", pings=False)
        case _:
            html = escape(f":{leaf.get('name') or leaf.get('fallback') or leaf.get('value')}:")
    for style, tag in (("bold", "strong"), ("italic", "em"), ("strike", "s"), ("code", "code")):
        if leaf.get("style", {}).get(style):
            html = f"<{tag}>{html}</{tag}>"
    return html


def _table(block: Block) -> str:
    head, *rows = block["rows"]
    body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in rows)
    return f"<table><thead><tr>{_cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: list[Block], tag: str) -> str:
    return "".join(f"<{tag}>{_cell(cell)}</{tag}>" for cell in row)


def _cell(cell: Block) -> str:
    return escape(cell["text"]) if cell["type"] == "raw_text" else _rich_text(cell)


_BLOCKS: dict[str, Callable[[Block], str]] = {
    "context": _context,
    "divider": lambda _: "<hr>",
    "header": lambda block: f"<h2>{escape(str(block['text']['text']))}</h2>",
    "image": _image,
    "markdown": _markdown,
    "rich_text": _rich_text,
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


_reader = reader((re.compile(URL), bare_link)).enable("table")
_reader.inline.ruler.before("autolink", "slack_token", _live_token)
_reader.core.ruler.before("pieces", "tick", _tick)
