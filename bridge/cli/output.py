"""Where a command's words go: data to stdout, words about it to stderr, colour only in a terminal."""

import sys

from rich.console import Console
from rich.highlighter import NullHighlighter
from rich.table import Table

#: in a pipe nothing is wrapped or cut: programs like long lines better than broken ones
PIPE_COLUMNS = 10_000


def stdout() -> Console:
    """Return the console for a command's answer."""
    return _console(stderr=False)


def stderr() -> Console:
    """Return the console for words about it: progress, warnings, errors."""
    return _console(stderr=True)


def grid_of(*columns: str) -> Table:
    """Return a table without lines; what does not fit in a column goes on below."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid


def _console(*, stderr: bool) -> Console:
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(
        stderr=stderr,
        highlighter=NullHighlighter(),
        markup=False,
        emoji=False,
        width=None if is_terminal else PIPE_COLUMNS,
    )
