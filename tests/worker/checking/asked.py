"""How often Slack was asked and posted to, and what the tests of checking send."""

from bridge.retries import RetryPolicy
from tests.worker.conftest import House

CHECK = RetryPolicy(on_unknown="check")
#: three parts in Slack
LONG = "A sentence of a long answer. " * 800


def looks(house: House) -> int:
    """Return how often posts were looked for."""
    return sum(call.method.startswith("conversations.") for call in house.sandbox.calls)


def sends(house: House) -> int:
    """Return how often a message was posted to Slack by token, or tried to be."""
    return sum(call.method == "chat.postMessage" for call in house.sandbox.calls)
