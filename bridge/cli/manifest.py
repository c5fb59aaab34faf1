"""A Slack app for a config: the scopes that it needs, and the manifest that asks for them. No I/O.

https://docs.slack.dev/reference/app-manifest and https://docs.slack.dev/reference/scopes
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bridge.config import Settings
from bridge.destinations import SlackDestination

#: what a channel needs whose destination says nothing but its id: posts, edits and removals; the
#: agent's name and picture; a very long message as a file
FOR_POSTS = ("chat:write", "chat:write.customize", "files:write")
#: whether a channel is private is not in its id, so each has two names
FOR_HISTORY = ("channels:history", "groups:history")
#: `check --online` looks at the channel
FOR_CHECK = ("channels:read", "groups:read")
FOR_WEBHOOKS = ("incoming-webhook",)


def scopes_for(settings: Settings | None, *, with_check: bool = False) -> tuple[str, ...]:
    """Return the scopes that a config needs, none if it doesn't post to Slack.

    Without a config, they are those of a channel.
    """
    if settings is None:
        return FOR_POSTS + FOR_CHECK * with_check
    return tuple(dict.fromkeys(_scopes(settings, with_check=with_check)))


def manifest(scopes: Sequence[str]) -> dict[str, Any]:
    """Return the manifest of an app with these scopes, and nothing else."""
    return {
        "display_information": {
            "name": "NexusGPT",
            "description": "Posts the messages of NexusGPT agents",
        },
        "features": {"bot_user": {"display_name": "NexusGPT", "always_online": True}},
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            # The bridge has one token for good: a rotated one would end after twelve hours.
            "token_rotation_enabled": False,
        },
    }


def _scopes(settings: Settings, *, with_check: bool) -> Iterator[str]:
    destinations = settings.destinations.values()
    slack = [each for each in destinations if isinstance(each, SlackDestination)]
    channels = [each for each in slack if each.webhook_url is None]
    if channels:
        yield from FOR_POSTS
        if any(settings.delivery.policy(each).on_unknown == "check" for each in channels):
            yield from FOR_HISTORY
        if with_check:
            yield from FOR_CHECK
    if len(channels) < len(slack):
        yield from FOR_WEBHOOKS
