"""The two chat clients as HTML: channel lists, messages, threads. No I/O."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from bridge.sandbox.arrivals import Arrived
from bridge.sandbox.page.markup import picture

#: posts shown in one channel; older ones are left out, to keep the page quick
MAX_SHOWN = 200
COLOURS = 8
#: consecutive posts of one author within this time share one head
GROUP_SECONDS = 300

Draw = Callable[[Arrived], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One channel of a client and what stands in it."""

    id: str
    name: str
    sign: str
    posts: Sequence[Arrived]
    #: how to get there
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One chat client."""

    platform: str
    #: the workspace's or the server's name
    title: str
    rooms: Sequence[Room]
    #: the room that is open
    open: Room
    draw: Draw
    #: names of Discord's threads
    thread_name: Callable[[str], str]


def window(shown: Window) -> str:
    """Return a whole client."""
    rooms = "".join(_room(room, is_open=room.id == shown.open.id) for room in shown.rooms)
    sign, name = shown.open.sign, escape(shown.open.name)
    return f"""
<section class="client {shown.platform}" aria-label="{shown.platform.title()}">
  <nav><h1>{escape(shown.title)}</h1><h2>Channels</h2><ul>{rooms}</ul></nav>
  <div class="room">
    <header>{sign} {name}</header>
    <div class="messages">{_messages(shown) or _empty(shown.open)}</div>
    <div class="composer" aria-hidden="true">Message {sign}{name}</div>
  </div>
</section>"""


def _room(room: Room, *, is_open: bool) -> str:
    current = ' aria-current="page"' if is_open else ""
    pings = sum(bool(post.pings) for post in room.posts)
    kind = ' class="ping"' if pings else ""
    count = f"<b{kind}>{len(room.posts)}</b>" if room.posts else ""
    return (
        f'<li><a href="{escape(room.href)}"{current}>'
        f"<i>{room.sign}</i><span>{escape(room.name)}</span>{count}</a></li>"
    )


def _empty(room: Room) -> str:
    return f"""
<div class="empty"><div>{room.sign}</div><h3>Nothing in {escape(room.name)} yet</h3>
<p>What the bridge posts here shows up by itself.</p></div>"""


def _messages(shown: Window) -> str:
    posts = shown.open.posts[-MAX_SHOWN:]
    days = groupby(posts, key=lambda post: post.time.astimezone().date())
    return "".join(
        f'<div class="day"><span>{day:%A, %B} {day.day}</span></div>{_day(shown, list(found))}'
        for day, found in days
    )


def _day(shown: Window, posts: list[Arrived]) -> str:
    threads: dict[str, list[Arrived]] = {}
    for post in posts:
        threads.setdefault(post.thread or "", []).append(post)
    html = _run(shown, threads.pop("", []), threads)
    # What is left hangs on no post of the day: Discord's threads, and Slack's older ones.
    return html + "".join(_thread(shown, thread, found) for thread, found in threads.items())


def _run(shown: Window, posts: list[Arrived], threads: dict[str, list[Arrived]]) -> str:
    """Return *posts* under each other, each with its thread below it."""
    html = ""
    before: Arrived | None = None
    for post in posts:
        replies = threads.pop(post.id, [])
        html += message(post, shown.draw, headless=_follows(post, before))
        html += _thread(shown, post.id, replies) if replies else ""
        before = None if replies else post
    return html


def _follows(post: Arrived, before: Arrived | None) -> bool:
    if before is None or (post.username, post.avatar) != (before.username, before.avatar):
        return False
    return (post.time - before.time).total_seconds() < GROUP_SECONDS


def _thread(shown: Window, thread: str, posts: list[Arrived]) -> str:
    name = shown.thread_name(thread)
    nouns = ("message", "messages") if name else ("reply", "replies")
    count = f"{len(posts)} {nouns[len(posts) > 1]}"
    title = f"<h3>{escape(name)}</h3>" if name else ""
    body = _run(shown, posts, {})
    return f'<div class="thread">{title}<p class="count">{count}</p>{body}</div>'


def message(post: Arrived, draw: Draw, *, headless: bool = False) -> str:
    """Return one post with its author, and a warning if it would have notified somebody."""
    name, time = escape(post.username), post.time.astimezone()
    clock = f'<time datetime="{time.isoformat()}">{time:%H:%M}</time>'
    head = f'<div class="head"><b>{name}</b><span class="app">APP</span>{clock}</div>'
    side = clock if headless else _avatar(post)
    warned = ", ".join(sorted(set(post.pings)))
    warning = f'<p class="warning">would have notified {escape(warned)}</p>' if warned else ""
    edited = '<small class="edited">(edited)</small>' if post.edited else ""
    kind = "message" + " headless" * headless + " pinged" * bool(warned)
    return (
        f'<article class="{kind}"><div class="side">{side}</div>'
        f'<div class="text">{"" if headless else head}<div class="body">{draw(post)}{edited}</div>{warning}</div></article>'
    )


def _avatar(post: Arrived) -> str:
    colour = zlib.crc32(post.username.encode()) % COLOURS
    initial = escape(post.username[:1].upper() or "?")
    return f'<div class="avatar c{colour}">{initial}{picture(post.avatar or "")}</div>'
