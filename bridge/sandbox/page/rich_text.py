"""Slack's `rich_text` block as HTML: it is shown as it is built. No I/O.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bridge.sandbox.page.markup import link, mention

MAX_INDENT = 8
Block = Mapping[str, Any]
_STYLES = (
    ("bold", "strong"),
    ("italic", "em"),
    ("strike", "s"),
    ("underline", "u"),
    ("code", "code"),
)


def rich_text(block: Block) -> str:
    """Return a whole `rich_text` block."""
    return "".join(map(_part, block["elements"]))


def _part(part: Block) -> str:
    html = _list(part) if part["type"] == "rich_text_list" else _run(part)
    # A list or code inside a quote says so by its border.
    return f"<blockquote>{html}</blockquote>" if part.get("border") else html


def _list(part: Block) -> str:
    kind = f'class="indent{min(int(part.get("indent", 0)), MAX_INDENT)}"'
    items = "".join(f"<li>{_lines(item['elements'])}</li>" for item in part["elements"])
    if part.get("style") != "ordered":
        return f"<ul {kind}>{items}</ul>"
    offset = int(part.get("offset", 0))
    start = f' start="{offset + 1}"' if offset else ""
    return f"<ol {kind}{start}>{items}</ol>"


def _run(part: Block) -> str:
    if part["type"] == "rich_text_preformatted":
        return f"<pre>{_leaves(part['elements'])}</pre>"
    tag = "blockquote" if part["type"] == "rich_text_quote" else "p"
    return f"<{tag}>{_lines(part['elements'])}</{tag}>"


def _lines(leaves: Sequence[Block]) -> str:
    """Return leaves with their line ends; those at the end only keep a distance to what follows."""
    return re.sub(r"(?:<br>)+((?:</\w+>)*)$", r"\1", _leaves(leaves).replace("\n", "<br>"))


def _leaves(leaves: Sequence[Block]) -> str:
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
    for style, tag in _STYLES:
        if leaf.get("style", {}).get(style):
            html = f"<{tag}>{html}</{tag}>"
    return html
