"""Cuts lines of text where a reader minds least: after a sentence, else a word, never inside a character. No I/O."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bridge.rendering.graphemes import whole
from bridge.rendering.tree import Code, Emphasis, Inline, Strike, Strong, Text, visible

_FIRST_GUESS = 8
_MOST_GROWTH = 64  # a guess far too large would take long to be measured
Cut = tuple[tuple[Inline, ...], tuple[Inline, ...]]
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)|[。！？]|\n")  # noqa: RUF001 -- CJK marks
# Chinese and Japanese have no spaces; a line may end after nearly each character.
_WORD_END = re.compile(
    "\\s+|[\u3040-\u30ff\u3400-\u9fff](?![\u3001\u3002\u300d\u300f\u30fc\uff01\uff09\uff0c\uff1f])"
)


def longest(count: int, fill: Callable[[int], float]) -> int:
    """Return the largest number up to `count` whose fill is at most 1.

    Text fills a post about evenly, so each answer tells where to ask next: few questions are needed.
    """
    low, high = 0, count + 1
    guess, step = _FIRST_GUESS, 0
    while high - low > 1:
        if high <= count and step % 3 == 2:  # in case the fill is not even at all
            guess = (low + high) // 2
        guess = min(max(guess, low + 1), high - 1, max(_FIRST_GUESS, low * _MOST_GROWTH))
        filled = fill(guess)
        low, high = (guess, high) if filled <= 1 else (low, guess)
        guess, step = int(guess / max(filled, 1 / _MOST_GROWTH)), step + 1
    return low


def cut_text(text: str, fill: Callable[[str], float], *, in_words: bool = True) -> tuple[str, str]:
    """Cut the text at the best border that fits, inside a word only if it may be.

    The first half is empty if nothing fits.
    """
    end = whole(text, longest(len(text), lambda chars: fill(text[:chars])))
    border = _border(text[:end], text[end : end + 1], in_words=in_words)
    return text[:border], text[border:]


def cut_inlines(
    inlines: Sequence[Inline], fill: Callable[[Sequence[Inline]], float], *, in_words: bool = True
) -> Cut:
    """Cut the inlines as `cut_text` does with text; a link is never cut."""
    front, back = _filled(tuple(inlines), fill)
    words = visible(front)
    border = _border(words, visible(back[:1])[:1], in_words=in_words)
    better, carried = _at(front, border)
    if visible(better).strip() or not in_words:
        front, back = better, _rejoined(carried, back)
    return front, _without_leading_space(back)


def _filled(inlines: tuple[Inline, ...], fill: Callable[[Sequence[Inline]], float]) -> Cut:
    """Cut the inlines after the last character that fits."""
    count = longest(len(inlines), lambda count: fill(inlines[:count]))
    before, following, rest = inlines[:count], inlines[count : count + 1], inlines[count + 1 :]
    match following:
        case (Text() | Code() as inline,):
            end = longest(
                len(inline.text),
                lambda chars: fill((*before, replace(inline, text=inline.text[:chars]))),
            )
            front, back = _texts(inline, whole(inline.text, end))
        case (Strong() | Emphasis() | Strike() as style,):
            inner = _filled(
                style.inlines, lambda some: fill((*before, replace(style, inlines=tuple(some))))
            )
            front, back = _styled(style, inner)
        case _:
            front, back = (), following
    return (*before, *front), (*back, *rest)


def _at(inlines: tuple[Inline, ...], offset: int) -> Cut:
    """Cut the inlines after so many visible characters, or before the link that is there."""
    for index, inline in enumerate(inlines):
        length = len(visible((inline,)))
        if length <= offset:
            offset -= length
            continue
        match inline:
            case Text() | Code():
                front, back = _texts(inline, offset)
            case Strong() | Emphasis() | Strike():
                front, back = _styled(inline, _at(inline.inlines, offset))
            case _:
                front, back = (), (inline,)
        return (*inlines[:index], *front), (*back, *inlines[index + 1 :])
    return inlines, ()


def _rejoined(front: tuple[Inline, ...], back: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Undo a cut: two halves of one inline are one again."""
    match front, back:
        case ((*before, Text(text=left)), (Text(text=right), *after)):
            middle: tuple[Inline, ...] = (Text(text=left + right),)
        case ((*before, Code(text=left)), (Code(text=right), *after)):
            middle = (Code(text=left + right),)
        case ((*before, Strong() | Emphasis() | Strike() as one), (other, *after)) if type(
            one
        ) is type(other):
            middle = (replace(one, inlines=_rejoined(one.inlines, other.inlines)),)
        case _:
            return front + back
    return (*before, *middle, *after)


def _texts(inline: Text | Code, end: int) -> Cut:
    halves = inline.text[:end], inline.text[end:]
    front, back = (((replace(inline, text=half),) if half else ()) for half in halves)
    return front, back


def _styled(inline: Strong | Emphasis | Strike, inner: Cut) -> Cut:
    front, back = (((replace(inline, inlines=half),) if half else ()) for half in inner)
    return front, back


def _border(text: str, following: str, *, in_words: bool) -> int:
    """Return the best place to end the text when `following` comes next; 0 if there is none."""
    half = len(text) // 2
    for pattern, start in ((_SENTENCE_END, half), (_WORD_END, half), (_WORD_END, 0)):
        # One character more is looked at: the text may end with its sentence or word.
        ends = [found.end() for found in pattern.finditer(text + following, start)]
        if ends and (start or not in_words):
            return min(ends[-1], len(text))
    return len(text) if in_words else 0


def _without_leading_space(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    while inlines and not visible(inlines[:1]).strip() and not isinstance(inlines[0], Code):
        inlines = inlines[1:]
    match inlines:
        case (Text(text=text), *rest):
            return (Text(text=text.lstrip()), *rest)
        case _:
            return inlines
