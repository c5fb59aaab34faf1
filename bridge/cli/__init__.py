"""The command `nexusgpt-bridge`: one file per subcommand, and the one place where errors end.

A subcommand is imported when it is called: all of them together take most of a second.
"""

import sys
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from bridge import __version__
from bridge.errors import BridgeError, ConfigError, ListenError, WebhookError

#: each subcommand, in `bridge.cli.<name>`, and the first sentence of its help
COMMANDS = {
    "serve": "Run the bridge: take webhooks, and post what they say.",
    "check": "Say what the config does, or what is wrong with it and where; run its [[tests]].",
    "explain": "Show what each route says to a message, where it goes, and the exact posts.",
    "send": "Post one test message to DESTINATION, marked as such, and say what the platform answered.",
    "probe": "Send a probe through the public URL, and say whether it came through.",
    "deliveries": "Say what is not delivered, and why, grouped by destination, state and cause.",
    "show": "Tell the whole story of the delivery ID, or of all deliveries of the message ID.",
    "replay": "Have dead deliveries sent again: those named by ID, or all that the filters leave.",
    "discard": "Let go of dead deliveries: those named by ID, or all that the filters leave.",
    "backup": "Copy the store into the new FILE, as it is at this moment, and check the copy.",
    "demo": "See the bridge work, without any account.",
    "init": "Write a commented config to PATH, with a new secret for NexusGPT.",
    "unit": "Print a systemd unit for this installation and this config.",
}
_EPILOG = """\b
First steps:
  nexusgpt-bridge demo      see it work, without any account
  nexusgpt-bridge init      write a config to start from
  nexusgpt-bridge check     say what the config does, or what is wrong with it
  nexusgpt-bridge serve     run the bridge
"""
#: the answer is no
NO = 1
#: the call or the config is wrong
WRONG = 2


class _Commands(click.Group):
    """Imports a subcommand when it is called, and turns the bridge's own errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, those of the first steps first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a subcommand."""
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"bridge.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the subcommands and options that begin so."""
        found = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        items = [CompletionItem(name, help=COMMANDS[name]) for name in found]
        return [*items, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand."""
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            from bridge.cli.output import stderr
            from bridge.logs.lines import is_journal

            # So that "journalctl -p err" tells why a service did not start.
            priority = "<3>" if is_journal(sys.stderr) else ""
            for sentence in str(error).splitlines():
                stderr().print(f"{priority}{sentence}", style="red", soft_wrap=True)
            sys.exit(WRONG if isinstance(error, ConfigError | ListenError | WebhookError) else NO)


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Bring the messages of NexusGPT agents to Slack and Discord channels.

    Exit codes: 0 fine, 1 the answer is no, 2 the call or the config is wrong.
    """
