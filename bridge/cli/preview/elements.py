"""HTML as a small tree: the drawing of a post, read back to be drawn once more. No I/O."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = ("br", "hr", "img")


@dataclass(slots=True, kw_only=True)
class Element:
    """A tag with its attributes and what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()

    def all(self, *tags: str) -> "Iterator[Element]":
        """Yield the elements of these tags inside, in order; not those inside one another."""
        for child in self.children:
            if isinstance(child, Element):
                yield from (child,) if child.tag in tags else child.all(*tags)


def parse(html: str) -> Element:
    """Return the tree of HTML that is well-formed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element(tag="div")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag=tag, attributes={name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
