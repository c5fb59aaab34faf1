"""A plan, whose shape NexusGPT does not document: a checklist where it has steps, else pretty JSON. No I/O."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from bridge.rendering import inlines, markdown
from bridge.rendering.graphemes import shortened, whole
from bridge.rendering.tree import (
    Block,
    Break,
    Emphasis,
    Fence,
    Inline,
    Item,
    List,
    Paragraph,
    Text,
    bold,
    is_heavier,
)

MAX_PLAN_CHARS = 20_000  # ours: a plan's structure is not documented, and this much of it is enough
MAX_STATE_CHARS = 80  # ours: real ones have 12 to 14
MAX_STEPS = 500  # ours: of one list; nobody reads more
MAX_DEPTH = 6  # ours: of what stands inside each other; what is deeper is shown as JSON
_STATES = {
    "PLAN_PENDING": "Plan awaiting approval",
    "PLAN_VALIDATED": "Plan approved",
    "PLAN_REJECTED": "Plan rejected",
}
# The names of fields, in lower case and without underscores. A step's title is the first of its words.
_TITLES = ("title", "name")
_WORDS = (*_TITLES, "task", "step", "text", "content", "plan", "description")
_STEPS = {"steps", "substeps", "tasks", "subtasks", "items", "children", "content", "plan"}
_PLANS = {"contentjson": "", "executionplan": "Execution plan"}
_STATUSES = {"status", "state"}
_ENDS = {"done", "completed"}
_NUMBERS = {"step", "number", "index", "order", "position"}
_DONE = {"completed", "complete", "done", "finished", "success", "succeeded"}
_TO_DO = {"", "pending", "todo", "to do", "open", "planned", "not started"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class _Unfamiliar(ValueError):
    """The plan has a shape in which no steps can be told from the rest."""


@dataclass(slots=True)
class _Step:
    """What is said of a step, or of a plan as a whole."""

    #: what it is called and what it is about, with the place in _WORDS
    words: list[tuple[int, str]] = field(default_factory=list)
    status: str = ""
    is_done: bool = False
    #: fields of other names, "key: value"
    others: list[str] = field(default_factory=list)
    #: captions, and steps or plans
    inner: list[tuple[str, Any]] = field(default_factory=list)


def state_line(state: str | None) -> str:
    """Return the line that says what has become of a plan, e.g. "Plan approved"."""
    if state in _STATES:
        return _STATES[state]
    return f"Plan ({shortened(' '.join(state.split()), MAX_STATE_CHARS)})" if state else "Plan"


def shown(plan: Any) -> tuple[Block, ...]:
    """Return the plan as blocks: each step with its box, what is said of it, and its own steps.

    A plan of another shape, with more than MAX_STEPS or MAX_PLAN_CHARS, is JSON; of more than that only the front,
    with a note that says so. Never raises.
    """
    try:
        blocks = tuple(_plan(plan, MAX_DEPTH))
    except ValueError:
        return tuple(_as_json(plan))
    return tuple(_as_json(plan)) if is_heavier(blocks, MAX_PLAN_CHARS) else blocks


def _plan(plan: Any, depth: int) -> Iterator[Block]:
    match plan:
        case _ if depth == 0:
            raise _Unfamiliar
        case str():
            yield from markdown.plain(_LONE_SURROGATE.sub("\ufffd", plan))
        case [_, *_] if len(plan) <= MAX_STEPS:
            yield List(items=tuple(_item(s, n, depth) for n, s in enumerate(plan, start=1)))
        case dict():
            yield from _described(_step(plan), depth)
        case _:
            raise _Unfamiliar


def _described(plan: _Step, depth: int) -> Iterator[Block]:
    if not plan.words and not plan.inner:
        raise _Unfamiliar
    for place, words in plan.words:
        yield from _title(words) if place < len(_TITLES) else markdown.plain(words)
    if plan.others:
        yield Paragraph(inlines=_linked(" · ".join(plan.others)))
    yield from _inner(plan, depth)


def _title(words: str) -> Iterator[Block]:
    yield Paragraph(inlines=(bold(_linked(_clean(words))),))


def _inner(step: _Step, depth: int) -> Iterator[Block]:
    for caption, plan in step.inner:
        yield from _title(caption) if caption else ()
        yield from _plan(plan, depth - 1)


def _item(value: Any, number: int, depth: int) -> Item:
    step = _step(value if isinstance(value, dict) else {"text": value}, number)
    if not step.words:
        raise _Unfamiliar
    words = (_linked(_clean(words)) for _, words in step.words)
    title, *more = [*words, *([_linked(" · ".join(step.others))] if step.others else [])]
    lines = chain.from_iterable((Break(), *line) for line in more)
    paragraph = Paragraph(inlines=(*title, *_status(step), *lines))
    return Item(blocks=(paragraph, *_inner(step, depth)), checked=step.is_done)


def _status(step: _Step) -> tuple[Inline, ...]:
    """Return the status in italics, unless the box says it."""
    if step.status in _DONE | _TO_DO:
        return ()
    return (Text(text=" · "), Emphasis(inlines=(Text(text=step.status),)))


def _linked(words: str) -> tuple[Inline, ...]:
    return inlines.linked([Text(text=words)])


def _step(fields: dict[str, Any], number: int | None = None) -> _Step:
    """Return what the fields say of a step; without a number, of a plan, which has no box."""
    step = _Step()
    for key, value in fields.items():
        name = str(key).replace("_", "").lower()
        if _is_empty(value) or (name in _NUMBERS and type(value) is int and value == number):
            continue  # it says nothing, or what the order of the steps says
        is_progress = number is not None and _has_progress(step, name, value)
        if not (is_progress or _is_said(step, name, value)):
            step.others.append(f"{_clean(str(key))}: {_scalar(value)}")
    step.words.sort()
    return step


def _is_empty(value: Any) -> bool:
    return value in (None, [], {}) or (isinstance(value, str) and not value.strip())


def _is_said(step: _Step, name: str, value: Any) -> bool:
    """Add the words or the inner steps that the field holds; return whether it holds any."""
    if isinstance(value, str) and name in _WORDS:
        step.words.append((_WORDS.index(name), _LONE_SURROGATE.sub("\ufffd", value)))
    elif name in _PLANS or (name in _STEPS and isinstance(value, list | dict)):
        step.inner.append((_PLANS.get(name, ""), value))
    else:
        return False
    return True


def _has_progress(step: _Step, name: str, value: Any) -> bool:
    """Add what the field says of the step's progress; return whether it says any."""
    if isinstance(value, bool) and name in _ENDS:
        step.is_done |= value
    elif isinstance(value, str) and name in _STATUSES and not step.status:
        step.status = _clean(value).replace("_", " ").lower()
        step.is_done |= step.status in _DONE
    else:
        return False
    return True


def _scalar(value: Any) -> str:
    match value:
        case str():
            return _clean(value)
        case bool() | int() | float():
            return json.dumps(value)
        case list() if not any(isinstance(each, list | dict) for each in value):
            return ", ".join(map(_scalar, value))
        case _:
            raise _Unfamiliar


def _clean(text: str) -> str:
    return " ".join(_LONE_SURROGATE.sub("\ufffd", text).split())


def _as_json(plan: Any) -> Iterator[Block]:
    text = _LONE_SURROGATE.sub("\ufffd", pretty(plan))
    front = text if len(text) <= MAX_PLAN_CHARS else text[: whole(text, MAX_PLAN_CHARS)]
    yield Fence(language="json", lines=tuple(front.split("\n")))
    if len(text) > MAX_PLAN_CHARS:
        words = f"The plan has {len(text):,} characters; only the first {len(front):,} are shown."
        yield Paragraph(inlines=(Text(text=words),))


def pretty(plan: Any) -> str:
    """Return the plan as JSON for people, or words that say why not. Never raises."""
    try:
        return json.dumps(plan, indent=2, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        return "(a plan that can't be shown)"
