"""The command `nexusgpt-bridge`: one file per subcommand, and the one place where errors end."""

import sys
from typing import Any

import click

from bridge import __version__
from bridge.cli.check import check
from bridge.cli.deliveries import deliveries
from bridge.cli.demo import demo
from bridge.cli.explain import explain
from bridge.cli.init import init
from bridge.cli.output import stderr
from bridge.cli.replay import replay
from bridge.cli.send import send
from bridge.cli.serve import serve
from bridge.cli.show import show
from bridge.errors import BridgeError, ConfigError, ListenError, WebhookError

#: the answer is no
NO = 1
#: the call or the config is wrong
WRONG = 2


class _Commands(click.Group):
    """Turns the bridge's own errors into their sentences and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand."""
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            for sentence in str(error).splitlines():
                stderr().print(sentence, style="red", soft_wrap=True)
            sys.exit(WRONG if isinstance(error, ConfigError | ListenError | WebhookError) else NO)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    r"""Bring the messages of NexusGPT agents to Slack and Discord channels.

    \b
    First steps:
      nexusgpt-bridge demo      see it work, without any account
      nexusgpt-bridge init      write a config to start from
      nexusgpt-bridge check     say what the config does, or what is wrong with it
      nexusgpt-bridge serve     run the bridge

    Exit codes: 0 fine, 1 the answer is no, 2 the call or the config is wrong.
    """


for _command in (serve, check, explain, send, deliveries, show, replay, demo, init):
    main.add_command(_command)
