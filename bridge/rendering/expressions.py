"""What a template may say: fields, conditions and some filters, nothing that can run long. No I/O."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from re import search
from types import MappingProxyType

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes, pass_context
from jinja2.filters import FILTERS
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_TEMPLATE_CHARS = 1_000  # ours: it makes one line
MAX_VALUE_CHARS = 1_000  # ours: of what a filter that can make text longer gives

#: the names that a template may use, and the fields of those that have any
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "message": ("id", "kind", "revision", "created_at", "plan_state"),
        "agent": ("id", "name", "role"),
        "chat": ("id",),
        "route": (),
        "part": (),
        "parts": (),
    }
)
#: the variable that collects what the expressions of a template give, in order
VALUES = "values"

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr),
    *(nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Const, nodes.List, nodes.Tuple),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg),
    *(nodes.Concat, nodes.Add, nodes.Sub, nodes.Filter, nodes.Test, nodes.Keyword),
)
_WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Call: "a call, name(...),",
    nodes.For: '"for"',
    nodes.Macro: '"macro"',
    nodes.CallBlock: '"call"',
    nodes.FilterBlock: '"filter"',
    nodes.Include: '"include"',
    nodes.Import: '"import"',
    nodes.FromImport: '"import"',
    nodes.Extends: '"extends"',
    nodes.Block: '"block"',
    nodes.Assign: '"set"',
    nodes.AssignBlock: '"set"',
    nodes.With: '"with"',
    nodes.Mul: '"*"',
    nodes.Pow: '"**"',
    nodes.Mod: '"%"',
    nodes.Div: '"/"',
    nodes.FloorDiv: '"//"',
    nodes.Dict: "a table, {...},",
}
_FILTERS = (
    *("capitalize", "count", "d", "default", "first", "last", "length", "lower"),
    *("reject", "select", "title", "trim", "truncate", "upper"),
)
_KNOWN_FILTERS = (*_FILTERS, "join", "replace", "strftime")


class TemplateFault(ValueError):
    """A template can't be used; the text is one clause that says why, and in which line."""


def mark_of(template: str) -> str:
    """Return letters that stand nowhere in the template: the marks around the number of a value."""
    mark = "x"
    while mark in template.lower():
        mark += "x"
    return mark


@lru_cache(maxsize=256)
def compiled(template: str) -> Template:
    """Return the template, ready to be rendered with FIELDS and a list for its VALUES.

    Each value is left out of the text that it renders, as a number between two marks; so it can't
    be taken for markup. Raises TemplateFault.
    """
    if len(template) > MAX_TEMPLATE_CHARS:
        raise TemplateFault(f"it has more than {MAX_TEMPLATE_CHARS:,} characters")
    environment = _environment(mark_of(template))
    try:
        _check(environment.parse(template))
        return environment.from_string(template)
    except TemplateSyntaxError as error:
        words = str(error.message).rstrip(".")
        raise TemplateFault(f"line {error.lineno}: {words[:1].lower()}{words[1:]}") from None
    except (RecursionError, MemoryError, SyntaxError):  # Python's own limits of nesting
        raise TemplateFault("it is nested too deeply") from None


def _environment(mark: str) -> ImmutableSandboxedEnvironment:
    @pass_context
    def finalize(context: Context, value: object) -> str:
        values = context[VALUES]
        values.append(_text(value))
        return f"{mark}{len(values) - 1}{mark}"

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=finalize)
    environment.globals.clear()
    environment.filters = {name: FILTERS[name] for name in _FILTERS}
    environment.filters |= {"join": _join, "replace": _replace, "strftime": _strftime}
    return environment


def _text(value: object) -> str:
    if value is None or isinstance(value, Undefined):  # an `if` without its `else`
        return ""
    return f"{value:%Y-%m-%d %H:%M %Z}".strip() if isinstance(value, datetime) else str(value)


def _join(values: Iterable[object], between: str = "") -> str:
    return between.join(map(_text, values))[:MAX_VALUE_CHARS]


def _replace(text: str, old: str, new: str) -> str:
    return str(text).replace(old, new)[:MAX_VALUE_CHARS]


def _strftime(moment: datetime | None, form: str) -> str:
    if search("%[-_0^#]*[1-9]", form):  # "%999999999d" would fill the memory
        raise TemplateFault('it has a width in a form of time: write "%d", not "%9d"')
    return "" if moment is None else moment.strftime(form)


def _check(tree: nodes.Template) -> None:
    for node in _within(tree):
        if (fault := _fault(node)) is not None:
            raise TemplateFault(f"line {node.lineno}: {fault}")


def _within(tree: nodes.Node) -> Iterator[nodes.Node]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(node.iter_child_nodes())))


def _fault(node: nodes.Node) -> str | None:
    match node:
        case nodes.Name(name=name) if name not in FIELDS:
            return f'unknown name "{name}"{_nearest(name, FIELDS)}'
        case nodes.Getattr():
            return _fault_of_field(node)
        case nodes.Getitem(arg=arg) if not isinstance(arg, nodes.Slice):
            return "[...] takes a range of characters here, such as [:8]"
        case nodes.Filter(name=name) if name not in _KNOWN_FILTERS:
            return f'unknown filter "{name}"{_nearest(name, _KNOWN_FILTERS)}'
        case _ if not isinstance(node, _ALLOWED):
            return f"{_WORDS.get(type(node), 'this')} is not possible in a line"
        case _:
            return None


def _fault_of_field(node: nodes.Getattr) -> str | None:
    if not isinstance(node.node, nodes.Name):
        return f'".{node.attr}" is not possible here: use a filter, such as "| upper"'
    name = node.node.name
    known = FIELDS.get(name)
    if known is None or node.attr in known:  # an unknown name is a fault of its own
        return None
    if not known:
        return f'"{name}" has no fields: leave out ".{node.attr}"'
    return f'"{name}" has no field "{node.attr}"{_nearest(node.attr, known)}'


def _nearest(name: str, known: Iterable[str]) -> str:
    if close := get_close_matches(name.lower(), known, n=1, cutoff=0.6):
        return f'; did you mean "{close[0]}"?'
    listed = [f'"{each}"' for each in known]
    return f"; known {'is' if len(listed) == 1 else 'are'} {', '.join(listed)}"
