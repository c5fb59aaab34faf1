"""`check`: say what a config does, or exactly what is wrong with it."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from bridge.cli.options import config_option, read_config
from bridge.cli.output import grid_of, stderr, stdout
from bridge.config import Config
from bridge.destinations import Destination
from bridge.routing import RoutingTable, Row
from bridge.senders import Finding, check_online, open_session

_PLATFORMS = {"slack": "Slack", "discord": "Discord"}
#: whether a platform's answer is good -> how that is shown
_MARKS = {True: ("ok", "green"), False: ("no", "red"), None: ("?", "yellow")}


@click.command(
    epilog="""\b
Examples:
  nexusgpt-bridge check
  nexusgpt-bridge check --online --config /etc/nexusgpt-bridge/config.toml
"""
)
@click.option(
    "--online", is_flag=True, help="Also ask Slack and Discord, without posting anything."
)
@config_option
def check(online: bool, config_path: Path | None) -> None:
    """Say what the config does, or what is wrong with it and where; run its [[tests]].

    Exit code 0 if all is well, 1 if a test fails or a platform says no, 2 if the config is wrong.
    """
    config = read_config(config_path)
    _show_destinations(config)
    table = RoutingTable(config.settings.routes)
    _show_routes(table)
    failures = _failed_tests(config, table)
    _show_tests(config, failures)
    for warning in config.warnings:
        stderr().print(f"warning: {warning}", style="yellow", soft_wrap=True)
    is_reachable = _show_online(config) if online else True
    sys.exit(0 if is_reachable and not failures else 1)


def _show_destinations(config: Config) -> None:
    settings = config.settings
    header = settings.nexusgpt.header
    verified = f"verified by {header}" if header else "not verified"
    stdout().print(f"{config.path} is well-formed", style="bold green", soft_wrap=True)
    stdout().print(
        f"Webhooks at {settings.server.listen}, POST {settings.nexusgpt.path}, {verified}; "
        f"stored in {config.store_path}\n",
        soft_wrap=True,
    )
    grid = grid_of("Destination", "Platform", "Posts to", "Threads")
    for name, destination in settings.destinations.items():
        threads = "one per chat" if destination.thread == "chat" else "-"
        grid.add_row(name, _PLATFORMS[destination.platform], destination.address, threads)
    stdout().print(grid, "")


def _show_routes(table: RoutingTable) -> None:
    grid = grid_of("Route", "Takes", "Posts to", "Then")
    for row in table.rows:
        then = "continues" if row.continues else "stops"
        grid.add_row(row.title, _conditions_of(row), ", ".join(row.to), then)
    stdout().print(grid, "")


def _conditions_of(row: Row) -> str:
    """Return the conditions in the words of the config."""
    wanted = [f"{c.key} = {_any(c.texts)}" for c in row.match] or ["every message"]
    barred = [f"{c.key} = {_any(c.texts)}" for c in row.unless]
    return " and ".join(wanted) + (f", unless {' and '.join(barred)}" if barred else "")


def _any(texts: tuple[str, ...]) -> str:
    return " or ".join(texts)


def _failed_tests(config: Config, table: RoutingTable) -> Mapping[int, str]:
    """Return the number of each failed test with a sentence."""
    failures = {}
    for number, test in enumerate(config.settings.tests, start=1):
        went = list(table.match(test.message.message(config.settings.known_agents)))
        if set(went) != set(test.to):
            expected, got = ", ".join(test.to) or "nowhere", ", ".join(went) or "nowhere"
            failures[number] = f"[[tests]] {number}: expected {expected}; the message goes to {got}"
    return failures


def _show_tests(config: Config, failures: Mapping[int, str]) -> None:
    count = len(config.settings.tests)
    if count:
        stdout().print(f"Tests: {count - len(failures)} of {count} pass")
    for sentence in failures.values():
        stderr().print(sentence, style="red", soft_wrap=True)


def _show_online(config: Config) -> bool:
    """Show what the platforms say; return whether all of it is good."""
    findings = asyncio.run(_ask_all(config))
    grid = grid_of("Destination", "", "Online")
    for name, found in findings.items():
        for finding in found:
            mark, style = _MARKS[finding.is_good]
            grid.add_row(name, mark, finding.text, style=style)
    stdout().print(grid)
    return all(finding.is_good is not False for found in findings.values() for finding in found)


async def _ask_all(config: Config) -> Mapping[str, list[Finding]]:
    destinations = config.settings.destinations
    slack = config.settings.slack

    async def ask(destination: Destination) -> list[Finding]:
        # What [delivery] says of a post in doubt needs a scope as well.
        on_unknown = config.settings.delivery.policy(destination).on_unknown
        settled = destination.model_copy(update={"on_unknown": on_unknown})
        return await check_online(
            settled, session, slack_token=slack.token, slack_api_url=slack.api_url
        )

    async with open_session(config.settings.outbound.way) as session:
        answers = await asyncio.gather(*map(ask, destinations.values()))
    return dict(zip(destinations, answers, strict=True))
