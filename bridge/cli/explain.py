"""`explain`: show where a message goes, why, and the exact posts, by the same code that runs live."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from bridge.cli.options import config_option, read_config
from bridge.cli.output import stdout
from bridge.cli.preview import preview, size_of
from bridge.cli.printable import printable, printable_json
from bridge.config import Config
from bridge.config.expectations import TestMessage
from bridge.destinations import Destination
from bridge.errors import BridgeError, ConfigError
from bridge.events import Event, Kind, Message, introduce, read
from bridge.rendering import DiscordPost, FilePost, Post, render
from bridge.routing import Condition, Explanation, RoutingTable, Verdict, actual
from bridge.senders.discord import payload

#: how much of a value is shown beside a condition
SHOWN_CHARS = 80


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge explain --agent "Max Evans" --content "A refund, please"
  nexusgpt-bridge explain --preview event.json
  curl -s https://example.com/event.json | nexusgpt-bridge explain --json -
"""
)
@click.argument("event", type=click.File("rb"), required=False)
@click.option("--agent", help="Instead of an event: the agent's id or name.")
@click.option("--role", help="The agent's role.")
@click.option("--chat", help="The chat's id.")
@click.option("--content", help="The text of the message.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What it is.")
@click.option("--files", is_flag=True, help="The message has a file.")
@click.option("--preview", "is_preview", is_flag=True, help="Draw the posts as they will look.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@config_option
def explain(
    event: Any, is_preview: bool, as_json: bool, config_path: Path | None, **given: Any
) -> None:
    """Show what each route says to a message, where it goes, and the exact posts.

    EVENT is a file with the body of a webhook ("-" for standard input); or describe a message by
    options. Nothing is stored or posted. Exit code 0 if the message goes anywhere, else 1.
    """
    if is_preview and as_json:
        raise ConfigError(["--preview draws for people, --json is for programs: choose one"])
    config = read_config(config_path)
    told = {key: value for key, value in given.items() if value}
    message = _from_event(event, config) if event is not None else _from_options(told, config)
    explanation = RoutingTable(config.settings.routes).explain(message)
    destinations = config.settings.destinations
    posts = {
        name: render(message, destinations[name], route=route)
        for name, route in explanation.routed.items()
    }
    if as_json:
        _print_json(explanation, posts)
    else:
        _print_words(explanation)
        _print_preview(destinations, posts) if is_preview else _print_posts(posts)
    sys.exit(0 if explanation.routed else 1)


class _Ignored(BridgeError):
    """The event holds no message to bring on."""


def _from_event(event: Any, config: Config) -> Message:
    said: Event = read(event.read())
    if said.message is None:
        raise _Ignored(f"the event is ignored: {said.ignored}")
    return introduce(said.message, config.settings.known_agents)


def _from_options(told: Mapping[str, Any], config: Config) -> Message:
    if not told:
        raise ConfigError(["explain needs an event file, or --agent, --chat, --content, …"])
    # A shell may pass bytes that are no text; an event's text is cleaned in the same way.
    text = {
        key: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for key, value in told.items()
    }
    return TestMessage(**text).message(config.settings.known_agents)


def _print_words(explanation: Explanation) -> None:
    out = stdout()
    message = explanation.message
    who = message.agent.name or message.agent.id or "an agent without a name"
    title = printable(f"A {message.kind} of {who} in chat {message.chat_id}")
    out.print(f"{title}\n", style="bold", soft_wrap=True)
    for verdict in explanation.verdicts:
        out.print(f"{verdict.row.title}: {_said(verdict)}", style=_style(verdict), soft_wrap=True)
        for line in _condition_lines(verdict, message):
            out.print(f"    {line}", soft_wrap=True)
    out.print(f"\nGoes to {', '.join(explanation.routed) or 'no destination'}", style="bold")


def _print_posts(posts: Mapping[str, Sequence[Post]]) -> None:
    out = stdout()
    for name, parts in posts.items():
        for post in parts:
            title = f"{name}, part {post.part} of {post.parts}: {size_of(post)}"
            out.print(f"\n{title}", style="bold")
            out.print(printable_json(_wire(post)), soft_wrap=True)


def _print_preview(
    destinations: Mapping[str, Destination], posts: Mapping[str, Sequence[Post]]
) -> None:
    out = stdout()
    for name, parts in posts.items():
        for frame in preview(name, destinations[name], parts):
            out.print()
            out.print(frame)


def _said(verdict: Verdict) -> str:
    if not verdict.looked_at:
        return "not looked at"
    if not verdict.matched:
        return "does not match"
    return f"matches, posts to {', '.join(verdict.row.to)}, {_then(verdict)}"


def _then(verdict: Verdict) -> str:
    return "stops here" if verdict.stopped else "continues"


def _style(verdict: Verdict) -> str:
    return "green" if verdict.matched else "dim"


def _condition_lines(verdict: Verdict, message: Message) -> list[str]:
    if not verdict.looked_at:
        return []
    row = verdict.row
    wanted = [_line("", condition, message) for condition in row.match] or ["takes every message"]
    return wanted + [_line("unless ", condition, message) for condition in row.unless]


def _line(prefix: str, condition: Condition, message: Message) -> str:
    values = ", ".join(_quoted(value) for value in actual(condition.key, message)) or "not given"
    holds = "holds" if condition.holds(message) else "does not hold"
    return f"{prefix}{condition.key} = {' or '.join(condition.texts)}: is {values}: {holds}"


def _quoted(value: str) -> str:
    shown = value if len(value) <= SHOWN_CHARS else value[:SHOWN_CHARS] + "…"
    return printable_json(shown)


def _print_json(explanation: Explanation, posts: Mapping[str, Sequence[Post]]) -> None:
    message = explanation.message
    told = {
        "message": {"id": message.id, "chat": message.chat_id, "kind": message.kind},
        "routes": [_route_json(verdict, message) for verdict in explanation.verdicts],
        "destinations": list(explanation.routed),
        "posts": {name: [_post_json(post) for post in parts] for name, parts in posts.items()},
    }
    # Not through rich, which would fit it to the width of a terminal.
    click.echo(printable_json(told))


def _route_json(verdict: Verdict, message: Message) -> dict[str, Any]:
    row = verdict.row
    looked_at = verdict.looked_at
    return {
        "route": row.title,
        "looked_at": looked_at,
        "matched": verdict.matched,
        "stopped": verdict.stopped,
        "to": row.to,
        "match": [_condition_json(each, message) for each in row.match] if looked_at else [],
        "unless": [_condition_json(each, message) for each in row.unless] if looked_at else [],
    }


def _condition_json(condition: Condition, message: Message) -> dict[str, Any]:
    return {
        "key": condition.key,
        "patterns": condition.texts,
        "actual": actual(condition.key, message),
        "holds": condition.holds(message),
    }


def _post_json(post: Post) -> dict[str, Any]:
    return {
        "part": post.part,
        "parts": post.parts,
        "size": post.size,
        "limit": post.limit,
        "call": _wire(post),
    }


def _wire(post: Post) -> Mapping[str, Any]:
    """Return what is sent, without the address it is sent to."""
    match post:
        case DiscordPost():
            return payload(post)
        case FilePost():
            text = {} if post.text is None else {"bytes": len(post.text.encode())}
            told = {"file": post.name, "url": post.url, "comment": post.comment, **text}
            return {key: value for key, value in told.items() if value not in (None, "")}
        case _:
            return post.arguments
