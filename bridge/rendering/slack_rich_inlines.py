"""Inlines -> the elements of a line in Slack's `rich_text`: text and links with styles, and allowed pings. No I/O.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bridge.rendering import slack_mentions
from bridge.rendering.graphemes import straight
from bridge.rendering.links import target
from bridge.rendering.tree import (
    Break,
    Code,
    Emphasis,
    Image,
    Inline,
    Link,
    Strike,
    Strong,
    Text,
)

_STYLES = {Strong: "bold", Emphasis: "italic", Strike: "strike"}
_NO_STYLE: Mapping[str, bool] = {}
Element = dict[str, Any]


def leaves(inlines: Iterable[Inline], style: Mapping[str, bool] = _NO_STYLE) -> Iterator[Element]:
    """Yield the elements that show the inlines."""
    for inline in inlines:
        match inline:
            case Text():
                yield text(straight(inline.text), style)
            case Code():
                yield text(straight(inline.text), {**style, "code": True})
            case Break():
                yield text("\n", style)
            case Strong() | Emphasis() | Strike():
                yield from leaves(inline.inlines, {**style, _STYLES[type(inline)]: True})
            case Link() | Image():
                yield from _link(inline, style)
            case _:
                yield slack_mentions.element(inline.token)


def text(words: str, style: Mapping[str, bool] = _NO_STYLE) -> Element:
    """Return an element that shows the words as they are."""
    return {"type": "text", "text": words, **({"style": dict(style)} if style else {})}


def _link(link: Link | Image, style: Mapping[str, bool]) -> Iterator[Element]:
    """Yield a link for each piece of the label: each has one style."""
    address = target(link.url)
    label = (Text(text=link.alt),) if isinstance(link, Image) else link.inlines
    for piece in merged(leaves(label, style)):
        words = piece.pop("text").replace("\n", " ")
        shown = {} if words == address else {"text": words}
        yield {**piece, "type": "link", "url": address, **shown}


def merged(elements: Iterable[Element]) -> list[Element]:
    """Return the elements, neighbouring texts of one style as one, and none that is empty."""
    joined: list[Element] = []
    for element in elements:
        if element.get("text") == "":
            continue
        if joined and _are_alike(joined[-1], element):
            joined[-1] = {**element, "text": joined[-1]["text"] + element["text"]}
        else:
            joined.append(element)
    return joined


def _are_alike(before: Element, element: Element) -> bool:
    kinds = before["type"], element["type"]
    return kinds == ("text", "text") and before.get("style") == element.get("style")
