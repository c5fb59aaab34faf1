"""The tree of a post's HTML as things to draw in a terminal: text, lists, quotes, code, tables."""

import re
from collections.abc import Iterator, Sequence
from itertools import count, zip_longest

from rich import box
from rich.color import Color, ColorParseError
from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bridge.cli.preview.elements import Element
from bridge.cli.preview.frames import CodeBox, Margin
from bridge.cli.printable import printable

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol")
_BLOCKS = {*_HEADINGS, *_LISTS, "p", "pre", "blockquote", "table", "hr", "div", "small"}
#: what follows one of these stands close to it
_CLOSE = {*_HEADINGS, "small", "context"}
_STYLES = {
    "strong": "bold",
    "b": "bold",
    "em": "italic",
    "s": "strike",
    "u": "underline",
    "code": "cyan",
    "small": "dim",
    "mark": "bold cyan",
    "time": "dim",
}
_INDENT = re.compile(r"indent(\d)")
_RULE = "─" * 24
_DIM = Style(dim=True)
_JUSTIFY = ("center", "right")


def drawn(html: Element) -> Group:
    """Return what the element holds, its blocks apart from each other."""
    return Group(*_spaced(list(_blocks(html.children))))


def _spaced(pairs: Sequence[tuple[str, RenderableType]]) -> Iterator[RenderableType]:
    for (kind, block), (following, _) in zip_longest(pairs, pairs[1:], fillvalue=("", "")):
        yield block
        is_one_list = kind in _LISTS and following in _LISTS
        if following and kind not in _CLOSE and not is_one_list:
            yield Text()


def _blocks(nodes: Sequence[Element | str]) -> Iterator[tuple[str, RenderableType]]:
    """Yield each block with its kind; what stands between two blocks is a block of its own."""
    run: list[Element | str] = []
    for node in nodes:
        if isinstance(node, str) or node.tag not in _BLOCKS:
            run.append(node)
            continue
        yield from _paragraph(run)
        run = []
        yield from _block(node)
    yield from _paragraph(run)


def _paragraph(nodes: Sequence[Element | str]) -> Iterator[tuple[str, RenderableType]]:
    if (text := inline(nodes)).plain:
        yield "p", text


def _block(element: Element) -> Iterator[tuple[str, RenderableType]]:
    match element.tag:
        case "ul" | "ol":
            yield element.tag, _list(element)
        case "pre":
            yield "pre", _code(element)
        case "blockquote":
            yield "quote", Margin(inside=drawn(element), first="▌ ", further="▌ ", style=_DIM)
        case "table":
            yield "table", _table(element)
        case "hr":
            yield "hr", Text(_RULE, style="dim")
        case "div":
            yield from _division(element)
        case tag:
            # An empty one takes no room in a browser either.
            if (text := inline((element,))).plain:
                text.stylize("bold" if tag in _HEADINGS else "")
                yield tag, text


def _division(element: Element) -> Iterator[tuple[str, RenderableType]]:
    if "context" in element.kinds:
        parts = (inline((child,)) for child in element.children)
        yield "context", Text(" ").join(part for part in parts if part.plain)
    elif "embed" in element.kinds:
        bar = Style(color=_colour(element.attributes.get("data-colour", "")))
        yield "embed", Margin(inside=drawn(element), first="▌ ", further="▌ ", style=bar)
    else:
        yield from _blocks(element.children)


def _colour(written: str) -> Color | None:
    try:
        return Color.parse(written)
    except ColorParseError:
        return None


def _list(element: Element) -> RenderableType:
    found = _INDENT.search(element.attributes.get("class", ""))
    margin = "   " * int(found[1] if found else 0)
    numbers = count(int(element.attributes.get("start", 1)))
    items = [_item(item, element.tag, next(numbers), margin) for item in element.all("li")]
    return Group(*items)


def _item(item: Element, tag: str, number: int, margin: str) -> RenderableType:
    sign = f"{number}. " if tag == "ol" else "" if "task" in item.kinds else "• "
    inside = Group(*(block for _, block in _blocks(item.children)))
    first = f"{margin}{sign}"
    return Margin(inside=inside, first=first, further=" " * len(first))


def _code(element: Element) -> RenderableType:
    languages = [kind for code in element.all("code") for kind in code.kinds]
    language = languages[0].removeprefix("language-") if languages else ""
    return CodeBox(code=printable(_words(element)).rstrip("\n"), language=printable(language))


def _words(element: Element) -> str:
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else _words(child)
        for child in element.children
    )


def _table(element: Element) -> RenderableType:
    head, *rows = [list(row.all("th", "td")) for row in element.all("tr")]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, border_style="dim", pad_edge=False)
    for cell in head:
        justify = next((kind for kind in cell.kinds if kind in _JUSTIFY), "left")
        table.add_column(inline(cell.children), justify=justify, overflow="fold")  # type: ignore[arg-type] # one of its words
    for row in rows:
        table.add_row(*(inline(cell.children) for cell in row))
    return table


def inline(nodes: Sequence[Element | str]) -> Text:
    """Return nodes as one text, as a browser would set it: spaces and line ends are one space."""
    text = Text(overflow="fold")
    _write(text, nodes, Style())
    text.rstrip()
    return text


def _write(text: Text, nodes: Sequence[Element | str], style: Style) -> None:
    for node in nodes:
        if isinstance(node, str):
            _append(text, node, style)
        elif node.tag == "br":
            text.append("\n")
        else:
            _write(text, node.children, style + _style(node))
            _append(text, _address(node), _DIM)


def _append(text: Text, words: str, style: Style) -> None:
    words = re.sub(r"[ \t\n]+", " ", words)
    # A browser has no space at the beginning of a line, and never two.
    is_at_space = not text.plain or text.plain[-1] in " \n"
    text.append(printable(words.lstrip(" ") if is_at_space else words), style)


def _style(node: Element) -> Style:
    if node.tag == "a":
        return Style(color="blue", underline=True)
    if "ping" in node.kinds:
        return Style(color="white", bgcolor="red", bold=True)
    return Style.parse(_STYLES.get(node.tag, ""))


def _address(node: Element) -> str:
    """Return where a link leads, unless its label says so."""
    url = node.attributes.get("href", "")
    label = _words(node)
    return f" ({url})" if url and url not in (label, f"mailto:{label}") else ""
