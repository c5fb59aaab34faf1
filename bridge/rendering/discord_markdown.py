"""Tree -> Discord's dialect of Markdown, and the same words for Discord without any markup. No I/O.

The dialect: https://support.discord.com/hc/en-us/articles/210298617. Discord looks for marks from
left to right without regard to what is in between, so a mark in code ends a style that is open.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bridge.rendering.links import is_bare, target
from bridge.rendering.plain import Plain
from bridge.rendering.tables import aligned
from bridge.rendering.tree import (
    Code,
    Emphasis,
    Fence,
    Heading,
    Inline,
    Item,
    Link,
    List,
    Mention,
    Paragraph,
    Strike,
    Strong,
    Table,
    bold,
    visible,
)
from bridge.rendering.writing import ZERO_WIDTH_SPACE, Writer

MAX_HEADING_LEVEL = 3
#: what can ping: a group of people, a person or a role; group 1 is the name or the id
#: https://docs.discord.com/developers/reference#message-formatting
TOKENS = re.compile(
    r"(?:<@[!&]?(?=\d+>)|(?<![\w.@])@(?=everyone|here))(\d{1,20}(?=>)|(?:everyone|here)(?!\w))"
    r"(?:(?<=\d)>)?",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\\`*_~|\[]")
_BLOCK_START = re.compile(r"^([ ]*)(\#(?=\#{0,2}\s)|-(?=\#|\s|$)|\+(?=\s|$)|>|\d+(?=[.)]\s))", re.M)
# Mentions, timestamps, emoji, commands, and addresses that are not to be links. The front of one at
# the end of a text counts: what follows may bring the rest, as in "@**everyone**" without marks.
_TOKEN = re.compile(
    r"<(?=[@#:]|/[^<>]{0,99}(?::|\Z)|\w{0,9}(?::|\Z))|https?:(?=//\S)"
    # All from a link before up to such a bracket would be one label.
    r"|\](?=\()"
    r"|@(?=everyone|here|(?:e(?:v(?:e(?:r(?:y(?:on?)?)?)?)?)?|h(?:er?)?)?\Z)",
    re.IGNORECASE,
)
_PING = re.compile(r"<(?=[@#])|@(?=everyone|here)", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"@(?=everyone|here)|[*<>\s]|(?<=~)~", re.IGNORECASE)
# Discord forms no masked link whose address ends like a sentence.
_END_OF_SENTENCE = re.compile("[.,:;']$")
_IS_ONLY_A_PLACE = re.compile("https?://[^/?#]*")
# Where such a character comes before the end of a style, Discord would not see the end.
_HIDES_END = {"*": "\\", "~~": "~"}
# Discord's names of languages have no "#".
_LANGUAGES = {"c#": "cs", "f#": "fsharp"}


def literal(text: str) -> str:
    """Return the text so that Discord shows it as it is, wherever in a line it stands."""
    return _MARKS.sub(r"\\\g<0>", _defused(_TOKEN, text))


def unpinged(text: str) -> str:
    """Return the text so that nothing in it can ping, where Discord knows no marks."""
    return _defused(_PING, text)


def line_starts(text: str) -> str:
    """Return the text so that none of its lines begins a heading, a list, a quote or small print."""
    return _BLOCK_START.sub(_escaped_start, text)


def table_lines(table: Table) -> list[str]:
    """Return the lines of the table as they stand in code."""
    plain = Plain()
    rows = [
        [" ".join(plain.inlines(cell).split()) for cell in row]
        for row in (table.header, *table.rows)
    ]
    return aligned(rows[0], rows[1:], table.alignments)


class _Discord(Writer):
    """What both forms do: nothing in a text is live, no mark is there by accident, no list is torn."""

    def text(self, text: str) -> str:
        """Escape marks and defuse mentions, timestamps and emoji."""
        return literal(text)

    def verbatim(self, code: str) -> str:
        """Defuse what could ping in spite of standing in code."""
        return unpinged(code)

    def line_starts(self, text: str) -> str:
        """Escape what would make a line a heading, a list, a quote or small print."""
        return line_starts(text)

    def list(self, entries: List, *, again: bool) -> str:
        """Write a list without blank lines, which would end it."""
        return super().list(replace(entries, tight=True), again=again)

    def item(self, item: Item, marker: str, *, tight: bool = True) -> str:
        """Write an entry; even in its code there is no empty line."""
        front = self.box(item) + ("… " if item.continued else "")
        if front and item.blocks and not isinstance(item.blocks[0], Paragraph):
            front = f"{front.rstrip()}\n"
        lines = (front + "\n".join(filter(None, self._blocks(item.blocks)))).split("\n")
        indent = " " * (len(marker) + 1)
        others = (indent + (line or " ") for line in lines[1:])
        return "\n".join((f"{marker} {lines[0]}", *others)).rstrip()

    def fence(self, fence: Fence) -> str:
        """Write lines of code; nothing in them ends the code, and there is always something in it."""
        code = "\n".join(fence.lines).strip("\n") or " "
        code = re.sub("``(?=`)", f"``{ZERO_WIDTH_SPACE}", self.verbatim(code))
        language = _LANGUAGES.get(fence.language.lower(), fence.language)
        return f"```{'' if '#' in language else language}\n{code}\n```"

    def mention(self, mention: Mention) -> str:
        """Write a ping that is allowed so that it works."""
        return mention.token.lower()


class DiscordMarkdown(_Discord):
    """What Discord shows as bold, lists, quotes, code; the rest is put in these terms."""

    def heading(self, heading: Heading) -> str:
        """Write a heading; Discord has three levels, a deeper one becomes a bold line."""
        if heading.level > MAX_HEADING_LEVEL:
            return self.inline(bold(heading.inlines)).replace("\n", " ").strip()
        words = line_starts(self.inlines(heading.inlines).replace("\n", " ").strip())
        escape = "\\" if words.startswith("#") else ""
        return f"{'#' * heading.level} {escape}{words}"

    def rule(self) -> str:
        """Write a line across, which Discord has none of."""
        return "⎯⎯⎯"

    def table(self, table: Table) -> str:
        """Write a table as code, its columns lined up."""
        return self.fence(Fence(lines=tuple(table_lines(table))))

    def styled(self, mark: str, inlines: Iterable[Inline]) -> str:
        """Write inlines between marks; without, where code between them would end the style."""
        pieces = tuple(inlines)
        text = self.inlines(pieces)
        words = text.strip()
        if not words or any(mark in code for code in _codes(pieces)):
            return text
        front, _, back = text.partition(words)
        end = ZERO_WIDTH_SPACE if words.endswith(_HIDES_END.get(mark, "\n")) else ""
        # Discord looks for blocks in a style too.
        return f"{front}{mark}{line_starts(words)}{end}{mark}{back}"

    def link(self, link: Link) -> str:
        """Write a masked link where Discord makes one: not for mail, not for every label."""
        url, shown = link.url, visible(link.inlines).strip()
        if is_bare(link) or shown.rstrip("/") == url.rstrip("/"):
            return _address(url)
        label = self.inlines(link.inlines).replace("\n", " ").strip()
        if _is_mail(url) or re.search(r"[\[\]]|://", shown):
            return f"{label} ({_address(url)})"
        return f"[{label}]({_masked(url)})"


class DiscordPlain(_Discord, Plain):
    """Words in which Discord finds nothing to format."""

    def table(self, table: Table) -> str:
        """Write a line for each row."""
        return line_starts(super().table(table))

    def link(self, link: Link) -> str:
        """Write the label, and where it leads if that is not the same."""
        address = _address(link.url)
        return address if is_bare(link) else f"{self.inlines(link.inlines)} ({address})"


def _defused(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", text)


def _escaped_start(found: re.Match[str]) -> str:
    space, mark = found.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _codes(inlines: Sequence[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Code():
                yield inline.text
            case Strong() | Emphasis() | Strike() | Link():
                yield from _codes(inline.inlines)
            case _:
                pass


def _address(url: str) -> str:
    """Return the address as text; Discord makes a link of a web address up to the bracket."""
    return literal(url.partition(":")[2]) if _is_mail(url) else f"<{_harmless(url)}>"


def _masked(url: str) -> str:
    """Return the address as what a label leads to."""
    url = target(_harmless(url))
    if _IS_ONLY_A_PLACE.fullmatch(url):
        return f"{url}/" if _END_OF_SENTENCE.search(url) else url
    return _END_OF_SENTENCE.sub(_encoded, url)


def _harmless(url: str) -> str:
    """Return the address so that nothing in it is a mention or ends a style or the address."""
    scheme, colon, rest = url.partition(":")
    return f"{scheme.lower()}{colon}{_NOT_IN_ADDRESSES.sub(_encoded, rest)}"


def _encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _is_mail(url: str) -> bool:
    return url[:7].lower() == "mailto:"
