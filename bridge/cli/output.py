"""Where a command's words go: data to stdout, words about it to stderr, colour only in a terminal."""

from rich.console import Console
from rich.highlighter import NullHighlighter

#: in a pipe nothing is wrapped or cut: programs like long lines better than broken ones
PIPE_COLUMNS = 10_000


def stdout() -> Console:
    """Return the console for a command's answer."""
    return _console(stderr=False)


def stderr() -> Console:
    """Return the console for words about it: progress, warnings, errors."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlighter=NullHighlighter(), markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(
            stderr=stderr,
            highlighter=NullHighlighter(),
            markup=False,
            emoji=False,
            width=PIPE_COLUMNS,
        )
    return console
