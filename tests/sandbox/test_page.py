"""The page: what arrived as the chat clients would show it, and nothing that could run."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib import resources

from bridge.sandbox import Arrived
from bridge.sandbox.page import discord, slack
from tests.sandbox.blocks import rich_section, section, table
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import Wire

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"


class Dangers(HTMLParser):
    """Collects what could run in a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag or an attribute that could run."""
        if tag in ("script", "iframe", "object", "form", "style", "svg"):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style" or "script:" in str(value).lower():
                self.found.append(f"{tag} {name}={value}")


def dangers(html: str) -> list[str]:
    """Return what could run in *html*."""
    parser = Dangers()
    parser.feed(html)
    return parser.found


async def page(wire: Wire, path: str = "/") -> str:
    """Return the page as it is now."""
    return (await wire.send("GET", wire.sandbox.url + path)).text


async def test_the_page_shows_what_arrived(wire: Wire) -> None:
    """Author, picture, words and a mark for what would have pinged, on both sides."""
    picture = "https://example.org/max.png"
    await wire.slack(
        {"channel": "C1", "text": "*hi* <!here>", "username": "Max", "icon_url": picture}
    )
    await wire.discord({"content": "**ho**", "username": "Ada"})
    html = await page(wire)

    assert "<b>Max</b>" in html
    assert f'<img src="{picture}" alt=""' in html
    assert "<strong>hi</strong>" in html
    assert '<mark class="ping"' in html
    assert "would have notified &lt;!here&gt;" in html
    assert "2 posts · 2 calls, 0 refused or lost" in html
    assert "1 ping</b>" in html
    assert "<b>Ada</b>" in html
    assert "<strong>ho</strong>" in html


async def test_an_empty_page_says_so(wire: Wire) -> None:
    """Both clients show their first channel, and that nothing has come yet."""
    html = await page(wire)

    assert "Nothing in support yet" in html
    assert "Nothing in ops yet" in html
    assert "0 posts · 0 calls" in html


async def test_a_channel_can_be_chosen(wire: Wire) -> None:
    """The address says which channel is open; without it, one with posts is."""
    await wire.slack({"channel": "G2", "text": "to the leads"})
    await wire.discord({"content": "x", "thread_name": "Refund"}, "2")

    assert "to the leads" in await page(wire)
    chosen = await page(wire, "/?slack=C1&discord=2")
    assert "Nothing in support yet" in chosen
    assert '<h3>Refund</h3><p class="count">1 message</p>' in chosen
    assert 'href="?slack=G2&amp;discord=2"' in chosen


async def test_replies_stand_under_their_post(wire: Wire) -> None:
    """A thread follows the post it hangs on."""
    parent = (await wire.slack({"channel": "C1", "text": "question"})).json()["ts"]
    await wire.slack({"channel": "C1", "text": "another"})
    for text in ("answer", "thanks"):
        await wire.slack({"channel": "C1", "text": text, "thread_ts": parent})
    html = await page(wire)

    assert '<div class="thread"><p class="count">2 replies</p>' in html
    order = [html.index(f"<p>{text}</p>") for text in ("question", "answer", "thanks", "another")]
    assert order == sorted(order)


async def test_posts_of_one_author_share_a_head(wire: Wire, clock: Clock) -> None:
    """Until five minutes have passed."""
    for seconds in (0, 299, 300):
        clock.now += seconds
        await wire.slack({"channel": "C1", "text": "x"})

    assert (await page(wire)).count('class="head"') == 2


async def test_an_edited_post_says_so(wire: Wire) -> None:
    """The new words stand at the old place with a mark, and the page hears of the change."""
    post = await wire.slack({"channel": "C1", "text": "plan"})
    first = await wire.send("GET", wire.sandbox.url + "/view")
    change = {"channel": "C1", "ts": post.json()["ts"], "text": "approved"}
    assert (await wire.slack(change, "chat.update")).json()["ok"]
    changed = await wire.send("GET", f"{wire.sandbox.url}/view?seen={first.headers['X-Seen']}")

    assert changed.status == 200
    assert "(edited)" not in first.text
    assert '<p>approved</p><small class="edited">(edited)</small>' in changed.text
    assert "<p>plan</p>" not in changed.text
    assert "1 post (1 edited) · 2 calls" in changed.text


async def test_a_removed_post_is_gone(wire: Wire) -> None:
    """What was taken away is not shown, only counted."""
    post = await wire.slack({"channel": "C1", "text": "by mistake"})
    await wire.slack({"channel": "C1", "ts": post.json()["ts"]}, "chat.delete")
    html = await page(wire)

    assert "by mistake" not in html
    assert "0 posts (1 removed) · 2 calls" in html


async def test_the_page_asks_only_for_what_is_new(wire: Wire) -> None:
    """A view that has been seen is not sent again."""
    first = await wire.send("GET", wire.sandbox.url + "/view")
    seen = f"/view?seen={first.headers['X-Seen']}"
    unchanged = await wire.send("GET", wire.sandbox.url + seen)
    await wire.slack({"channel": "C1", "text": "x"})
    changed = await wire.send("GET", wire.sandbox.url + seen)

    assert (first.status, unchanged.status, changed.status) == (200, 204, 200)
    assert "<p>x</p>" in changed.text


async def test_nothing_foreign_may_run(wire: Wire) -> None:
    """The policy allows the page's own script and style, and pictures."""
    for path in ("/", "/view", "/page.css", "/page.js"):
        reply = await wire.send("GET", wire.sandbox.url + path)
        policy = reply.headers["Content-Security-Policy"]
        assert reply.status == 200
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    html = resources.files("bridge.sandbox.page").joinpath("page.html").read_text("utf-8")
    assert "http" not in html
    assert " style=" not in html


