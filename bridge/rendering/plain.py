"""Tree -> text without markup, for people and notifications; nothing is left out. No I/O."""

from collections.abc import Iterable

from bridge.rendering.links import is_bare
from bridge.rendering.tree import Heading, Inline, Link, Table
from bridge.rendering.writing import Writer


class Plain(Writer):
    """Words, with the little structure that characters alone can show."""

    between_styles = ""

    def heading(self, heading: Heading) -> str:
        """Write a heading as a line of its own."""
        return self.paragraph(heading.inlines)

    def table(self, table: Table) -> str:
        """Write a line for each row."""
        rows = (
            [self.inlines(cell).replace("\n", " ") for cell in row]
            for row in (table.header, *table.rows)
        )
        return "\n".join(" | ".join(row) for row in rows)

    def rule(self) -> str:
        """Write a line across."""
        return "⎯⎯⎯"

    def code(self, code: str) -> str:
        """Write code without marks."""
        return self.text(code)

    def styled(self, mark: str, inlines: Iterable[Inline]) -> str:
        """Write inlines without their looks."""
        return self.inlines(inlines)

    def link(self, link: Link) -> str:
        """Write the label, and where it leads if that is not the same."""
        label, url = self.inlines(link.inlines), self.address(link.url.removeprefix("mailto:"))
        return url if is_bare(link) else f"{label} ({url})"

    def address(self, url: str) -> str:
        """Write a web address."""
        return self.text(url)
