"""Where a link leads: only http, https and mailto are live, and a label can't pretend to another address. No I/O."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, unquote, urlsplit

import regex  # type: ignore[import-untyped]  # ships no types

from bridge.rendering.tree import Inline, Link, Text, visible

MAX_URL_CHARS = 800  # ours: with its label a link fits into any post whole
MAX_LABEL_CHARS = 200  # ours: likewise
_LIVE = re.compile(r"(?:https?://[^/?#\s]|mailto:[^\s])", re.I)
# What platforms make clickable by themselves: an escape inside of it would break it.
_BARE = re.compile(r"""https?://[^\s<>`|\\*"\[\]]{1,2000}""", re.I)
_SCHEME = re.compile("https?$", re.I)
_INSIDE = re.compile(r"""://(?:[^\s<>`|\\*"\[\]&]|&(?!\#?\w{1,99};)){1,2000}""")
_TRAILING = ".,:;!?'…\u3002\uff0c\u3001\uff01\uff1f\uff09\u300d\u300f"
_ADDRESS = regex.compile(
    r"(?:(?<!\w)\w+://|www[.])\S+|(?<![^\s/@])[^\s/@]+@\S+"
    r"|(?<![\w\p{M}-][.]?)(?:[\w\p{M}-]+[.])+(?:\p{L}\p{M}*){2,}"
    r"|(?<![\w.])\d{1,3}(?:[.]\d{1,3}){3}(?![\w.])",
    regex.I,
)
# https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point, and spaces too thin to be seen
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\u2005-\u200a\u202f\u205f]")
_DOTS = re.compile("[\u3002\uff0e\uff61\u2024\ufe52\ua4f8]")
_MORE_READERS = re.compile(r"[?&;](?:to|b?cc)=", re.I)
# "Node.js" and "report.pdf" are names, not addresses; no top-level domain is called like that.
_NAMES = re.compile(r"[\w.-]+[.](?:js|ts|jsx|tsx|json|txt|html?|css|java|ya?ml|toml|xml|csv|pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|log|sql|go|ini|mod|sum|lock|cfg|conf|env|jsonl|vue|svelte|scss|rb|kt|swift|cpp|hpp|cs|php|ipynb|rst|tex|lua|proto|svg|webp|mp[34]|gz|tgz|tar|exe|dll|bat|jar|wasm|bak|tmp)", re.I)  # fmt: skip
_CODE_HOSTS = {
    "github.com",
    "raw.githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
}
# Files of code and documents whose endings are top-level domains too, or may become some.
_SOURCES = re.compile(r"[\w.-]+[.](?:md|py|rs|sh|pl|pm|cc|ml|mm|ps|st|hs|exs?|jl|clj|dart|zig|nim|ch?|hh?|fs|vb|erl|el|vim|nix|tf|proto|gradle|sol|cu|asm|bzl|cmake|mk|adoc|markdown|mdx)", re.I)  # fmt: skip
# No name of a site has an underscore, and none is known by capitals alone.
_FILES = re.compile(r"\w*_\w*\.(?:py|rs|sh)|[A-Z][A-Z_-]{3,}\.md")
_UNSAFE = regex.compile(r"""[()<>`|\\*"\[\]^{}\s\p{Cc}\p{Cf}]""")


def link(url: str, label: tuple[Inline, ...], title: str = "") -> tuple[Inline, ...]:
    """Return a live link; or its label and its address as text if it must not or can't be live."""
    shown = visible(label)
    more = (Text(text=f" ({' '.join(title.split())})"),) if title.strip() else ()
    if not shown.strip():
        shown, label = url, (Text(text=url),)
    if is_live(url) and len(shown) <= MAX_LABEL_CHARS and not _pretends(shown, url):
        return (Link(url=url, inlines=label), *more)
    spelled = (Text(text=" ("), *bare(url), Text(text=")")) if url and shown != url else ()
    return (*label, *spelled, *more)


def is_live(url: str) -> bool:
    """Tell whether the address may be made clickable."""
    return _LIVE.match(url) is not None and len(url) <= MAX_URL_CHARS


def bare(text: str) -> Iterator[Inline]:
    """Yield the text with the web addresses in it as links that are their own label."""
    end = 0
    for found in _BARE.finditer(text):
        url = _without_trailing(found[0])
        if not is_live(url):
            continue
        if found.start() > end:
            yield Text(text=text[end : found.start()])
        yield Link(url=url, inlines=(Text(text=url),))
        end = found.start() + len(url)
    if end < len(text):
        yield Text(text=text[end:])


def end_of_address(text: str, colon: int) -> int:
    """Return where the web address ends whose `://` begins there; `colon` if there is none.

    Marks at its end belong to what stands around it, as in "_see https://a.example_".
    """
    if not text.startswith("://", colon) or not _SCHEME.search(text[max(colon - 5, 0) : colon]):
        return colon
    found = _INSIDE.match(text, colon)
    return colon + len(_without_trailing(found[0]).rstrip("_~")) if found else colon


def is_bare(inline: Link) -> bool:
    """Tell whether the link is its own label."""
    return visible(inline.inlines) in (inline.url, inline.url.removeprefix("mailto:"))


def target(url: str) -> str:
    """Return the address as the target of a link: nothing in it ends the link or is markup."""
    return str(_UNSAFE.sub(lambda found: quote(found[0]), url))


def _without_trailing(url: str) -> str:
    url = url.rstrip(_TRAILING)
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_TRAILING)
    return url


def _pretends(label: str, url: str) -> bool:
    """Tell whether the label shows an address of another place than the link leads to."""
    place = _place(url)
    seen = unicodedata.normalize("NFKC", _DOTS.sub(".", _UNSEEN.sub("", label)))
    shown = (found[0].strip("()[]<>.,;:") for found in _ADDRESS.finditer(seen))
    return any(
        _place(address) != place and not _NAMES.fullmatch(address) and not _is_file(address, url)
        for address in shown
    )


def _is_file(name: str, url: str) -> bool:
    """Tell whether the name is of the file that the link leads to, and hardly of a site.

    Endings as "md" and "py" are countries too, and any site may have a page called like another
    site: only where code is kept, or of names that no site has, the end of the address is proof.
    """
    path = re.split("[?#]", url, maxsplit=1)[0]
    if unquote(path.rpartition("/")[2]) != name:
        return False
    known = _SOURCES if _place(url) in _CODE_HOSTS else _FILES
    return known.fullmatch(name) is not None


def _place(address: str) -> str:
    address = _DOTS.sub(".", address.lower()).removeprefix("mailto:")
    if "@" in address and "://" not in address:
        return address if _MORE_READERS.search(unquote(address)) else address.partition("?")[0]
    try:
        host = urlsplit(address if "://" in address else f"//{address}").netloc
    except ValueError:  # e.g. brackets that hold no IPv6 address
        return address
    return host.removeprefix("www.")
