"""`Settings`: everything an operator can set, checked, with its defaults. No I/O."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bridge.config.durations import Duration
from bridge.config.expectations import RouteTest
from bridge.config.outbound import OutboundSettings
from bridge.config.sections import Section
from bridge.destinations import Destination, SlackDestination
from bridge.events import Agent
from bridge.proxies import Proxies
from bridge.retries import RetryPolicy
from bridge.routing import Route
from bridge.webhooks import Verification

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2: a header's name is a token
_LISTEN = re.compile(
    r"unix:(?P<path>.+)|(?P<host>\[[0-9a-fA-F:.]+\]|[^:\[\]/\s]+):(?P<port>\d{1,5})"
)


def _listen_address(value: str) -> str:
    found = _LISTEN.fullmatch(value)
    if not found or int(found["port"] or 0) > 65535:
        raise PydanticCustomError("listen", 'must be "host:port" or "unix:/path"')
    return value


def _trusted_proxy(value: str) -> str:
    try:
        Proxies([value])
    except ValueError:
        raise PydanticCustomError(
            "proxy", 'must list addresses, networks like "10.0.0.0/8", or "unix"'
        ) from None
    return value


def _lines(value: Any) -> Any:
    """A list may come from one text: the lines of a credential or of a variable."""
    return value.splitlines() if isinstance(value, str) else value


def _words(value: Any) -> Any:
    """A list may come from one text: words with commas or white space between them."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


Listen = Annotated[str, AfterValidator(_listen_address)]
TrustedProxy = Annotated[str, AfterValidator(_trusted_proxy)]


class ServerSettings(Section):
    """[server]: where webhooks come in."""

    listen: Listen = "127.0.0.1:8080"
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    trusted_proxies: Annotated[tuple[TrustedProxy, ...], BeforeValidator(_words)] = ()

    @property
    def proxies(self) -> Proxies:
        """Who may say in X-Forwarded-For who called."""
        return Proxies(self.trusted_proxies)


class NexusGPTSettings(Section):
    """[nexusgpt]: what a webhook has to bring along."""

    path: str = Field(default="/webhooks/nexusgpt", pattern=r"^/[^\s?#{}]*$")
    header: str | None = None
    secrets: Annotated[tuple[SecretStr, ...], BeforeValidator(_lines)] = ()
    allow_unverified: bool = False

    @field_validator("header")
    @classmethod
    def _is_header(cls, value: str | None) -> str | None:
        if value is not None and not _HEADER.fullmatch(value):
            raise PydanticCustomError("header", "must be the name of an HTTP header")
        return value

    @field_validator("secrets")
    @classmethod
    def _stripped(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        # HTTP takes white space off a header's value, and a credential file often ends in a newline.
        stripped = tuple(SecretStr(secret.get_secret_value().strip()) for secret in secrets)
        if not all(secret.get_secret_value() for secret in stripped):
            raise PydanticCustomError("secret", "must not contain an empty secret")
        return stripped

    @property
    def verification(self) -> Verification:
        """What `bridge.webhooks.verify` needs: every secret in the bytes it may come in."""
        places: dict[bytes, int] = {}
        for place, secret in enumerate(self.secrets, start=1):
            for spelling in _spellings(secret.get_secret_value()):
                places.setdefault(spelling, place)
        header = None if self.header is None else self.header.lower().encode("ascii")
        return Verification(header=header, secrets=tuple(places), places=tuple(places.values()))


def _spellings(text: str) -> Iterator[bytes]:
    # A variable that is not UTF-8 comes with its bytes escaped.
    yield text.encode("utf-8", "surrogateescape")
    if max(text) <= "\xff":
        yield text.encode("latin-1")


class AdminSettings(Section):
    """[admin]: where health and metrics are asked for. Without this table, nowhere."""

    listen: Listen = "127.0.0.1:9090"


class StoreSettings(Section):
    """[store]: where accepted events are kept."""

    url: str | None = None

    @field_validator("url")
    @classmethod
    def _is_sqlite(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith("sqlite:///") and value != "sqlite:///"):
            raise PydanticCustomError(
                "store",
                'must be "sqlite:///relative.db" or "sqlite:////absolute.db"; '
                "PostgreSQL is not available in this version",
            )
        return value


class SlackSettings(Section):
    """[slack]: what all Slack destinations share."""

    token: SecretStr | None = None
    api_url: str = Field(default="https://slack.com/api/", pattern=r"^https?://")
    #: to one channel, or through one incoming webhook; Slack takes no more for long
    posts_per_second: float = Field(default=1, ge=0.01)


class DeliverySettings(Section):
    """[delivery]: how long and at what pace a delivery is tried."""

    retry_first: Duration = timedelta(seconds=1)
    retry_longest: Duration = timedelta(minutes=5)
    max_age: Duration = timedelta(hours=24)
    on_unknown: Literal["retry", "hold", "check"] = "retry"
    keep: Duration = timedelta(days=30)

    def policy(self, destination: Destination | None) -> RetryPolicy:
        """Return the policy for a destination, which may have its own `on_unknown`."""
        own = destination.on_unknown if destination is not None else None
        return RetryPolicy(
            first=self.retry_first,
            longest=max(self.retry_longest, self.retry_first),
            max_age=self.max_age,
            on_unknown=own or self.on_unknown,
        )


class OperationsSettings(Section):
    """[operations]: who hears about trouble."""

    #: the destination that is told
    notify: str | None = None
    #: how long NexusGPT may be silent; None: for ever
    expect_event_within: Duration | None = None


class LogSettings(Section):
    """[log]: which lines are written, and how they look."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["logfmt", "json"] = "logfmt"


class AgentSettings(Section):
    """[agents."id"]: what the webhook leaves out about an agent."""

    name: str | None = None
    role: str | None = None
    avatar_url: str | None = Field(default=None, pattern=r"^https?://")


class Settings(BaseSettings):
    """Everything that can be set. Built by `bridge.config.load`."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    server: ServerSettings = ServerSettings()
    nexusgpt: NexusGPTSettings = NexusGPTSettings()
    admin: AdminSettings = AdminSettings()
    store: StoreSettings = StoreSettings()
    slack: SlackSettings = SlackSettings()
    delivery: DeliverySettings = DeliverySettings()
    outbound: OutboundSettings = OutboundSettings()
    operations: OperationsSettings = OperationsSettings()
    log: LogSettings = LogSettings()
    agents: Mapping[str, AgentSettings] = {}
    destinations: Mapping[str, Destination] = {}
    routes: tuple[Route, ...] = ()
    tests: tuple[RouteTest, ...] = ()

    @property
    def known_agents(self) -> Mapping[str, Agent]:
        """What the config knows of agents, by their id."""
        return {key: Agent(id=key, **entry.model_dump()) for key, entry in self.agents.items()}

    @property
    def admin_listen(self) -> str | None:
        """Where health and metrics are asked for; None unless the config has [admin]."""
        return self.admin.listen if "admin" in self.model_fields_set else None

    def slack_token(self, destination: SlackDestination) -> SecretStr | None:
        """Return the bot token that a Slack destination posts with."""
        return destination.token or self.slack.token

    @property
    def secret_texts(self) -> tuple[str, ...]:
        """Every text that must never be shown, longest first."""
        texts = [secret.get_secret_value() for secret in self.nexusgpt.secrets]
        if self.slack.token is not None:
            texts.append(self.slack.token.get_secret_value())
        for destination in self.destinations.values():
            texts.extend(destination.secrets)
        texts.extend(self.outbound.secrets)
        return tuple(sorted(set(texts), key=len, reverse=True))
