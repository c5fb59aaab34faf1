"""Slack blocks to try the sandbox with."""

from typing import Any

MARKDOWN = {"type": "markdown", "text": "hi"}


def section(text: str = "hi", **more: Any) -> dict[str, Any]:
    """Return a section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    """Return a rich_text block."""
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*leaves: dict[str, Any]) -> dict[str, Any]:
    """Return a rich_text block of one section."""
    return rich({"type": "rich_text_section", "elements": list(leaves)})


def table(rows: int = 1, columns: int = 1, chars: int = 1) -> dict[str, Any]:
    """Return a table block."""
    cell = {"type": "raw_text", "text": "x" * chars}
    return {"type": "table", "rows": [[cell] * columns] * rows}


def piped(rows: int, columns: int, chars: int = 1) -> dict[str, Any]:
    """Return a markdown block that holds a table of a head and *rows*."""
    line = "|" + ("x" * chars + "|") * columns
    text = "\n".join([line, "|" + "-|" * columns, *[line] * rows])
    return {"type": "markdown", "text": text}
