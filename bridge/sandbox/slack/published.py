"""What slack-sdk, which Slack publishes, thinks of a block: `model_faults`. No I/O."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from bridge.sandbox.slack.checks import Fault

#: the kinds that slack-sdk has models of, among those that the sandbox looks into
MODELLED = frozenset(
    {"context", "divider", "header", "image", "markdown", "rich_text", "section", "table"}
)


def model_faults(block: dict[str, Any], at: str) -> Iterator[Fault]:
    """Build the model of a block and let it check itself, with all that it holds."""
    try:
        # A copy, since a model may keep and change what it is given.
        model = Block.parse(deepcopy(block))
        if model is not None:
            model.to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        yield f"not as published: {error}", at
