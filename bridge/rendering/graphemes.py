"""What a reader sees as one character: where one ends, and how wide text is. No I/O."""

import unicodedata

import regex  # type: ignore[import-untyped]  # ships no types

_GRAPHEME = regex.compile(r"\X")
_FLAG = regex.compile("[\U0001f1e6-\U0001f1ff]{2}")
_WITHOUT_WIDTH = ("Mn", "Me", "Cf", "Cc")  # marks alone, joiners, controls
MAX_GRAPHEME_CHARS = 64  # ours: what is longer is no character but a pile of marks, and may be cut
_FAR_ENOUGH_CHARS = 512


def whole(text: str, end: int) -> int:
    """Return the last place up to `end` that is not inside a character; 0 if there is none."""
    # A space always begins a character, and looking far back takes long in a row of flags.
    border = start = max(text.rfind(" ", 0, end), end - _FAR_ENOUGH_CHARS, 0)
    for found in _GRAPHEME.finditer(text, start, end + 1):
        if found.end() > end:
            break
        border = found.end()
    if border > start or end == 0:
        return border
    first = _GRAPHEME.match(text, start, start + MAX_GRAPHEME_CHARS + 1)
    return end if first.end() - start > MAX_GRAPHEME_CHARS else start


def shortened(text: str, chars: int) -> str:
    """Return the text if it has no more characters than that; else its front and an ellipsis."""
    return text if len(text) <= chars else text[: whole(text, chars - 1)] + "…"


def straight(text: str) -> str:
    """Return the text so that its letters stand in their own order, whatever controls are in it."""
    # https://www.unicode.org/reports/tr9/#Explicit_Directional_Overrides
    return text.replace("\u202e", "\u200b").replace("\u202d", "\u200b")


def width(text: str) -> int:
    """Return how many columns of a terminal the text takes; wide East Asian characters take two."""
    return len(text) if text.isascii() else sum(map(_width, _GRAPHEME.findall(text)))


def _width(grapheme: str) -> int:
    # https://www.unicode.org/reports/tr11/ and https://www.unicode.org/reports/tr51/: U+FE0E asks
    # for a narrow sign, U+FE0F for the emoji, which is wide as a flag of two letters is.
    if "\ufe0e" in grapheme:
        return 1
    if "\ufe0f" in grapheme or _FLAG.match(grapheme):
        return 2
    if unicodedata.category(grapheme[0]) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(grapheme[0]) in "WF" else 1
