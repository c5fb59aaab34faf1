"""Whether `*` and `~` begin or end a style: `relaxed` where Chinese, Japanese or Korean stands, `flanked` where a reader may be strict.

Between letters and punctuation CommonMark takes a mark for text, because in languages with spaces it
would be. `**重要。**です` has no spaces, and is meant. https://github.com/commonmark/commonmark-spec/issues/650
No I/O.
"""

import re
from collections.abc import Callable
from functools import partial

import regex  # type: ignore[import-untyped]  # ships no types
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar
from markdown_it.rules_inline import StateInline

_ZERO_WIDTH_SPACE = "\u200b"
_CJK = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\u3000-\u303f\ufe30-\ufe4f\uff00-\uffef]"
)
_FIRST_MARKS = re.compile(r"^[*~]*")
_LAST_MARKS = re.compile(r"(?:(?<!\\)[*~]+)?$")
_Rule = Callable[[StateInline, bool], bool]


def relaxed(rule: _Rule) -> _Rule:
    """Return markdown-it's rule for a mark so that it finds marks next to Chinese, Japanese and Korean."""

    def read(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.delimiters)
        is_read = rule(state, silent)
        before, after = state.src[start - 1 : start], state.src[state.pos : state.pos + 1]
        if is_read and state.src[start] != "_" and (_is_cjk(before) or _is_cjk(after)):
            for mark in state.delimiters[known:]:
                mark.open = mark.open or not _is_space(after)
                mark.close = mark.close or not _is_space(before)
        return is_read

    return read


def flanked(text: str, mark: str, before: str, after: str) -> str:
    """Return styled text, its marks set so that every reader of Markdown takes them for marks.

    `before` and `after` are what stands around it. Text without the marks stays as it is.
    """
    inner = text[len(mark) : -len(mark)]
    if not (text.startswith(mark) and text.endswith(mark) and inner):
        return text
    if _is_word(before[-1:]) and _is_mark(inner[0]):
        inner = _FIRST_MARKS.sub(partial(_set_apart, mark), inner, count=1)
    if _is_word(after[:1]) and _is_mark(inner[-1]):
        inner = _LAST_MARKS.sub(partial(_set_apart, mark), inner, count=1)
    return f"{mark}{inner}{mark}"


def _set_apart(mark: str, found: re.Match[str]) -> str:
    """Return the marks of styles inside, so that neither they nor the mark touch punctuation."""
    marks = found[0]
    near, far = ("", _ZERO_WIDTH_SPACE) if marks[:1] in (mark[0], "") else (_ZERO_WIDTH_SPACE,) * 2
    return near + marks + far if found.re is _FIRST_MARKS else far + marks + near


def _is_word(char: str) -> bool:
    return not _is_space(char) and not _is_mark(char)


def _is_space(char: str) -> bool:
    return not char or char.isspace()


def _is_mark(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


def _is_cjk(char: str) -> bool:
    return _CJK.match(char) is not None
