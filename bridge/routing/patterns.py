"""One glob or regular expression, compiled once and linear in the text it meets. No I/O."""

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import re2

REGEX_PREFIX = "re:"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A glob without regard to case, or `re:` and a regular expression. Equal if written alike."""

    #: as the config writes it
    text: str
    #: whether a text fulfils it: a glob as a whole, a regular expression anywhere
    matches: Callable[[str], bool] = field(repr=False, compare=False)


def compile_pattern(text: str) -> Pattern:
    """Compile a glob or a regular expression. Raises ValueError with a clause that says what is wrong.

    Regular expressions run on RE2, which takes linear time whatever the message says
    (https://github.com/google/re2/wiki/WhyRE2); it has no look-around and no back-references.
    A glob's stars become atomic groups, which don't backtrack into each other. A glob has no [sets]:
    brackets are common in what people write, and stand for themselves.
    """
    if text.startswith(REGEX_PREFIX):
        return Pattern(text, _regex(text.removeprefix(REGEX_PREFIX)))
    glob = re.compile(fnmatch.translate(text.replace("[", "[[]")), re.IGNORECASE)
    return Pattern(text, lambda value: glob.match(value) is not None)


def _regex(source: str) -> Callable[[str], bool]:
    options = re2.Options()
    options.log_errors = False  # RE2 would write to stderr by itself
    try:
        compiled = re2.compile(source, options)
    except re2.error as error:
        detail = error.args[0]
        raise ValueError(detail.decode() if isinstance(detail, bytes) else detail) from None
    return lambda value: compiled.search(value) is not None
