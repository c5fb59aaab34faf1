"""Twenty destinations of all kinds, and the platforms that they are on: `PLACES`, `sandbox`, `write_config`."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.sandbox import NO_LIMITS, DiscordChannel, Guild, Sandbox, SlackChannel, Workspace
from bridge.sandbox.faults import DiscordFault, Faults, SlackFault

SECRET = "mysecret"

_CONFIG = """\
[server]
listen = "127.0.0.1:0"
[nexusgpt]
header = "nexus-signature"
secrets = ["{secret}"]
[store]
url = "sqlite:///{store}"
[slack]
token = "xoxb-sandbox"
api_url = "{api_url}"
posts_per_second = 1000
[delivery]
retry_first = "20ms"
retry_longest = "500ms"
keep = "{keep}"
{destinations}
[[routes]]
to = {names}
"""
#: every part says which one it is
_HEADER = "{{ message.id }}p{{ part }}of{{ parts }}"
_DESTINATION = """
[destinations.{name}]
header = "{header}"
max_parts = 100
on_unknown = "{on_unknown}"
{way}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A destination, and the channel that it stands for."""

    #: the destination's
    name: str
    kind: Literal["slack", "incoming webhook", "discord"]
    #: the platform's id
    channel: str


def _place(number: int) -> Place:
    if number % 5 < 2:
        return Place(name=f"slack-{number}", kind="slack", channel=f"C{number:02}")
    if number % 5 == 2:
        return Place(name=f"hook-{number}", kind="incoming webhook", channel=f"C{number:02}")
    return Place(name=f"discord-{number}", kind="discord", channel=f"10{number:02}")


#: two of five by Slack's API, one by its incoming webhooks, two in Discord
PLACES = tuple(_place(number) for number in range(20))


def sandbox() -> Sandbox:
    """Return platforms that have all places and never say by themselves "slow down"."""
    slack = [place.channel for place in PLACES if place.kind != "discord"]
    discord = [place.channel for place in PLACES if place.kind == "discord"]
    return Sandbox(
        workspace=Workspace(channels=tuple(SlackChannel(id=each, name=each) for each in slack)),
        guild=Guild(channels=tuple(DiscordChannel(id=each, name=each) for each in discord)),
        limits=NO_LIMITS,
    )


def faults(place: Place, platforms: Sandbox) -> Faults[SlackFault] | Faults[DiscordFault]:
    """Return where the faults of the place's platform are switched on."""
    return platforms.discord.faults if place.kind == "discord" else platforms.slack.faults


def write_config(
    directory: Path, platforms: Sandbox, *, on_hold: Collection[Place] = (), keep: str = "30d"
) -> Path:
    """Write the config that sends every message to every place.

    Posts in doubt are sent again, at the places that are `on_hold` left to a person.
    """
    directory.mkdir(exist_ok=True)
    path = directory / "config.toml"
    path.write_text(
        _CONFIG.format(
            secret=SECRET,
            store=directory / "bridge.db",
            api_url=platforms.slack_api_url,
            keep=keep,
            destinations="".join(_described(each, platforms, each in on_hold) for each in PLACES),
            names=[place.name for place in PLACES],
        )
    )
    path.chmod(0o600)
    return path


def _described(place: Place, platforms: Sandbox, is_on_hold: bool) -> str:
    return _DESTINATION.format(
        name=place.name,
        header=_HEADER,
        on_unknown="hold" if is_on_hold else "retry",
        way=_way(place, platforms),
    )


def _way(place: Place, platforms: Sandbox) -> str:
    if place.kind == "slack":
        return f'platform = "slack"\nchannel = "{place.channel}"'
    platform = platforms.discord if place.kind == "discord" else platforms.slack
    name = "discord" if place.kind == "discord" else "slack"
    return f'platform = "{name}"\nwebhook_url = "{platform.webhook_url(place.channel)}"'
