"""What surrounds a piece of a drawing: bars, boxes and frames; in a pipe no more than an indent."""

from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

#: a wider frame is hard to read
MAX_COLUMNS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """Something with signs before its first line and before each further one."""

    inside: RenderableType
    first: str
    #: as wide as the first
    further: str
    style: Style | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it line by line."""
        sign = self.first
        room = max(options.max_width - len(sign), 1)
        for line in console.render_lines(self.inside, options.update(width=room), pad=False):
            yield Segment(sign, self.style)
            yield from line
            yield Segment.line()
            sign = self.further


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBox:
    """Lines of code."""

    code: str
    language: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw a box that is as wide as the code, or indent it in a pipe."""
        text = Text(self.code, overflow="fold", style="cyan" if options.is_terminal else "")
        if options.is_terminal:
            title = Text(self.language) if self.language else None
            yield Panel(text, expand=False, border_style="dim", title=title, title_align="left")
        else:
            yield Margin(inside=text, first="    ", further="    ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One post."""

    #: where it goes
    title: Text
    #: what is to be known of it
    note: Text
    inside: Group

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw a frame around it, or indent it in a pipe below a line with both."""
        if options.is_terminal:
            yield Panel(
                self.inside,
                box=box.ROUNDED,
                width=min(options.max_width, MAX_COLUMNS),
                title=self.title,
                title_align="left",
                subtitle=self.note,
                subtitle_align="left",
                border_style="dim",
            )
        else:
            yield Text.assemble(self.title, ": ", self.note)
            yield Margin(inside=self.inside, first="  ", further="  ")
