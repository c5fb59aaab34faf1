"""`demo`: see the bridge work, without any account."""

import asyncio
import html
import signal
import sys
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.text import Text

from bridge import logs
from bridge.cli.output import grid_of, stderr, stdout
from bridge.cli.printable import printable
from bridge.demo import Play, Result, play
from bridge.demo.world import CHANNELS, HEADER
from bridge.sandbox import Arrived

_CURL = """\
curl -sS {url} -H '{header}: {secret}' -d '{{
  "event": "MESSAGE_FINALIZED",
  "payload": {{"id": "my-1", "chatId": "my-chat", "content": "It **works**!",
              "virtualSender": {{"first_name": "Ada", "last_name": "Moore"}}}}}}'"""
_TEXT_COLUMNS = 72


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge demo
  nexusgpt-bridge demo --once    # for a test: ends by itself
"""
)
@click.option(
    "--once", is_flag=True, help="End after the samples; exit code 1 if a post is missing."
)
def demo(once: bool) -> None:
    """See the bridge work, without any account.

    Runs the real bridge against a Slack and a Discord on this machine that keep the platforms'
    rules, sends it some webhooks, and shows what arrived in which channel, here and on a web
    page. It stays up for webhooks of your own until Ctrl-C. Nothing leaves this machine.
    """
    logs.configure((), level=logs.SILENT)
    sys.exit(0 if asyncio.run(_demo(once=once)) else 1)


async def _demo(*, once: bool) -> bool:
    out = stdout()
    async with play() as running:
        results = await running.send_samples()
        _show_answers(out, results)
        with stderr().status(f"waiting for {running.expected} posts at the platforms' pace"):
            arrived = await running.arrivals()
        _show_arrivals(out, arrived)
        is_good = running.is_complete() and all(result.is_as_expected for result in results)
        _show_verdict(out, running, is_good=is_good)
        if not once:
            await _stay(out, running, arrived)
    return is_good


def _show_answers(out: Console, results: Sequence[Result]) -> None:
    grid = grid_of("Webhook", "", "Answer", "Goes to")
    for result in results:
        style = "green" if result.status == 202 else "yellow" if result.status == 200 else "red"
        to = ", ".join(result.sample.reaches) or "-"
        grid.add_row(result.sample.title, Text(str(result.status), style), result.answer, to)
    out.print(grid, "")


def _show_arrivals(out: Console, posts: Sequence[Arrived]) -> None:
    grid = grid_of("Channel", "Posted by", "How")
    grid.add_column("Text", no_wrap=True, overflow="ellipsis", ratio=1)
    grid.expand = out.is_terminal  # so that the text, and nothing else, gives way
    for channel, title in CHANNELS.values():
        for post in posts:
            if post.channel == channel:
                who = Text(printable(post.username), "bold")
                grid.add_row(Text(title, "cyan"), who, Text(_how(post), "dim"), _first_words(post))
    out.print(grid, "")


def _how(post: Arrived) -> str:
    """Say in which way the post stands there, if it isn't just text in the channel."""
    ways = (
        (post.thread is not None, "thread"),
        (bool(post.embeds), "embed"),
        (bool(post.files), "file"),
        (bool(post.edited), "edited"),
        (bool(post.pings), "pings"),
    )
    return ", ".join(word for holds, word in ways if holds)


def _first_words(post: Arrived) -> str:
    """Return the beginning of what the post says, below the line with its chat and sender."""
    embedded = (str(embed.get("description", "")) for embed in post.embeds)
    first, _, below = html.unescape(post.text).partition("\n")
    words = printable(" ".join(post.files or [*embedded, below or first]))
    line = Text(" ".join(words.split()))
    line.truncate(_TEXT_COLUMNS, overflow="ellipsis")
    return line.plain


def _show_verdict(out: Console, running: Play, *, is_good: bool) -> None:
    posts = running.world.sandbox.posts
    edited = sum(bool(post.edited) for post in posts)
    allowed = running.allowed_pings
    pings = (running.pings - allowed).total()
    style = "bold green" if is_good else "bold red"
    out.print(
        f"{len(posts)} of {running.expected} expected posts arrived, {edited} edited later; "
        f"{pings} people or groups were pinged beside the {allowed.total()} that the config allows.",
        style=style,
        soft_wrap=True,
    )


async def _stay(out: Console, running: Play, shown: Sequence[Arrived]) -> None:
    """Show what arrives until Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    out.print(f"\nLook at it:  {running.world.sandbox.url}/", style="bold", soft_wrap=True)
    curl = _CURL.format(url=running.url, header=HEADER, secret=running.world.secret)
    out.print(f"\nSend your own (change the id, or it is a duplicate):\n\n{curl}\n", soft_wrap=True)
    out.print("Ctrl-C ends the demo.\n")
    watching = asyncio.create_task(_watch(out, running, shown))
    await stop.wait()
    out.print("The demo has ended; nothing of it stays behind.")
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def _watch(out: Console, running: Play, shown: Iterable[Arrived]) -> None:
    names = dict(CHANNELS.values())
    seen = set(map(_version, shown))
    while True:
        for post in list(running.world.sandbox.posts):
            if _version(post) in seen:
                continue
            seen.add(_version(post))
            line = (names[post.channel], post.username, _how(post), _first_words(post))
            out.print(printable("  ".join(filter(None, line))), soft_wrap=True)
        await asyncio.sleep(0.1)


def _version(post: Arrived) -> tuple[str, str, int]:
    return post.channel, post.id, post.edited
