"""Where a link leads: only http, https and mailto are live, and a label can't pretend to another address. No I/O."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from bridge.rendering.tree import Inline, Link, Text, visible

MAX_URL_CHARS = 800  # ours: with its label a link fits into any post whole
MAX_LABEL_CHARS = 200  # ours: likewise
_LIVE = re.compile(r"(?:https?://[^/?#\s]|mailto:[^\s])", re.I)
# What platforms make clickable by themselves: an escape inside of it would break it.
_BARE = re.compile(r"""https?://[^\s<>`|\\*"\[\]]{1,2000}""", re.I)
_TRAILING = ".,:;!?'…\u3002\uff0c\u3001\uff01\uff1f\uff09\u300d\u300f"
_ADDRESS = re.compile(
    r"(?:\w+://|www[.])\S+|[^\s/@]+@\S+|(?:[\w-]+[.\uff0e\u3002\uff61])+[^\W\d_]{2,}", re.I
)
# "Node.js" and "report.pdf" are names, not addresses; no top-level domain is called like that.
_NAMES = re.compile(r"[.](?:js|ts|jsx|tsx|json|txt|html?|css|java|ya?ml|toml|xml|csv|pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|log|sql|go|ini)$", re.I)  # fmt: skip
_UNSAFE = {char: quote(char) for char in '()<>`|\\*"[] \n\t^{}'}


def link(url: str, label: tuple[Inline, ...], title: str = "") -> tuple[Inline, ...]:
    """Return a live link; or its label and its address as text if it must not or can't be live."""
    shown = visible(label)
    more = (Text(text=f" ({title})"),) if title.strip() else ()
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


def is_bare(inline: Link) -> bool:
    """Tell whether the link is its own label."""
    return visible(inline.inlines) in (inline.url, inline.url.removeprefix("mailto:"))


def target(url: str) -> str:
    """Return the address as the target of a link: nothing in it ends the link or is markup."""
    return "".join(_UNSAFE.get(char, char) for char in url)


def _without_trailing(url: str) -> str:
    url = url.rstrip(_TRAILING)
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_TRAILING)
    return url


def _pretends(label: str, url: str) -> bool:
    """Tell whether the label shows an address of another place than the link leads to."""
    place = _place(url)
    shown = (found[0].strip("()[]<>.,;:") for found in _ADDRESS.finditer(label))
    return any(_place(address) != place for address in shown if not _NAMES.search(address))


def _place(address: str) -> str:
    address = re.sub(r"[\uff0e\u3002\uff61]", ".", address.lower()).removeprefix("mailto:")
    if "@" in address and "://" not in address:
        return address.partition("?")[0]
    try:
        host = urlsplit(address if "://" in address else f"//{address}").netloc
    except ValueError:  # e.g. brackets that hold no IPv6 address
        return address
    return host.removeprefix("www.")
