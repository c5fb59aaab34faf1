"""Thirty realistic messages and what becomes of them, one folder each: content.md, payload.json, and a file per rung.

After a change that is meant to show: python -m tests.rendering.goldens, then read the diff.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from bridge.deliveries import Form
from bridge.destinations import Destination, DiscordDestination, SlackDestination
from bridge.events import Message, read
from bridge.rendering import FilePost, Post, SlackPost, render
from tests.messages import make_body

FOLDER = Path(__file__).parent / "golden"
_SLACK = SlackDestination(platform="slack", channel="C024BE91L")
_DISCORD = DiscordDestination.model_validate(
    {"platform": "discord", "webhook_url": "https://discord.com/api/webhooks/1/x"}
)
_EMBED = _DISCORD.model_copy(update={"style": "embed"})
#: file name -> the rung that is written to it
RUNGS: Mapping[str, tuple[Destination, Form]] = {
    "slack-markdown.md": (_SLACK, Form()),
    "slack-rich_text.json": (_SLACK, Form(rich_text=True)),
    "slack-plain.txt": (_SLACK, Form(plain=True)),
    "discord-text.md": (_DISCORD, Form()),
    "discord-embed.json": (_EMBED, Form()),
    "discord-plain.txt": (_DISCORD, Form(plain=True)),
}


def cases() -> list[str]:
    """Return the names of all messages."""
    return sorted(folder.name for folder in FOLDER.iterdir())


def rendered(case: str, rung: str) -> str:
    """Return the posts of a message on a rung, to be read by a person."""
    destination, form = RUNGS[rung]
    posts = render(_message(FOLDER / case), destination, form=form)
    return "".join(f"──── {_title(post)}\n{_body(post, rung)}\n" for post in posts)


def _message(folder: Path) -> Message:
    payload = json.loads((folder / "payload.json").read_text())
    content = (folder / "content.md").read_text()
    told = {**payload, "id": "m1", "chatId": "7833b1ec", "content": content}
    return cast(Message, read(make_body(**told)).message)


def _title(post: Post) -> str:
    return f"part {post.part}/{post.parts} · {post.size:,} of {post.limit:,}"


def _body(post: Post, rung: str) -> str:
    match post:
        case FilePost():
            return f"{post.comment}\n📎 {post.name}\n"
        case SlackPost():
            return "\n".join(_slack(post, rung))
        case _:
            embeds = f"{_json(post.embeds)}\n" if post.embeds else ""
            return f"{post.content}\n{embeds}"


def _slack(post: SlackPost, rung: str) -> Iterator[str]:
    if not post.blocks:
        yield f"{post.text}\n"
    for block in post.blocks:
        is_markdown = block["type"] == "markdown" and rung.endswith(".md")
        yield f"{block['text']}\n" if is_markdown else _json(block)


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)


def write(folder: Path) -> None:
    """Write what has become of every message, each into its folder."""
    for case in cases():
        (folder / case).mkdir(exist_ok=True)
        for rung in RUNGS:
            (folder / case / rung).write_text(rendered(case, rung))


if __name__ == "__main__":
    write(FOLDER)
