"""Slack's rules for blocks: how many, how long, of which kinds. No I/O."""

from collections.abc import Callable, Iterator
from typing import Any

from bridge.sandbox.slack.checks import Fault, composed_faults, list_faults, text_faults
from bridge.sandbox.slack.expansion import items, tables
from bridge.sandbox.slack.published import MODELLED, model_faults
from bridge.sandbox.slack.rich_text import rich_text_faults, text_of
from bridge.sandbox.slack.tables import size_faults, table_faults

# https://docs.slack.dev/reference/block-kit/blocks
MAX_BLOCKS = 50
MAX_SECTION_CHARS = 3_000
MAX_FIELDS = 10
MAX_FIELD_CHARS = 2_000
MAX_HEADER_CHARS = 150
MAX_CONTEXT_ELEMENTS = 10
MAX_IMAGE_URL_CHARS = 3_000
MAX_ALT_TEXT_CHARS = 2_000
MAX_BLOCK_ID_CHARS = 255
# https://docs.slack.dev/reference/block-kit/blocks/markdown-block - over all of one payload
MAX_MARKDOWN_CHARS = 12_000
# Nowhere documented: 1.1 times the above, over all blocks (slackapi/bolt-js issue 2509).
MAX_TOTAL_CHARS = 13_200
# Nor this: 11,341 characters were refused (slackapi/bolt-js issue 2867), since structure counts too.
MAX_RICH_TEXT_CHARS = 9_900

#: kinds that the bridge never sends, but for dividers: the sandbox takes them unseen
_UNCHECKED = {"actions", "context_actions", "data_table", "divider", "file", "input", "video"}


def refusal(blocks: object) -> tuple[str, list[Fault]]:
    """Return Slack's error word for *blocks* and the reasons; "" if it takes them."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return "invalid_blocks_format", []
    if sum(map(len, _written(blocks))) > MAX_MARKDOWN_CHARS:
        return "msg_too_long", []
    if faults := list(_faults(blocks)):
        return "invalid_blocks", faults
    built = [block for block in blocks if block["type"] == "rich_text"]
    if _chars(blocks) > MAX_TOTAL_CHARS or _chars(built) > MAX_RICH_TEXT_CHARS:
        return "msg_blocks_too_long", []
    return "", []


def _written(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the texts of the `markdown` blocks."""
    texts = (block.get("text") for block in blocks if block.get("type") == "markdown")
    return [text for text in texts if isinstance(text, str)]


def _faults(blocks: list[dict[str, Any]]) -> Iterator[Fault]:
    written = _written(blocks)
    if len(blocks) - len(written) + sum(map(items, written)) > MAX_BLOCKS:
        yield f"no more than {MAX_BLOCKS} items allowed", "/blocks"
    for number, block in enumerate(blocks):
        yield from _block_faults(block, f"/blocks/{number}")


def _block_faults(block: dict[str, Any], at: str) -> Iterator[Fault]:
    kind = str(block.get("type"))
    faults = list(text_faults(block.get("block_id", ""), f"{at}/block_id", MAX_BLOCK_ID_CHARS))
    if kind in _CHECKS:
        faults += _CHECKS[kind](block, at)
    elif kind not in _UNCHECKED:
        faults.append((f"unsupported type: {kind}", f"{at}/type"))
    yield from faults or (model_faults(block, at) if kind in MODELLED else ())


def _chars(value: object) -> int:
    """Return the length of all that can be read in *value*."""
    return sum(map(len, text_of(value)))


def _header(block: dict[str, Any], at: str) -> Iterator[Fault]:
    yield from composed_faults(block.get("text"), f"{at}/text", MAX_HEADER_CHARS, ("plain_text",))


def _section(block: dict[str, Any], at: str) -> Iterator[Fault]:
    fields = block.get("fields")
    if "text" in block or fields is None:
        yield from composed_faults(block.get("text"), f"{at}/text", MAX_SECTION_CHARS)
    if fields is None:
        return
    faults = list(list_faults(fields, f"{at}/fields", MAX_FIELDS))
    yield from faults
    for number, part in enumerate(() if faults else fields):
        yield from composed_faults(part, f"{at}/fields/{number}", MAX_FIELD_CHARS)


def _context(block: dict[str, Any], at: str) -> Iterator[Fault]:
    elements: Any = block.get("elements")
    faults = list(list_faults(elements, f"{at}/elements", MAX_CONTEXT_ELEMENTS))
    yield from faults
    for number, element in enumerate(() if faults else elements):
        place = f"{at}/elements/{number}"
        if element.get("type") == "image":
            yield from _image(element, place)
        else:
            yield from composed_faults(element, place, MAX_SECTION_CHARS)


def _image(block: dict[str, Any], at: str) -> Iterator[Fault]:
    yield from text_faults(block.get("image_url"), f"{at}/image_url", MAX_IMAGE_URL_CHARS, least=1)
    yield from text_faults(block.get("alt_text"), f"{at}/alt_text", MAX_ALT_TEXT_CHARS, least=1)


def _markdown(block: dict[str, Any], at: str) -> Iterator[Fault]:
    yield from text_faults(block.get("text"), f"{at}/text", MAX_MARKDOWN_CHARS, least=1)
    for table in tables(str(block.get("text"))):
        yield from size_faults(table, f"{at}/text")


_CHECKS: dict[str, Callable[[dict[str, Any], str], Iterator[Fault]]] = {
    "context": _context,
    "header": _header,
    "image": _image,
    "markdown": _markdown,
    "rich_text": rich_text_faults,
    "section": _section,
    "table": table_faults,
}
