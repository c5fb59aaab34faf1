"""`show`: tell one delivery's whole story: what was accepted, what was tried, and how it ended."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from bridge.cli.moments import written
from bridge.cli.options import config_option, read_config
from bridge.cli.output import stdout
from bridge.cli.printable import printable, printable_json
from bridge.cli.records import STYLES, NotFound, cleaner, record_json
from bridge.deliveries import State
from bridge.errors import WebhookError
from bridge.events import read
from bridge.store.records import key_of, reading
from bridge.store.stories import Replay, Story


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge show 12-support
  nexusgpt-bridge show --content 5d691de8-47f7-4e67-b12c-0a44fbf0e79b
"""
)
@click.argument("delivery_id", metavar="ID")
@click.option("--content", "with_content", is_flag=True, help="Also the message's text.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@config_option
def show(delivery_id: str, with_content: bool, as_json: bool, config_path: Path | None) -> None:
    """Tell the whole story of the delivery ID, or of all deliveries of the message ID.

    ID is as `deliveries` lists it ("12-support"), or NexusGPT's id of a message. With --json, a
    delivery is one object, and a message an array of them. The service may run meanwhile. Exit
    code 1 if there is no such delivery.
    """
    config = read_config(config_path)
    clean = cleaner(config)
    with reading(config.store_path) as records:
        stories = [records.story(record) for record in records.named(delivery_id)]
    if not stories:
        raise NotFound(f'no delivery and no message is called "{printable(delivery_id)}"')
    if as_json:
        told = [_json(story, clean, with_content=with_content) for story in stories]
        is_one = (stories[0].record.number, stories[0].record.destination) == key_of(delivery_id)
        click.echo(printable_json(told[0] if is_one else told))
    else:
        for number, story in enumerate(stories):
            _print(story, clean, with_content=with_content, is_first=number == 0)


def _json(story: Story, clean: Callable[[str], str], *, with_content: bool) -> dict[str, Any]:
    told = {
        **record_json(story.record, clean),
        "revision": story.record.revision,
        "route": story.record.route,
        "thread": story.thread,
        "discarded_at": written(story.record.discarded_at),
        "parked": _parked_json(story, clean),
        "parts": [
            {"number": part.number, "state": part.state, "id": part.post_id or None}
            for part in story.parts
        ],
        "attempts": [
            {"part": attempt.part, "at": written(attempt.at), "reason": clean(attempt.reason)}
            for attempt in story.attempts
        ],
        "replays": [
            {
                "to": replay.to,
                "asked_at": written(replay.asked_at),
                "done_at": written(replay.done_at),
                "revived": replay.revived,
            }
            for replay in story.replays
        ],
    }
    if with_content:
        told["content"] = _content(story)
    return told


def _parked_json(story: Story, clean: Callable[[str], str]) -> dict[str, Any] | None:
    if story.parked is None:
        return None
    return {"reason": clean(story.parked.reason), "since": written(story.parked.since)}


def _print(
    story: Story, clean: Callable[[str], str], *, with_content: bool, is_first: bool
) -> None:
    out = stdout()
    if not is_first:
        out.print()
    record = story.record
    standing = record.standing
    out.print(f"{record.id}: {standing}", style=STYLES[standing], soft_wrap=True)
    for line in _lines(story, clean):
        out.print(f"    {line}", soft_wrap=True)
    if with_content:
        out.print(f"\n{printable(_content(story))}", soft_wrap=True)


def _lines(story: Story, clean: Callable[[str], str]) -> Iterator[str]:
    record = story.record
    yield printable(f"message {record.message_id}, revision {record.revision}")
    yield printable(f"chat {record.chat_id}")
    yield f"{written(record.accepted_at)} accepted, route {printable(record.route)}"
    for attempt in story.attempts:
        yield f"{written(attempt.at)} part {attempt.part} failed: {clean(attempt.reason)}"
    for replay in story.replays:
        yield _replayed(replay)
    for part in story.parts:
        where = f", post {printable(part.post_id)}" if part.post_id else ""
        yield f"part {part.number} {part.state}{where}"
    if story.thread is not None:
        yield f"thread {printable(story.thread)}"
    yield _ending(story, clean)
    if record.state is State.PENDING and story.parked is not None:
        since = written(story.parked.since)
        yield f"{record.destination} is parked since {since}: {clean(story.parked.reason)}"
    if record.discarded_at is not None:
        yield f"{written(record.discarded_at)} discarded"


def _replayed(replay: Replay) -> str:
    what = f"{written(replay.asked_at)} replay to {replay.to} asked for"
    if replay.done_at is None:
        return f"{what}; the bridge has not taken it up yet"
    done = "sent again" if replay.revived else "not needed any more"
    return f"{what}, {done} from {written(replay.done_at)}"


def _ending(story: Story, clean: Callable[[str], str]) -> str:
    record = story.record
    if record.settled_at is None:
        return f"waits; last failure: {clean(record.reason)}" if record.reason else "waits"
    reason = f": {clean(record.reason)}" if record.state is State.DEAD else ""
    return f"{written(record.settled_at)} {record.state}{reason}"


def _content(story: Story) -> str:
    try:
        message = read(story.body).message
    except WebhookError:
        message = None
    return "" if message is None else message.content
