"""Tree -> Discord's dialect of Markdown, and the same words for Discord without any markup. No I/O."""

import re

from bridge.rendering.links import is_bare, target
from bridge.rendering.plain import Plain
from bridge.rendering.tables import aligned
from bridge.rendering.tree import Fence, Heading, Link, Table, bold, visible
from bridge.rendering.writing import ZERO_WIDTH_SPACE, Writer

MAX_HEADING_LEVEL = 3  # https://support.discord.com/hc/en-us/articles/210298617
# An underscore between letters is none of the marks.
_MARKS = re.compile(r"[\\`*~|]|(?<![^\W_])_|_(?![^\W_])|\](?=\()")
_BLOCK_START = re.compile(r"^([ ]*)(\#(?=\#{0,2}\s)|-(?=\#|\s|$)|\+(?=\s|$)|>|\d+(?=[.)]\s))", re.M)
# https://docs.discord.com/developers/reference#message-formatting
_TOKEN = re.compile(r"<(?=[@#:]|/[^<>]{1,99}:|\w{1,9}:)|@(?=everyone|here)", re.IGNORECASE)
_PING = re.compile(r"<(?=[@#])|@(?=everyone|here)", re.IGNORECASE)


def literal(text: str) -> str:
    """Return the text so that Discord shows it as it is, wherever in a line it stands."""
    return _MARKS.sub(r"\\\g<0>", _defused(_TOKEN, text))


def _defused(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", text)


def _line_starts(text: str) -> str:
    return _BLOCK_START.sub(_escaped_start, text)


def _escaped_start(found: re.Match[str]) -> str:
    space, mark = found.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _address(url: str) -> str:
    """Return a web address in which nothing is a mention."""
    return re.sub("@(?=everyone|here)", "%40", url, flags=re.IGNORECASE)


class _Defused:
    """What both forms do to text: nothing in it is live, and no mark is there by accident."""

    def text(self, text: str) -> str:
        """Escape marks and defuse mentions, timestamps and emoji."""
        return literal(text)

    def verbatim(self, code: str) -> str:
        """Defuse what could ping in spite of standing in code."""
        return _defused(_PING, code)

    def line_starts(self, text: str) -> str:
        """Escape what would make a line a heading, a list, a quote or small print."""
        return _line_starts(text)


class DiscordMarkdown(_Defused, Writer):
    """What Discord shows as bold, lists, quotes, code; the rest is put in these terms."""

    def heading(self, heading: Heading) -> str:
        """Write a heading; Discord has three levels, a deeper one becomes a bold line."""
        if heading.level <= MAX_HEADING_LEVEL:
            return super().heading(heading)
        return self.inline(bold(heading.inlines)).replace("\n", " ").strip()

    def rule(self) -> str:
        """Write a line across, which Discord has none of."""
        return "⎯⎯⎯"

    def table(self, table: Table) -> str:
        """Write a table as code, its columns lined up."""
        return self.fence(Fence(lines=tuple(table_lines(table))))

    def link(self, link: Link) -> str:
        """Write a masked link where Discord makes one: not for mail, not with brackets in the label."""
        url, shown = _address(link.url), visible(link.inlines)
        if is_bare(link):
            return url.removeprefix("mailto:")
        label = self.inlines(link.inlines).replace("\n", " ").strip()
        if url.startswith("mailto:") or re.search(r"[\[\]]|://", shown):
            return f"{label} ({url.removeprefix('mailto:')})"
        return f"[{label}]({target(url)})"


class DiscordPlain(_Defused, Plain):
    """Words in which Discord finds nothing to format."""

    def table(self, table: Table) -> str:
        """Write a line for each row."""
        return _line_starts(super().table(table))

    def address(self, url: str) -> str:
        """Write a web address, which Discord takes as it is."""
        return _address(url)


def table_lines(table: Table) -> list[str]:
    """Return the lines of the table as they stand in code."""
    plain = Plain()
    rows = [
        [" ".join(plain.inlines(cell).split()) for cell in row]
        for row in (table.header, *table.rows)
    ]
    return aligned(rows[0], rows[1:], table.alignments)
