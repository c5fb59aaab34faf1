"""What is wrong with a config, one sentence per fault: the place, the key, what to do. No I/O.

No sentence repeats a value that was written, except names and patterns, which are never secret.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bridge.config.places import lines_of
from bridge.config.settings import Settings
from bridge.config.sources import Given
from bridge.destinations import DiscordDestination, SlackDestination
from bridge.routing import Conditions, Route

_PLATFORMS: Mapping[str, type[BaseModel]] = {
    "slack": SlackDestination,
    "discord": DiscordDestination,
}
_PLATFORM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")
_SENTENCES = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "int_from_float": "must be a whole number",
    "finite_number": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "tuple_type": "must be a list",
    "string_unicode": "must be text in UTF-8",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "dict_type": "must be a table",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "union_tag_not_found": 'needs platform = "slack" or platform = "discord"',
    "union_tag_invalid": 'names an unknown platform "{tag}"; known are "slack" and "discord"',
}
_FORMS = {
    ("nexusgpt", "path"): 'must begin with "/" and hold no spaces, "?", "#" or braces',
    ("slack", "api_url"): "must begin with https:// (or http://)",
    ("agents", "avatar_url"): "must begin with https:// (or http://)",
}


class Reporter:
    """Turns faults of one config into sentences that begin with their place."""

    def __init__(self, name: str, text: str, given: Given) -> None:
        self._name = name
        self._lines = lines_of(text)
        self._given = given

    def place(self, path: Sequence[str | int]) -> str:
        """Return where a key, or else its nearest parent, was set: a line, a variable, a credential."""
        origins = self._given.origins
        for length in range(len(path), 0, -1):
            keys = tuple(path[:length])
            if keys in origins:
                return origins[keys]
            if keys in self._lines:
                return f"{self._name}:{self._lines[keys]}"
            if inside := [origins[each] for each in origins if each[:length] == keys]:
                return inside[0]
        return self._name

    def fault(self, path: Sequence[str | int], sentence: str) -> str:
        """Return one sentence for the fault of a key."""
        return f"{self.place(path)}: {self._table(path)}{sentence}"

    def faults(self, error: ValidationError) -> list[str]:
        """Return one sentence for each fault that pydantic found."""
        return [self._of_pydantic(detail) for detail in error.errors(include_url=False)]

    def _table(self, path: Sequence[str | int]) -> str:
        match tuple(path):
            case ("routes" | "tests" as table, int(index), *_):
                return f"[[{table}]] {index + 1}{self._route_name(table, index)}: "
            case ("destinations" | "agents" as table, str(name), *_):
                return f"[{table}.{name}]: "
            case (str(table), _, *_):
                return f"[{table}]: "
            case _:
                return ""

    def _route_name(self, table: str, index: int) -> str:
        try:
            name = self._given.values[table][index]["name"]
        except (LookupError, TypeError):
            return ""
        return f' "{name}"' if isinstance(name, str) and name else ""

    def _of_pydantic(self, detail: ErrorDetails) -> str:
        path = _without_tag(detail["loc"])
        key = path[-1] if isinstance(path[-1], str) else path[-2]
        if detail["type"] == "extra_forbidden":
            return self.fault(path, _unknown_key(detail["loc"]))
        is_row = len(path) == 2 and path[0] in ("destinations", "routes", "tests", "agents")
        subject = "" if is_row else f'"{key}" '
        return self.fault(path, subject + _sentence(path, detail))


def _sentence(path: tuple[str | int, ...], detail: ErrorDetails) -> str:
    if detail["type"] == "string_pattern_mismatch":
        return _FORMS[(str(path[0]), str(path[-1]))]
    if (sentence := _SENTENCES.get(detail["type"])) is None:
        return detail["msg"]  # one of ours, see PydanticCustomError
    context = {key: str(value).replace("'", '"') for key, value in detail.get("ctx", {}).items()}
    if "tag" in context and not _PLATFORM.fullmatch(context["tag"]):
        context["tag"] = (
            "..."  # not the name of any platform, but perhaps an address with its secret
        )
    return sentence.format_map(context)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean "…"?` for the nearest known name, or the known names."""
    names = list(known)
    if close := get_close_matches(name.lower(), names, n=1, cutoff=0.6):
        return f'; did you mean "{close[0]}"?'
    listed = ", ".join(f'"{each}"' for each in names)
    return f"; known {'is' if len(names) == 1 else 'are'} {listed}"


def _unknown_key(path: tuple[str | int, ...]) -> str:
    key = str(path[-1])
    for platform, model in _PLATFORMS.items():
        if path[0] == "destinations" and platform != path[2] and key in model.model_fields:
            return f'unknown key "{key}": only destinations with platform = "{platform}" have it'
    return f'unknown key "{key}"{nearest(key, _keys_beside(path))}'


def _without_tag(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the path without the platform that pydantic puts behind a destination's name."""
    if path[0] == "destinations" and len(path) > 2 and path[2] in _PLATFORMS:
        return (*path[:2], *path[3:])
    return path


def _keys_beside(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are known where an unknown one stands."""
    match path:
        case ("destinations", _, str(platform), _):
            return list(_PLATFORMS[platform].model_fields)
        case ("routes", _, "match" | "unless", _):
            return list(Conditions.model_fields)
        case ("routes", _, _):
            return [field.alias or name for name, field in Route.model_fields.items()]
        case _:
            return _fields_at(path[:-1])


def _fields_at(path: Sequence[str | int]) -> list[str]:
    model: Any = Settings
    for part in path:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is not None:
            model = _model_in(field.annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> Any:
    """Return the model inside an annotation such as `Mapping[str, AgentSettings]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_model_in(each) for each in getattr(annotation, "__args__", ())]
    return next((each for each in inner if each is not None), None)
