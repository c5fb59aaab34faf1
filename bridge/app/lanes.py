"""Settings -> lanes: a `Blueprint` says what a lane is made of, and the `Builder` makes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import aiohttp
from pydantic import SecretStr

from bridge.config import Settings
from bridge.destinations import Destination
from bridge.events import Agent
from bridge.retries import RetryPolicy
from bridge.senders import open_sender
from bridge.senders.fetching import Fetcher
from bridge.worker import Lane, Surroundings, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """All that the config says of a lane: another one means another lane."""

    name: str
    #: None: the config doesn't name it, but the store has deliveries for it
    destination: Destination | None
    policy: RetryPolicy
    agents: Mapping[str, Agent]
    slack_token: SecretStr | None
    slack_api_url: str


def blueprints(settings: Settings, recovered: Iterable[str] = ()) -> Mapping[str, Blueprint]:
    """Return a blueprint for each destination, also for those that only the store still knows."""
    names = dict.fromkeys((*settings.destinations, *recovered))
    return {name: _blueprint(name, settings) for name in names}


def _blueprint(name: str, settings: Settings) -> Blueprint:
    destination = settings.destinations.get(name)
    return Blueprint(
        name=name,
        destination=destination,
        policy=settings.delivery.policy(destination),
        agents=settings.known_agents,
        slack_token=settings.slack.token,
        slack_api_url=settings.slack.api_url,
    )


class Builder:
    """Makes lanes that share a session and their surroundings."""

    def __init__(
        self, session: aiohttp.ClientSession, fetcher: Fetcher, around: Surroundings
    ) -> None:
        self._session = session
        self._fetcher = fetcher
        self._around = around

    def lane(self, plan: Blueprint) -> Lane:
        """Return a new lane."""
        around = replace(self._around, agents=plan.agents)
        return Lane(plan.name, self._target(plan), plan.policy, around)

    def _target(self, plan: Blueprint) -> Target | None:
        if plan.destination is None:
            return None
        sender = open_sender(
            plan.destination,
            self._session,
            slack_token=plan.slack_token,
            slack_api_url=plan.slack_api_url,
            fetcher=self._fetcher,
        )
        token = getattr(plan.destination, "token", None) or plan.slack_token
        return Target(destination=plan.destination, sender=sender, token=token)
