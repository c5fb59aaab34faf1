"""Log lines: one per thing that happened, for people and for programs, without secrets."""

import asyncio
import io
import logging
import os
import pty
import re
from threading import Thread

import pytest

from bridge.logs import SILENT, configure, log

SECRET = "xoxb-1234-secret"
QUOTED = 'pass"word\\with\tmarks'


class Terminal(io.StringIO):
    """Says that it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(autouse=True)
def _untouched(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logging is as before after each test, whatever it configures; there is no journal."""
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)


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
    "an equals sign": ("a=b", '"a=b"'),
    "a backslash": ("a\\b", '"a\\\\b"'),
    "a line break": ("a\nb", '"a\\nb"'),
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


def test_a_line_begins_with_its_time() -> None:
    """In UTC, to the millisecond."""
    stream = io.StringIO()
    configure((), stream=stream)
    log.warning("two words", count=1)

    assert re.fullmatch(
        r'time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 level=warning event="two words" count=1\n',
        stream.getvalue(),
    )


def test_the_journal_has_times_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Systemd says by a variable that it listens."""
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    stream = io.StringIO()
    configure((), stream=stream)
    log.info("word")

    assert stream.getvalue() == "level=info event=word\n"


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


def test_stderr_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Stdout is for data."""
    configure(())
    log.info("word")
    captured = capsys.readouterr()

    assert captured.out == ""
    assert captured.err.endswith("level=info event=word\n")


class CountingStream(io.StringIO):
    """Counts how often it is flushed."""

    flushes = 0

    def flush(self) -> None:
        """Count."""
        self.flushes += 1


async def test_lines_of_one_turn_of_the_event_loop_are_written_together() -> None:
    """A burst costs one write, not one per line; nothing waits longer than the turn."""
    stream = CountingStream()
    configure((), stream=stream)

    for number in range(3):
        log.info("counted", number=number)
    await asyncio.sleep(0)

    assert [line[-1] for line in stream.getvalue().splitlines()] == ["0", "1", "2"]
    assert stream.flushes == 1


async def test_a_thread_writes_at_once_and_in_order() -> None:
    """What the event loop has logged before it comes first."""
    stream = io.StringIO()
    configure((), stream=stream)

    log.info("first")
    thread = Thread(target=log.info, args=("second",))
    thread.start()
    thread.join()

    assert [line.rpartition("=")[2] for line in stream.getvalue().splitlines()] == [
        "first",
        "second",
    ]


def test_an_event_loop_that_ended_leaves_no_line_behind() -> None:
    """The last turn of a loop may never come; the next line brings the others along."""
    stream = io.StringIO()
    configure((), stream=stream)
    loop = asyncio.new_event_loop()
    loop.call_soon(log.info, "left")
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()

    log.info("next")

    assert stream.getvalue().count("\n") == 2
