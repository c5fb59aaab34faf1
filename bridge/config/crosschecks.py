"""What no single table can know: names that must exist elsewhere, keys that need each other. No I/O.

Looks at what was written, not at checked settings, so that these faults are told together with
those of single keys. Anything of a wrong type is left for the check of its own table.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bridge.config.faults import nearest
from bridge.destinations import NAME

Fault = tuple[tuple[str | int, ...], str]

#: what pydantic takes for true, in lower case
_YES = frozenset(("1", "on", "t", "true", "y", "yes"))


def crosscheck(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the path and the sentence of each fault."""
    yield from _verification(_table(values, "nexusgpt"))
    if values.get("destinations") in (None, {}):
        yield (), "there is no [destinations.NAME] table: posts have no place to go"
    yield from _destinations(_table(values, "destinations"), _table(values, "slack"))
    if values.get("routes") in (None, []):
        yield (), "there is no [[routes]] table: no message would go anywhere"
    if known := list(_table(values, "destinations")):
        yield from _references(values, known)


def _references(values: Mapping[str, Any], known: list[str]) -> Iterator[Fault]:
    for table in ("routes", "tests"):
        yield from _names(values, table, known)
    notify = _table(values, "operations").get("notify")
    if isinstance(notify, str) and notify not in known:
        yield ("operations", "notify"), _undefined("notify", notify, known)


def _verification(nexusgpt: Mapping[str, Any]) -> Iterator[Fault]:
    header, secrets = nexusgpt.get("header"), nexusgpt.get("secrets")
    open_to_all = str(nexusgpt.get("allow_unverified")).lower() in _YES
    if header is None and secrets:
        yield (
            ("nexusgpt", "secrets"),
            'needs "header", the name of the header that carries a secret',
        )
    elif header is None and not open_to_all:
        yield (
            ("nexusgpt", "header"),
            'needs "header" and "secrets", as entered in NexusGPT\'s developer settings; '
            "without them anyone can post (allow_unverified = true lets them)",
        )
    elif header is not None and not secrets:
        yield ("nexusgpt", "header"), 'needs "secrets", the values that the header may have'
    elif header is not None and open_to_all:
        yield (
            ("nexusgpt", "allow_unverified"),
            '"allow_unverified" and "header" exclude each other: leave one out',
        )


def _destinations(destinations: Mapping[str, Any], slack: Mapping[str, Any]) -> Iterator[Fault]:
    for name, fields in destinations.items():
        if not NAME.fullmatch(name):
            yield ("destinations", name), 'a name is made of letters, digits, "-" and "_"'
        if _needs_token(fields) and not slack.get("token"):
            yield (
                ("destinations", name),
                'needs a Slack bot token: set "token" in [slack] or here, the variable '
                "NEXUSGPT_BRIDGE_SLACK__TOKEN, or the credential slack__token",
            )
        yield from _templates(name, _table(destinations, name))


def _templates(name: str, destination: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("header", "footer"):
        if isinstance(template := destination.get(key), str):
            # Importing all of rendering takes longer than all else; most configs have no template.
            from bridge.rendering.templates import TemplateFault, checked

            try:
                checked(template)
            except TemplateFault as fault:
                yield ("destinations", name, key), f'"{key}" can\'t be used: {fault}'


def _needs_token(fields: Any) -> bool:
    return (
        isinstance(fields, dict)
        and fields.get("platform") == "slack"
        and "webhook_url" not in fields
        and not fields.get("token")
    )


def _names(values: Mapping[str, Any], table: str, known: list[str]) -> Iterator[Fault]:
    rows = values.get(table)
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        to = row.get("to") if isinstance(row, dict) else None
        for name in [to] if isinstance(to, str) else to if isinstance(to, list) else []:
            if isinstance(name, str) and name not in known:
                yield (table, index, "to"), _undefined("to", name, known)


def _undefined(key: str, name: str, known: list[str]) -> str:
    if "/" in name:  # hardly a name, and an address must not be shown
        return f'"{key}" takes the name of a destination, not its address'
    return f'"{key}" names the destination "{name}", which is not defined{nearest(name, known)}'


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = values.get(key)
    return value if isinstance(value, dict) else {}
