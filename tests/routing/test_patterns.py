"""One pattern: what it matches, and that no message can make it slow."""

import re
import time

import pytest

from bridge.routing import Pattern
from bridge.routing.patterns import compile_pattern

#: generous: each takes some hundredths of a second, while backtracking would take years
MAX_SECONDS = 5


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("Max Evans", "max EVANS", True),
        ("Max *", "max evans", True),
        ("Max *", "Dr. Max Evans", False),
        ("Max", "Max Evans", False),
        ("*refund*", "A Refund,\nplease", True),
        ("*", "", True),
        ("*", "a\nb", True),
        ("", "", True),
        ("", "a", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("fa9640f5-*", "FA9640F5-5821", True),
        ("ÄRGER*", "ärger im Büro", True),
        ("[urgent]*", "[Urgent] Help", True),
        ("[urgent]*", "under way", False),
        ("a.c", "abc", False),
        ("a\\*", "a\\b", True),
        ("re:refund", "a refund, please", True),
        ("re:refund", "a Refund, please", False),
        ("re:(?i)refund", "a REFUND, please", True),
        ("re:^refund$", "refund", True),
        ("re:^refund$", "a refund", False),
        ("re:", "", True),
        ("re:a{2,3}", "caat", True),
        ("RE:a", "a", False),
    ],
)
def test_a_pattern_matches(pattern: str, text: str, matches: bool) -> None:
    """A glob the whole text without regard to case, a regular expression any part as it is written."""
    assert compile_pattern(pattern).matches(text) is matches


@pytest.mark.parametrize(
    ("pattern", "clause"),
    [
        ("re:(a", "missing ): (a"),
        ("re:[z-a]", "invalid character class range: z-a"),
        ("re:(?=a)", "invalid perl operator: (?="),
        (r"re:(a)\1", r"invalid escape sequence: \1"),
        ("re:*", "no argument for repetition operator: *"),
    ],
)
def test_a_bad_regular_expression_is_refused(pattern: str, clause: str) -> None:
    """The clause says what is wrong, in RE2's own words."""
    with pytest.raises(ValueError, match=f"^{re.escape(clause)}$"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["re:(a+)+$", "re:(a|aa)+$", "re:(.*)*b$", "*a*a*a*a*b", "*" + "a?" * 20 + "*b"],
)
def test_no_text_makes_a_pattern_slow(pattern: str) -> None:
    """A megabyte that almost matches is done in no time."""
    compiled = compile_pattern(pattern)
    start = time.perf_counter()

    assert not compiled.matches("a" * 1_000_000 + "!")
    assert time.perf_counter() - start < MAX_SECONDS


def test_patterns_are_equal_if_written_alike() -> None:
    """What is compiled plays no part, and is not shown."""
    assert compile_pattern("re:a") == compile_pattern("re:a") != compile_pattern("a")
    assert repr(compile_pattern("re:a")) == repr(Pattern("re:a", str.isalpha))
