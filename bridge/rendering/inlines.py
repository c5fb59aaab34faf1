"""Inline tokens of markdown-it -> inlines of the tree; styles never nest in themselves, so none is deep. No I/O."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from markdown_it.token import Token

from bridge.rendering import links
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

# An entity can bring any character.
_SPACES = dict.fromkeys(map(ord, "\t\r\f\v\x85\u2028\u2029"), " ")
_STYLES: dict[str, type[Strong | Emphasis | Strike]] = {
    "strong": Strong,
    "em": Emphasis,
    "s": Strike,
}


def read(tokens: Iterable[Token]) -> tuple[Inline, ...]:
    """Return the inlines that the tokens make."""
    frames: list[tuple[Token, list[Inline]]] = []
    inlines: list[Inline] = []
    styles: Counter[str] = Counter()
    for token in tokens:
        if token.nesting == 1:
            frames.append((token, inlines))
            # A style inside itself changes nothing: its inlines go where the outer one's go.
            inlines = inlines if styles[token.tag] else []
            styles[token.tag] += 1
        elif token.nesting == -1:
            opening, outer = frames.pop()
            if outer is not inlines:
                outer.extend(_wrapped(opening, tuple(inlines)))
            inlines = outer
            styles[token.tag] -= 1
        else:
            inlines.extend(_leaf(token, within_link=styles["a"] > 0))
    return linked(inlines)


def linked(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Return the inlines with the web addresses in their text as links."""
    return tuple(chain.from_iterable(_linked(inline) for inline in _joined(inlines)))


def _wrapped(opening: Token, inner: tuple[Inline, ...]) -> Iterable[Inline]:
    if opening.tag == "a":
        title = str(opening.attrGet("title") or "")
        return links.link(str(opening.attrGet("href")), inner, title)
    return (_STYLES[opening.tag](inlines=inner),)


def _leaf(token: Token, *, within_link: bool) -> Iterable[Inline]:
    match token.type:
        case "hardbreak":
            return (Break(),)
        case "softbreak":
            return (Text(text="\n"),)
        case "code_inline":
            return (Code(text=token.content),)
        case "image":
            return _image(token, within_link=within_link)
        case "text":
            return (Text(text=token.content.translate(_SPACES).replace("\n", " ")),)
        case _:  # the source of what was not read
            return (Text(text=token.content.translate(_SPACES)),)


def _image(token: Token, *, within_link: bool) -> Iterable[Inline]:
    url, alt = str(token.attrGet("src")), " ".join(_alt(token).split()) or "image"
    if within_link:
        return (Text(text=alt),)
    shown = links.link(url, (Text(text=alt),), str(token.attrGet("title") or ""))
    match shown[0]:
        case Link(url=url) if not url.startswith("mailto:"):
            return (Image(url=url, alt=alt), *shown[1:])
        case _:
            return shown


def _alt(image: Token) -> str:
    """Return the words for a picture without their looks; what leads somewhere stays as it was written."""
    children = image.children or ()
    if any(child.type in ("link_open", "image") for child in children):
        return image.content
    return "".join(child.content or " " * (child.nesting == 0) for child in children)


def _joined(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Yield the inlines, neighbouring texts as one: an address may go over both."""
    words: list[str] = []
    for inline in inlines:
        if isinstance(inline, Text):
            words.append(inline.text)
            continue
        if words:
            yield Text(text="".join(words))
            words.clear()
        yield inline
    if words:
        yield Text(text="".join(words))


def _linked(inline: Inline) -> Iterable[Inline]:
    match inline:
        case Text():
            return links.bare(inline.text)
        case Strong() | Emphasis() | Strike():
            return (type(inline)(inlines=linked(inline.inlines)),)
        case _:
            return (inline,)
