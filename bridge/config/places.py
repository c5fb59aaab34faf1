"""Where in the file a key stands: path of keys -> line number. No I/O.

`tomllib` forgets lines, so the headers and keys are looked up again. What can't be found, such as
a key inside an inline table, is said to stand where its nearest parent does.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[{1,2})([^\[\]]+)\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Return the line, counted from 1, of a key or of its nearest parent that has one."""
    lines: dict[Path, int] = {}
    for place, number in _keys(text):
        for length in range(1, len(place) + 1):
            lines.setdefault(place[:length], number)
    wanted = tuple(path)
    while wanted:
        if wanted in lines:
            return lines[wanted]
        wanted = wanted[:-1]
    return None


def _keys(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    seen: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _split(header[2])
            if header[1] == "[[":
                table = (*table, seen[header[2]])
                seen[header[2]] += 1
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_split(key[1])), number


def _split(dotted: str) -> Path:
    """Return the keys of a dotted key; TOML itself knows how they may be quoted."""
    try:
        value = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    path: list[str] = []
    inner: object = value
    while isinstance(inner, dict):
        ((key, inner),) = inner.items()
        path.append(key)
    return tuple(path)
