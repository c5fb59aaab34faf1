"""The preview in a terminal: frames, colours, wide signs, and nothing that a message could do to it."""

from rich.cells import cell_len
from rich.text import Text

from bridge.destinations import Destination
from bridge.rendering import Post
from tests.cli.drawings import DISCORD, SLACK, content, drawn, file, markdown

RED = "\x1b[1;31m"


def test_terminal_gets_frames_and_colours() -> None:
    """In a terminal each post has a frame, code a box with its language, and wide characters fit."""
    text = (
        "# 日本語 🎉\n\n```py\nx = '漢字'\n```\n\n| a | b |\n|---|---|\n| 漢字 | 1 |\n\n"
        + "長い文 " * 60
    )
    shown = drawn(markdown(text), SLACK, columns=80)
    plain = [line.plain for line in Text.from_ansi(shown).split("\n")]

    assert "\x1b[1m日本語 🎉" in shown
    assert plain[0].startswith("╭─ support ─")
    assert any("╭─ py ─" in line for line in plain)
    assert any("│ x = '漢字' │" in line for line in plain)


def test_ping_is_seen() -> None:
    """What is live is marked in red, and said."""
    shown = drawn(markdown("x <!channel>"), SLACK, columns=80)

    assert "\x1b[1;37;41m@channel" in shown
    assert f"{RED}⚠ notifies <!channel>" in shown


def test_content_has_no_power_over_the_terminal() -> None:
    """Escapes, other controls and marks that turn the line become signs, wherever they stand."""
    evil = "\x1b[31m\x9b31m\u202e\x07\x7f"
    text = (
        f"{evil} `{evil}` [a](https://x.org/{evil})\n\n```{evil}\n{evil}\n```\n\n|{evil}|\n|-|\n|x|"
    )
    posts: list[tuple[Post, Destination]] = [
        (markdown(text, username=evil), SLACK),
        (content(text, username=evil), DISCORD),
        (file(name=evil, text=evil, comment=evil, username=evil), SLACK),
        (file(name=evil, url=f"https://x.org/{evil}"), DISCORD),
    ]
    for post, destination in posts:
        shown = drawn(post, destination)
        assert not set("\x1b\x9b\u202e\x07\x7f") & set(shown)
        assert "␛[31m" in shown
        assert "␛[31m" in drawn(post, destination, columns=100)


def test_lines_of_a_frame_are_of_one_width() -> None:
    """Signs of two cells, and words that are too long for a line, keep the frame straight."""
    text = "# 日本語 🎉\n- " + "長" * 70 + "\n\n> " + "x" * 200 + "\n\n```\n" + "漢" * 60 + "\n```"
    shown = Text.from_ansi(drawn(markdown(text), SLACK, columns=60)).plain

    assert {cell_len(line) for line in shown.splitlines()} == {60}
