"""The small checks that Slack's blocks are made of; each yields what is wrong and where. No I/O."""

from collections.abc import Iterator

#: what is wrong and the JSON pointer to it
Fault = tuple[str, str]


def text_faults(text: object, at: str, limit: int, least: int = 0) -> Iterator[Fault]:
    """Check a string and its length in characters."""
    if not isinstance(text, str):
        yield "must be a string", at
    elif len(text) > limit:
        yield f"must be less than {limit + 1} characters", at
    elif len(text) < least:
        yield f"must be more than {least - 1} characters", at


def composed_faults(
    value: object, at: str, limit: int, kinds: tuple[str, ...] = ("mrkdwn", "plain_text")
) -> Iterator[Fault]:
    """Check a text object: https://docs.slack.dev/reference/block-kit/composition-objects/text-object ."""
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"must provide an object of type {' or '.join(kinds)}", at
    else:
        yield from text_faults(value.get("text"), f"{at}/text", limit, least=1)


def list_faults(value: object, at: str, most: int) -> Iterator[Fault]:
    """Check that *value* is a list of objects, neither empty nor too long."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        yield "must be a list of objects", at
    elif not 1 <= len(value) <= most:
        yield f"must have 1 to {most} items", at
