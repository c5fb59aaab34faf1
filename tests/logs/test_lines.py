"""Log lines: one per thing that happened, for people, without secrets."""

import io
import logging
import os
import pty
import re

import pytest

from bridge.logs import LEVELS, SILENT, configure, log

SECRET = "xoxb-1234-secret"
QUOTED = 'pass"word\\with\tmarks'


class Terminal(io.StringIO):
    """Says that it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def _logged(*, secrets: tuple[str, ...] = (), word: str = "word", **fields: object) -> str:
    """Return the line for programs, without its time."""
    stream = io.StringIO()
    configure(secrets, stream=stream)
    log.info(word, **fields)
    return stream.getvalue().partition(" ")[2]


FIELDS: dict[str, tuple[object, str]] = {
    "a word": ("refunds", "refunds"),
    "two words": ("two words", '"two words"'),
    "nothing": ("", '""'),
    "a quote": ('say "hi"', '"say \\"hi\\""'),
    "nothing but an equals sign": ("=", '"="'),
    "an equals sign": ("a=b", '"a=b"'),
    "a backslash": ("a\\b", '"a\\\\b"'),
    "a line break": ("a\nb", '"a\\nb"'),
    "a wide space": ("a\u3000b", '"a\ufffdb"'),
    "letters of all kinds": ("Zoë🙂", "Zoë🙂"),
    "an escape": ("\x1b[31m", "\ufffd[31m"),
    "an escape in a sentence": ("a \x1b[31m", '"a \\u001b[31m"'),
    "a bell": ("\a", "\ufffd"),
    "text that turns around": ("a\u202eb", "a\ufffdb"),
    "half a character": ("\ud800", "\ufffd"),
    "a number": (1.5, "1.5"),
    "a truth": (True, "True"),
    "none": (None, "None"),
}


@pytest.mark.parametrize(("value", "written"), FIELDS.values(), ids=FIELDS)
def test_a_field_is_written_so_that_it_can_be_read_back(value: object, written: str) -> None:
    """Quotes where they are needed; nothing that moves a cursor or begins a line."""
    assert _logged(key=value) == f"level=info event=word key={written}\n"


def test_fields_keep_apart() -> None:
    """What one value holds can't pass for another field."""
    line = _logged(first="", second="x third=y", fourth="a-b", fifth=5)

    assert line == 'level=info event=word first="" second="x third=y" fourth=a-b fifth=5\n'


def test_a_line_begins_with_its_time() -> None:
    """In UTC, to the millisecond."""
    stream = io.StringIO()
    configure((), stream=stream)
    log.warning("two words", count=1)

    assert re.fullmatch(
        r'time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 level=warning event="two words" count=1\n',
        stream.getvalue(),
    )


@pytest.mark.parametrize("stream", [io.StringIO, Terminal], ids=["program", "terminal"])
@pytest.mark.parametrize("secret", [SECRET, QUOTED], ids=["plain", "with marks"])
def test_secrets_are_blackened_wherever_they_stand(stream: type[io.StringIO], secret: str) -> None:
    """In the word, in a field, in the midst of a text, however they are quoted."""
    out = stream()
    configure((secret, "longer-" + secret), stream=out)
    log.info(f"word {secret}", key=secret, text=f"at https://x/{secret}/y")
    logging.getLogger("library").error("called with %s", secret)

    assert out.getvalue().count("[secret]") == 4
    assert "1234" not in out.getvalue()
    assert "marks" not in out.getvalue()


def test_the_longest_secret_is_blackened_first() -> None:
    """A secret that is a part of another one leaves nothing of that."""
    assert _logged(secrets=("abcdef", "abcdef-ghijkl"), key="abcdef-ghijkl") == (
        "level=info event=word key=[secret]\n"
    )


def test_a_short_secret_blackens_no_ordinary_words() -> None:
    """Nobody has a secret of five characters."""
    assert _logged(secrets=("event",), key="x") == "level=info event=word key=x\n"


def test_what_libraries_log_becomes_a_line_of_its_own() -> None:
    """From a warning on, with its error, on one line."""
    stream = io.StringIO()
    configure((SECRET,), stream=stream)
    library = logging.getLogger("some.library")
    library.info("chatter")
    library.warning("%s is\nodd", SECRET)
    library.error("failed", exc_info=ValueError("first\nsecond"))
    library.error("no error at hand", exc_info=(None, None, None))

    assert [line.partition(" ")[2] for line in stream.getvalue().splitlines()] == [
        'level=warning event=library name=some.library text="[secret] is odd"',
        'level=error event=library name=some.library text="failed: ValueError: first second"',
        'level=error event=library name=some.library text="no error at hand"',
    ]


def test_silent_is_silent() -> None:
    """Nothing of ours, and of libraries only what ends them."""
    stream = io.StringIO()
    configure((), stream=stream, level=SILENT)
    log.error("word")
    logging.getLogger("library").error("word")

    assert stream.getvalue() == ""


def test_a_level_can_be_chosen() -> None:
    """What is below it is not written."""
    stream = io.StringIO()
    configure((), stream=stream, level=logging.WARNING)
    log.info("quiet")
    log.warning("loud")

    assert "quiet" not in stream.getvalue()
    assert "event=loud" in stream.getvalue()


def test_a_record_that_does_not_fit_itself_is_a_line_all_the_same() -> None:
    """A library's fault in logging is not raised where it logs, whatever level it makes up."""
    stream = io.StringIO()
    configure((), stream=stream)
    library = logging.getLogger("library")
    library.error("%d of %d", "x")
    library.log(77, "loud")

    assert [line.partition(" ")[2] for line in stream.getvalue().splitlines()] == [
        'level=error event=library name=library text="%d of %d"',
        "level=critical event=library name=library text=loud",
    ]


def test_debug_is_for_who_asks() -> None:
    """It is below what is written by default."""
    quiet, loud = io.StringIO(), io.StringIO()
    for stream, level in ((quiet, LEVELS["info"]), (loud, LEVELS["debug"])):
        configure((), stream=stream, level=level)
        log.debug("word", key=1)

    assert quiet.getvalue() == ""
    assert loud.getvalue().endswith("level=debug event=word key=1\n")


def test_a_terminal_gets_colour_and_times_of_the_day() -> None:
    """And no control characters but those of the colours."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as terminal:
        configure((SECRET,), stream=terminal)
        log.error("dead", reason=f"no\x1b[2J {SECRET}", count=2)
        terminal.flush()
        written = os.read(master, 10_000).decode()
    os.close(master)
    plain = re.sub(r"\x1b\[\d*m", "", written)

    assert plain != written
    assert "\x1b" not in plain
    assert re.match(r"\d\d:\d\d:\d\d \[error *\] dead", plain)
    assert "[secret]" in plain
    assert "count" in plain
