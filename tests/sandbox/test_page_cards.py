"""Embeds and files drawn as HTML: what stands below the words of a post."""

from datetime import UTC, datetime

import pytest

from bridge.sandbox.page import discord, slack
from tests.sandbox.conftest import Clock
from tests.sandbox.drawn import A_LINK, arrived


def test_embeds_stand_below(clock: Clock) -> None:
    """An embed shows its parts behind its bar, with the time as the reader's clock tells it."""
    embed = {
        "title": "t",
        "url": "https://x.org",
        "color": 0x5865F2,
        "author": {"name": "a", "icon_url": "https://x.org/a.png"},
        "fields": [{"name": "n", "value": "**v**"}],
        "footer": {"text": "f", "icon_url": "javascript:x"},
        "timestamp": "2026-11-22T08:27:44+00:00",
    }
    time = datetime(2026, 11, 22, 8, 27, tzinfo=UTC).astimezone()
    html = discord.draw(arrived(clock, embeds=(embed,)))

    assert html.startswith('<div class="embed" data-colour="#5865f2"><p class="author">')
    assert '<img src="https://x.org/a.png" alt="" loading="lazy"><b>a</b></p>' in html
    assert f'<h3><a href="https://x.org" {A_LINK}>t</a></h3>' in html
    assert "<div><strong>n</strong><p><strong>v</strong></p>\n</div>" in html
    assert html.endswith(f"<small>f • {time:%Y-%m-%d %H:%M}</small></div>")


def test_embed_without_frills(clock: Clock) -> None:
    """What an embed lacks leaves nothing behind; a time that is none is shown as it is."""
    embeds = ({"description": "d"}, {"timestamp": "<soon>"})
    html = discord.draw(arrived(clock, embeds=embeds))

    assert html == (
        '<div class="embed"><p>d</p>\n</div><div class="embed"><small>&lt;soon&gt;</small></div>'
    )


FILES = {
    b"# <b>\n\nx\n": "<p>📎 a&lt;.md <span>9 bytes</span></p><pre># &lt;b&gt;\n\nx</pre>",
    b"x\n" * 9: "<span>18 bytes</span></p><pre>x\nx\nx\nx\nx\nx\nx\nx …</pre>",
    b"y" * 2048: f"<p>📎 a&lt;.md <span>2.0 KB</span></p><pre>{'y' * 1000} …</pre>",
    b"": "<p>📎 a&lt;.md <span>0 bytes</span></p></div>",
}


@pytest.mark.parametrize(("content", "html"), FILES.items(), ids=range(len(FILES)))
def test_file_shows_its_beginning(clock: Clock, content: bytes, html: str) -> None:
    """On both platforms a file is a card with its name and size, of text also the first lines."""
    post = arrived(clock, files=("a<.md",), contents=(content,), text="x")

    assert html in slack.draw(post)
    assert html in discord.draw(post)


def test_file_of_unknown_contents_is_a_name(clock: Clock) -> None:
    """Only text is shown; of a file whose contents are not known, its name."""
    post = arrived(clock, files=("a.png", "b.pdf"), contents=(b"\x89PNG",))

    assert discord.draw(post) == (
        '<div class="file"><p>📎 a.png <span>4 bytes</span></p></div><p class="file">📎 b.pdf</p>'
    )
