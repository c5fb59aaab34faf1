"""A label never shows another address than the one it leads to, however the address is spelled."""

import pytest

from bridge.rendering import links, markdown
from bridge.rendering.tree import Link, Text
from tests.rendering.samples import FORMS, body_of, markdown_of, message, on_discord, on_slack

EVIL = "https://evil.example"
PRETENDING = {
    "a page": ("https://good.example/login.html", EVIL),
    "a page of www": ("www.good.example/terms.pdf", EVIL),
    "zero-width space": ("good\u200b.com", EVIL),
    "zero-width joiner": ("good\u200d.com", EVIL),
    "soft hyphen": ("good\u00ad.com", EVIL),
    "filler": ("good\u3164.com", EVIL),
    "thin space": ("good\u200a.com", EVIL),
    "combining mark": ("good.c\u0335om", EVIL),
    "one dot leader": ("good\u2024com", EVIL),
    "small full stop": ("good\ufe52com", EVIL),
    "fullwidth": ("ｇｏｏｄ．ｃｏｍ", EVIL),
    "numbers": ("93.184.216.34", EVIL),
    "user part": ("good.example", "https://good.example@evil.example"),
    "port": ("good.example:443", "https://good.example:8443"),
    "backslash": ("good.example", "https://evil.example\\@good.example"),
    "upper case": ("GOOD.example", "HTTPS://EVIL.example"),
    "punycode": ("gооd.example", "https://xn--gd-jbba.example"),
    "file at a code host": ("good.com", "https://github.com/evil/x/good.com"),
    "address at a code host": ("https://good.com", "https://github.com/x/https%3A%2F%2Fgood.com"),
    "another reader of mail": ("me@good.example", "mailto:me@good.example?bcc=you@evil.example"),
    "encoded reader of mail": ("me@good.example", "mailto:me@good.example?%62cc=you@evil.example"),
}


@pytest.mark.parametrize("case", PRETENDING)
def test_a_label_that_pretends_is_spelled_out(case: str) -> None:
    """Whoever reads it sees where it leads."""
    label, url = PRETENDING[case]
    assert not any(
        isinstance(inline, Link) and inline.inlines == (Text(text=label),)
        for inline in links.link(url, (Text(text=label),))
    )


@pytest.mark.parametrize(
    ("label", "url"),
    [
        ("main.py", "https://github.com/a/b/blob/main/main.py"),
        ("Main.hs", "https://gitlab.com/a/b/-/blob/main/Main.hs"),
        ("version 1.2.3", EVIL),
        ("docs/index.html", EVIL),
        ("GOOD.example", "https://good.example/a"),
        ("me@good.example", "mailto:me@good.example?subject=to=do"),
    ],
)
def test_an_honest_label_stays(label: str, url: str) -> None:
    """Names of files and numbers are no addresses."""
    assert links.link(url, (Text(text=label),)) == (Link(url=url, inlines=(Text(text=label),)),)


@pytest.mark.parametrize(
    "source", ["\u202e[moc.doog](https://moc.doog)", "[&#x202e;moc.doog](https://moc.doog)"]
)
def test_no_label_is_shown_in_a_mirror(source: str) -> None:
    """Read from right to left, an honest address would be another one."""
    for form in FORMS:
        texts = [repr(post.blocks) + post.text for post in on_slack(message(source), form=form)]
        texts += [body_of(post) for post in on_discord(message(source), form=form)]
        assert not any("\u202e" in text or "\\u202e" in text for text in texts)


@pytest.mark.parametrize("url", ["https://[bad", "https://a]b", "http://x\uff20y", "https://[::1"])
def test_an_address_that_can_not_be_read_is_no_fault(url: str) -> None:
    """The message is posted all the same."""
    links.link(url, (Text(text="good.example"),))
    assert markdown.parse(f"[good.example]({url})")


def test_a_label_of_styles_is_read_as_a_whole() -> None:
    """Marks inside of an address don't hide it."""
    (post,) = on_slack(message(f"[**good**.`exam`*ple*]({EVIL})"))
    assert f"({EVIL})" in markdown_of(post)
    assert "](" not in markdown_of(post)
