"""Every word that is logged stands in the README, and every word of the README's list is logged."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTAGES = ROOT / "bridge" / "logs" / "outages.py"
LEVELS = ("debug", "info", "warning", "error")


def _logged() -> Iterator[tuple[str, str]]:
    """Yield each word with its level, as the code has them."""
    for path in sorted((ROOT / "bridge").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _words(node, path)


def _words(call: ast.Call, path: Path) -> Iterator[tuple[str, str]]:
    """Yield what a call logs: `log.info("word", …)`, `…_log(log.info, "word", …)`, or an outage."""
    called = ast.unparse(call.func)
    if path == OUTAGES:  # its words are those that it was made with
        return
    if called == "Outage":
        yield _constant(call.args[0], path), "error"
        yield _constant(call.args[1], path), "info"
    for level in LEVELS:
        if called == f"log.{level}":
            yield _constant(call.args[0], path), level
        elif called.endswith("_log") and ast.unparse(call.args[0]) == f"log.{level}":
            yield _constant(call.args[1], path), level


def _constant(word: ast.expr, path: Path) -> str:
    """Return a word that stands there in full: nobody can look for one that is put together."""
    assert isinstance(word, ast.Constant), f"{path}:{word.lineno}"
    assert isinstance(word.value, str), f"{path}:{word.lineno}"
    return word.value


def _told() -> dict[str, set[str]]:
    """Return the levels of each word in the README's list."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("<!-- words -->\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]
    return {
        word.strip("` "): set(levels.split(", "))
        for words, levels, _ in rows
        for word in words.split(", ")
    }


def test_every_word_of_the_log_is_told_with_its_level() -> None:
    """A filter or an alert can be written from the README alone, and none waits for a word that never comes."""
    logged: dict[str, set[str]] = {}
    for word, level in _logged():
        logged.setdefault(word, set()).add(level)
    # What libraries log comes through `logging`, under one word.
    logged["library"] = {"warning", "error"}
    # What the output itself has to say.
    logged["lines_lost"] = {"warning"}

    assert _told() == logged
