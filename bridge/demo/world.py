"""The demo's world: a sandbox, and a config whose destinations are its channels."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from bridge.config import Config, load
from bridge.demo.samples import ON_CALL
from bridge.sandbox import BOT_TOKEN, DiscordChannel, Guild, Sandbox, SlackChannel, Workspace

HEADER = "nexus-signature"

SUPPORT = SlackChannel(id="C024BE91L", name="support")
ALERTS = SlackChannel(id="C061EG9SL", name="alerts")
REPORTS = SlackChannel(id="C0R3P0RTS", name="reports")
OPS = DiscordChannel(id="199737254929760256", name="ops")
RELEASES = DiscordChannel(id="199737254929760258", name="releases", forum=True)
INCIDENTS = DiscordChannel(id="199737254929760260", name="incidents")

#: destination -> the platform's id and the name of its channel
CHANNELS = {
    "support": (SUPPORT.id, "Slack  #support"),
    "reports": (REPORTS.id, "Slack  #reports"),
    "alerts": (ALERTS.id, "Slack  #alerts"),
    "ops": (OPS.id, "Discord  #ops"),
    "releases": (RELEASES.id, "Discord  #releases"),
    "incidents": (INCIDENTS.id, "Discord  #incidents"),
}

_CONFIG = """\
[server]
listen = "127.0.0.1:0"

[nexusgpt]
header = "$header"
secrets = ["$secret"]

[store]
url = "sqlite:///$store"

[slack]
token = "$token"
api_url = "$api_url"

[destinations.support]
platform = "slack"
channel = "$support"
thread = "chat"                # each chat has a thread of its own

[destinations.reports]
platform = "slack"
channel = "$reports"
long = "thread"                # the first part stands in the channel, the rest below it
max_parts = 2                  # of more parts, the first is followed by a file with everything
footer = "sent by the route *{{ route }}*"

[destinations.alerts]
platform = "slack"
webhook_url = "$alerts"

[destinations.ops]
platform = "discord"
webhook_url = "$ops"
mentions = ["$on_call"]   # the role that is on call; nobody else is ever pinged

[destinations.incidents]
platform = "discord"
webhook_url = "$incidents"
style = "embed"

[destinations.releases]
platform = "discord"
webhook_url = "$releases"
thread = "chat"

[[routes]]
name = "refunds"
match = { content = "re:(?i)refund" }
to = ["support", "ops"]

[[routes]]
name = "support"
match = { role = "Support *" }
to = ["support"]

[[routes]]
name = "releases"
match = { agent = "Kei *" }
to = ["releases"]

[[routes]]
name = "analysts"
match = { role = "Analyst" }
to = ["reports", "ops"]

[[routes]]
name = "on call"
match = { content = "re:^On call" }
to = ["ops"]

[[routes]]
name = "everything else"
to = ["alerts", "incidents"]
"""


@dataclass(frozen=True, slots=True)
class World:
    """What the demo runs in."""

    sandbox: Sandbox
    config: Config
    #: the value of the header that verifies a webhook
    secret: str = field(repr=False)


def new_sandbox() -> Sandbox:
    """Return a Slack and a Discord with the demo's channels; not yet started."""
    return Sandbox(
        workspace=Workspace(channels=(SUPPORT, REPORTS, ALERTS)),
        guild=Guild(channels=(OPS, INCIDENTS, RELEASES)),
    )


def build(sandbox: Sandbox, directory: Path) -> World:
    """Write the demo's config for a sandbox that has started, and check it as `serve` does."""
    secret = secrets.token_urlsafe(12)
    path = directory / "config.toml"
    path.write_text(
        Template(_CONFIG).substitute(
            header=HEADER,
            secret=secret,
            store=directory / "bridge.db",
            token=BOT_TOKEN,
            api_url=sandbox.slack_api_url,
            support=SUPPORT.id,
            reports=REPORTS.id,
            alerts=sandbox.slack.webhook_url(ALERTS.id),
            ops=sandbox.discord.webhook_url(OPS.id),
            releases=sandbox.discord.webhook_url(RELEASES.id),
            incidents=sandbox.discord.webhook_url(INCIDENTS.id),
            on_call=ON_CALL,
        ),
        encoding="utf-8",
    )
    return World(sandbox, load(path, {}), secret)
