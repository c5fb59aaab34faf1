"""What a reader sees as one character: where one ends, and how wide text is. No I/O."""

import unicodedata

import regex  # type: ignore[import-untyped]  # ships no types

_GRAPHEME = regex.compile(r"\X")
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


def width(text: str) -> int:
    """Return how many columns of a terminal the text takes; wide East Asian characters take two."""
    return len(text) if text.isascii() else sum(map(_width, _GRAPHEME.findall(text)))


def _width(grapheme: str) -> int:
    # https://www.unicode.org/reports/tr11/; U+FE0F asks for the emoji, which is wide
    if unicodedata.east_asian_width(grapheme[0]) in "WF" or "\ufe0f" in grapheme:
        return 2
    return 0 if unicodedata.category(grapheme[0]) in ("Mn", "Me", "Cf") else 1
