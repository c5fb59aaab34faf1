"""Where in the file a key stands: path of keys -> line number. No I/O.

`tomllib` forgets lines, so the headers and keys are looked up again. What stands inside an inline
table or a list has no line of its own.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

_ONE_KEY = r"""(?:[\w-]+|"[^"\\]*"|'[^']*')"""
_KEYS = rf"({_ONE_KEY}(?:\s*\.\s*{_ONE_KEY})*)"
_HEADER = re.compile(rf"^\s*(\[{{1,2}})\s*{_KEYS}\s*\]{{1,2}}\s*(?:#.*)?$", re.ASCII)
_KEY = re.compile(rf"^\s*{_KEYS}\s*=", re.ASCII)


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the line of each key and table, counted from 1; a table begins with its first key."""
    lines: dict[Path, int] = {}
    for place, number in _keys(text):
        for length in range(1, len(place) + 1):
            lines.setdefault(place[:length], number)
    return lines


def _keys(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    last_rows: dict[Path, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            keys = _split(header[2])
            if header[1] == "[[":
                last_rows[keys] = last_rows.get(keys, -1) + 1
            table = _in_last_row(keys, last_rows)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_split(key[1])), number


def _in_last_row(keys: Path, last_rows: Mapping[Path, int]) -> Path:
    """Return the path of a table: after `[[routes]]`, `[routes.match]` belongs to that row."""
    path: Path = ()
    for length, key in enumerate(keys, start=1):
        row = last_rows.get(keys[:length])
        path = (*path, key) if row is None else (*path, key, row)
    return path


def _split(dotted: str) -> Path:
    """Return the keys of a dotted key; TOML itself knows how they may be quoted."""
    inner: object = tomllib.loads(f"{dotted} = 0")
    path: list[str] = []
    while isinstance(inner, dict):
        ((key, inner),) = inner.items()
        path.append(key)
    return tuple(path)
