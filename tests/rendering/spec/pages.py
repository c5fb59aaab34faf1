"""HTML as a tree that can be compared: what no reader of a chat would see is gone from it.

- Space is one blank, and none at the borders of blocks; in `pre` it stays.
- A zero-width space is nothing, nor is `mailto:`. A web address that is its own label is its text.
- A picture is a link with its words; a link to no web address is `label (address)`, a title is ` (title)`.
- A style in the same style is that style; a style, link, heading or quote around nothing is nothing.
- A box to be checked is `[ ]` or `[x]`.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from bridge.rendering.links import link
from bridge.rendering.tree import Link, Text

_VOID = ("br", "hr", "img", "input")
_STYLES = ("em", "strong", "del", "s")
_INLINE = (*_STYLES, "a", "code", "br")
_OPTIONAL = (*_INLINE, "p", "h1", "h2", "h3", "h4", "h5", "h6", "tbody")


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list["_Element | str"] = field(default_factory=list)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [_Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {key: value or "" for key, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def page(html: str) -> list[Any]:
    """Return the HTML as nested lists: each element is its tag, its telling attribute and what is in it."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return _shown(tree.open[0].children, ())


def _shown(children: list[_Element | str], around: tuple[str, ...]) -> list[Any]:
    shown: list[Any] = []
    for child in children:
        if isinstance(child, str):
            shown.append(_text(child, around))
        else:
            shown.extend(_element(child, around))
    return _joined(shown, around)


def _text(text: str, around: tuple[str, ...]) -> str:
    text = re.sub("\u200b|mailto:", "", text, flags=re.IGNORECASE)
    return text if "pre" in around else re.sub(r"\s+", " ", text)


def _element(element: _Element, around: tuple[str, ...]) -> list[Any]:
    tag = {"s": "del"}.get(element.tag, element.tag)
    inner = _shown(element.children, (*around, tag))
    match tag:
        case "a":
            return _link(element.attributes, inner)
        case "img":
            return _picture(element.attributes, around)
        case "input":
            return ["[x]" if "checked" in element.attributes else "[ ]"]
        case _ if tag in _STYLES and tag in around:
            return inner
        case "pre" if not words_in(inner).strip():
            return [("pre", "", [])]
        case "blockquote" if not inner:
            return []
        case _ if not inner and tag in _OPTIONAL and tag != "br":
            return []
        case _:
            return [(tag, _told(element.attributes), inner)]


def _told(attributes: dict[str, str]) -> str:
    known = attributes.get("class") or attributes.get("start") or attributes.get("align")
    return (known or attributes.get("style", "")).removeprefix("text-align:")


def _link(attributes: dict[str, str], label: list[Any]) -> list[Any]:
    url, title = attributes.get("href", ""), attributes.get("title", "")
    words = words_in(label)
    told = f" ({' '.join(title.split())})" if title.strip() else ""
    if not isinstance(link(url, (Text(text=words),))[0], Link):
        told = (f" ({url})" if url and words not in ("", url) else url * (not words)) + told
        return [*label, told]
    address = re.sub("^mailto:", "", unquote(url), flags=re.IGNORECASE)
    if words in ("", url) or unquote(words) in (unquote(url), address):
        return [address, told]
    return [("a", unquote(url), label), told]


def _picture(attributes: dict[str, str], around: tuple[str, ...]) -> list[Any]:
    words = " ".join(attributes.get("alt", "").split()) or "image"
    if "a" in around:
        return [words]
    return _link({**attributes, "href": attributes.get("src", "")}, [words])


def _joined(shown: list[Any], around: tuple[str, ...]) -> list[Any]:
    """Return what is shown, neighbouring texts and styles as one, without space at the borders of blocks."""
    joined: list[Any] = []
    for piece in shown:
        last = joined[-1] if joined else None
        if isinstance(piece, str) and isinstance(last, str):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    if "pre" in around:
        return joined
    return [piece for piece in _stripped(joined, around) if piece != ""]


def _stripped(shown: list[Any], around: tuple[str, ...]) -> list[Any]:
    stripped: list[Any] = []
    for index, piece in enumerate(shown):
        if isinstance(piece, str):
            piece = re.sub(" +", " ", piece)
            if _is_border(shown[index - 1] if index else None, around):
                piece = piece.lstrip()
            if _is_border(shown[index + 1] if index + 1 < len(shown) else None, around):
                piece = piece.rstrip()
        stripped.append(piece)
    return stripped


def _is_border(neighbour: Any, around: tuple[str, ...]) -> bool:
    if neighbour is None:
        return not around or around[-1] not in _STYLES
    return isinstance(neighbour, tuple) and (neighbour[0] not in _INLINE or neighbour[0] == "br")


def words_in(shown: Any) -> str:
    """Return the text in what is shown."""
    if isinstance(shown, str):
        return shown
    return "".join(map(words_in, shown[2] if isinstance(shown, tuple) else shown))


def marked_words(shown: Any, around: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Return each word with what it stands in, sorted; of headings, only that they are or are bold."""
    if isinstance(shown, str):
        return [(word, tuple(sorted(around))) for word in re.findall(r"[^\W_]+", shown)]
    if isinstance(shown, tuple):
        tag, _, inner = shown
        return marked_words(inner, around + _ON_DISCORD.get(tag, (tag,)))
    return [word for piece in shown for word in marked_words(piece, around)]


# What Discord has for it; the kind of list and the level of a heading are seen in what is written.
_ON_DISCORD: dict[str, tuple[str, ...]] = {
    "p": (),
    "h4": ("strong",),
    "h5": ("strong",),
    "h6": ("strong",),
    "table": ("pre", "code"),
    **dict.fromkeys(("thead", "tbody", "tr", "td", "th"), ()),
}
