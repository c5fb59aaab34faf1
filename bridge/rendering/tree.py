"""What a message says, as one small tree of frozen values that every rung is written from. No I/O."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words as they are to be read; no character in them is markup, a line end is just that."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Words to be shown exactly, inside a line."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A line end that was asked for: it must not become a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strong:
    """Bold; never inside another one."""

    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emphasis:
    """Italic; never inside another one."""

    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """Struck out; never inside another one."""

    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A label that leads to an http, https or mailto address and does not pretend to another."""

    url: str
    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture at an http or https address; platforms get it as a link."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A ping that the destination's `mentions` allow; everywhere else such text is only text."""

    #: as the message writes it, e.g. "<!channel>" or "@everyone"; each platform has its own tokens
    token: str


Inline = Text | Code | Break | Strong | Emphasis | Strike | Link | Image | Mention
Cell = tuple[Inline, ...]
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines of text."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a list."""

    blocks: "tuple[Block, ...]"
    #: the state of its box; None when it has none
    checked: bool | None = None
    #: the rest of an entry that began in the part before
    continued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Entries with a bullet or a number each."""

    items: tuple[Item, ...]
    #: the number of the first entry; None for bullets
    start: int | None = None
    #: no blank lines between the entries
    tight: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Blocks behind a bar."""

    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """Lines of code."""

    lines: tuple[str, ...]
    #: one short ASCII word, or ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A header and rows of as many cells each."""

    header: Row
    rows: tuple[Row, ...]
    #: "left", "right", "center" or "" for each column
    alignments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line across."""


Block = Heading | Paragraph | List | Quote | Fence | Table | Rule
Node = Block | Item | Inline
_WORDS = (Text, Code)


def bold(inlines: Iterable[Inline]) -> Strong:
    """Return the inlines in bold, with no bold inside the bold."""
    flat: list[Inline] = []
    for inline in inlines:
        flat.extend(inline.inlines if isinstance(inline, Strong) else (inline,))
    return Strong(inlines=tuple(flat))


def visible(inlines: Iterable[Inline]) -> str:
    """Return the words of the inlines without their looks; a Break is a line end."""
    return "".join(_texts(inlines))


def _texts(inlines: Iterable[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Text() | Code():
                yield inline.text
            case Break():
                yield "\n"
            case Image():
                yield inline.alt
            case Mention():
                yield inline.token
            case _:
                yield from _texts(inline.inlines)


def is_heavier(nodes: Iterable[Node], chars: int) -> bool:
    """Tell whether no rung can write the nodes in so many characters; looks at no more than it must."""
    return _room_left(nodes, chars) < 0


def weight(nodes: Iterable[Node]) -> int:
    """Return how many characters any rung needs for the nodes at least, give or take one."""
    return -_room_left(nodes, 0, until=-inf)


def _room_left(nodes: Iterable[Node], room: int, *, until: float = 0) -> int:
    """Return what the nodes leave of the room; stops as soon as that is less than `until`."""
    for node in nodes:
        room -= 1
        if isinstance(node, _WORDS):
            room -= len(node.text)
        else:
            room = _room_left(_children(node), room, until=until)
        if room < until:
            break
    return room


def _children(node: Node) -> Iterable[Node]:
    match node:
        case Strong() | Emphasis() | Link() | Paragraph() | Strike() | Heading():
            return node.inlines
        case Item() | Quote():
            return node.blocks
        case List():
            return node.items
        case Image():
            return (Text(text=node.url), Text(text=node.alt))
        case Mention():
            return (Text(text=node.token),)
        case Fence():
            return (Text(text=line) for line in node.lines)
        case Table():
            return chain.from_iterable(chain(node.header, *node.rows))
        case _:
            return ()
