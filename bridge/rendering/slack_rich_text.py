"""Tree -> Slack's `rich_text` block, which is shown as it is built: no text in it is ever read as markup. No I/O.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from bridge.rendering.slack_rich_inlines import leaves, merged, text
from bridge.rendering.slack_tables import laid_out
from bridge.rendering.tree import (
    Block,
    Fence,
    Heading,
    Item,
    List,
    Paragraph,
    Quote,
    Rule,
    Text,
)
from bridge.rendering.writing import ZERO_WIDTH_SPACE

# https://docs.slack.dev/reference/block-kit/block-elements/rich-text-list-element
MAX_INDENT = 8
_BOXES = {None: "", False: "☐ ", True: "☑ "}
_RULE = "⎯⎯⎯"
_WORDS = Heading | Paragraph
_Element = dict[str, Any]


class _Place(NamedTuple):
    """Where a block stands."""

    lists: int = 0
    quotes: int = 0


def rich_text(blocks: Sequence[Block]) -> _Element:
    """Return the blocks as one `rich_text` block; none of its elements is empty."""
    return {"type": "rich_text", "elements": list(_run_together(_elements(blocks, _Place())))}


def _elements(blocks: Iterable[Block], place: _Place) -> Iterator[_Element]:
    for block in blocks:
        match block:
            case Heading() | Paragraph() | Rule():
                yield _lines(_words(block), place)
            case List():
                yield from _list(block, place)
            case Quote():
                yield from _quote(block, place)
            case Fence():
                yield _framed("rich_text_preformatted", [_code(block)], place)
            case _:
                yield from _elements(laid_out(block), place)


def _words(block: Heading | Paragraph | Rule) -> list[_Element]:
    """Return the words of a block, and behind them what keeps it apart from the next one."""
    match block:
        case Heading():
            line = leaves(block.inlines, {"bold": True})
            return [*_with_line_ends(line, " "), text("\n")]
        case Paragraph():
            return [*leaves(block.inlines), text("\n\n")]
        case _:
            return [text(_RULE), text("\n\n")]


def _with_line_ends(elements: Iterable[_Element], end: str) -> Iterator[_Element]:
    for element in elements:
        words = element.get("text", "")
        yield {**element, "text": words.replace("\n", end)} if "\n" in words else element


def _lines(elements: list[_Element], place: _Place) -> _Element:
    """Return lines of text; Slack has one bar for quotes, deeper ones are written out."""
    if place.quotes == 0:
        return {"type": "rich_text_section", "elements": elements}
    if bars := "> " * (place.quotes - 1):
        *lines, apart = elements
        elements = [text(bars), *_with_line_ends(lines, f"\n{bars}"), apart]
    return {"type": "rich_text_quote", "elements": elements}


def _quote(quote: Quote, place: _Place) -> Iterator[_Element]:
    empty = Paragraph(inlines=(Text(text=ZERO_WIDTH_SPACE),))
    yield from _elements(quote.blocks or (empty,), place._replace(quotes=place.quotes + 1))


def _framed(kind: str, elements: list[_Element], place: _Place, **more: object) -> _Element:
    """Return an element that keeps the bar of the quote it stands in as its border."""
    border = {"border": 1} if place.quotes else {}
    return {"type": kind, "elements": elements, **border, **more}


def _code(fence: Fence) -> _Element:
    code = "\n".join(fence.lines)
    return text(code if code.strip() else ZERO_WIDTH_SPACE)


def _list(entries: List, place: _Place) -> Iterator[_Element]:
    """Yield each entry as a list of its own, and behind it what no entry of Slack's can hold."""
    inside = place._replace(lists=place.lists + 1)
    for index, item in enumerate(entries.items):
        words = tuple(takewhile(lambda block: isinstance(block, _WORDS), item.blocks))
        number = None if entries.start is None else entries.start + index
        yield _entry(item, words, number, place)
        yield from _elements(item.blocks[len(words) :], inside)


def _entry(item: Item, words: Sequence[Block], number: int | None, place: _Place) -> _Element:
    is_counted = number is not None and number > 0  # Slack counts from 1
    label = f"{number}. " if number is not None and not is_counted else ""
    front = label + _BOXES[item.checked] + ("… " if item.continued else "")
    lines = [element for line in _elements(words, _Place()) for element in line["elements"]]
    section = {
        "type": "rich_text_section",
        "elements": _trimmed([text(front), *lines] if front else lines),
    }
    return _framed(
        "rich_text_list",
        [section],
        place,
        style="ordered" if is_counted else "bullet",
        **({"indent": indent} if (indent := min(place.lists, MAX_INDENT)) else {}),
        **({"offset": number - 1} if number is not None and number > 1 else {}),
    )


def _run_together(elements: Iterable[_Element]) -> Iterator[_Element]:
    """Yield the elements, neighbours of one kind as one."""
    before: _Element | None = None
    for element in elements:
        if before is None:
            before = element
        elif _belong_together(before, element):
            before["elements"] += element["elements"]
        else:
            yield _finished(before)
            before = _parted(before, element)
    if before is not None:
        yield _finished(before)


def _belong_together(before: _Element, element: _Element) -> bool:
    kind = element["type"]
    if before["type"] != kind or kind == "rich_text_preformatted":
        return False
    if element.get("style") == "ordered":
        next_offset = before.get("offset", 0) + len(before["elements"])
        if element.get("offset", 0) != next_offset:
            return False
    return all(before.get(key) == element.get(key) for key in ("style", "indent", "border"))


def _parted(before: _Element, element: _Element) -> _Element:
    """Return the element with a blank line in front of it where a list is not to run into text."""
    if (before["type"], element["type"]) == ("rich_text_list", "rich_text_section"):
        return {**element, "elements": [text("\n"), *element["elements"]]}
    return element


def _finished(element: _Element) -> _Element:
    if element["type"] not in ("rich_text_section", "rich_text_quote"):
        return element
    return {**element, "elements": _trimmed(element["elements"])}


def _trimmed(elements: Sequence[_Element]) -> list[_Element]:
    """Return the elements without line ends behind them; never none."""
    shown = merged(elements)
    if shown and shown[-1]["type"] == "text":
        shown[-1] = {**shown[-1], "text": shown[-1]["text"].rstrip("\n")}
    return merged(shown) or [text(ZERO_WIDTH_SPACE)]