async def test_what_a_post_says_stays_text(wire: Wire) -> None:
    """HTML in any field of a post is shown, not obeyed."""
    blocks = [
        {"type": "markdown", "text": f"{EVIL}\n\n|a|\n|:-:|\n|{EVIL}|\n\n[x](javascript:alert(1))"},
        section(EVIL),
        rich_section(
            {"type": "text", "text": EVIL}, {"type": "link", "url": "javascript:alert(1)"}
        ),
        table(),
    ]
    evil = {"channel": "C1", "username": EVIL, "icon_url": f"https://x.org/{EVIL}"}
    await wire.slack({**evil, "text": "x", "blocks": blocks})
    await wire.slack({**evil, "text": f"{EVIL} <https://x.org|{EVIL}> <javascript:alert(1)|x>"})
    embed = {
        "title": EVIL,
        "description": EVIL,
        "fields": [{"name": EVIL, "value": EVIL}],
        "author": {"name": EVIL},
        "footer": {"text": EVIL},
    }
    await wire.discord({"content": EVIL, "username": EVIL, "embeds": [embed]})
    html = await page(wire)

    assert len(wire.sandbox.posts) == 3
    assert dangers("<a onclick=x><form>") == ["a onclick=x", "form"]
    assert dangers(html) == ["script"]
    assert "&lt;script&gt;" in html


def test_what_no_platform_would_take_stays_text_too() -> None:
    """Addresses, numbers, names of files and their contents are drawn safely whatever they are."""
    time = datetime.fromtimestamp(0, UTC)
    embed = {
        "color": EVIL,
        "url": "javascript:x",
        "title": EVIL,
        "author": {"name": EVIL, "url": f"javascript:{EVIL}", "icon_url": f"https://x.org/{EVIL}"},
        "footer": {"text": EVIL, "icon_url": f"data:{EVIL}"},
        "timestamp": EVIL,
    }
    leaf = {"type": "text", "text": EVIL}
    lists = [
        {"type": "rich_text_list", "style": EVIL, "indent": 1, "elements": [{"elements": [leaf]}]},
        {"type": "rich_text_preformatted", "border": EVIL, "elements": [leaf]},
    ]
    post = Arrived(
        platform="slack",
        channel="C1",
        id="1",
        time=time,
        username="x",
        text=f"{EVIL} <https://x.org|{EVIL}>",
        embeds=(embed,),
        files=(f"{EVIL}.md", EVIL),
        contents=(EVIL.encode(), EVIL.encode()),
        body=b'{"mrkdwn": false}',
    )
    drawings = (slack.draw(post), discord.draw(post))
    built = slack.draw(replace(post, blocks=({"type": "rich_text", "elements": lists},)))

    assert [dangers(html) for html in (*drawings, built)] == [[], [], []]
    assert all("&lt;script&gt;" in html for html in (*drawings, built))
