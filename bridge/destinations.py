"""Where a post can go: `SlackDestination` or `DiscordDestination`, as the config describes them. No I/O.

Unlike NexusGPT's wire, our file is read strictly: an unknown key is an error.
"""

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_DISCORD_ID = re.compile(r"/webhooks/([0-9]+)/")
_DISCORD_HOSTS = ("discord.com", "discordapp.com")
_DISCORD_PATH = re.compile(r"/api(/v[0-9]+)?/webhooks/[0-9]+/[^/]+")
# https://docs.slack.dev/messaging/formatting-message-text/#mentioning-users
_SLACK_MENTION = re.compile("everyone|channel|here|[UWS][A-Z0-9]{2,}")
# https://docs.discord.com/developers/reference#message-formatting
_DISCORD_MENTION = re.compile("everyone|here|[0-9]+")


def _as_tuple(value: Any) -> Any:
    """Return a text, as variables have it, as the words in it."""
    return tuple(re.findall(r"[^\s,]+", value)) if isinstance(value, str) else value


class _Destination(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: one thread per chat, or every post in the channel itself
    thread: Literal["none", "chat"] = "none"
    #: what to do with a part whose answer was lost; None: as [delivery] says
    on_unknown: Literal["retry", "hold", "check"] | None = None
    #: a message of more parts is posted as its first part and a file with all of it
    max_parts: int = Field(default=6, ge=1, le=100)
    #: what to do with the files of a message: name them with their links, or upload them too
    files: Literal["link", "upload"] = "link"
    #: pings that a message may make: "everyone", "here", "channel", or the platform's ids; no others
    mentions: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    #: a Jinja2 template that replaces the line above each post; None: ours; "": no such line
    header: str | None = None
    #: a Jinja2 template for a line below the last post; None: none
    footer: str | None = None


class SlackDestination(_Destination):
    """A Slack channel: by `channel` and a bot token, or by the URL of an incoming webhook."""

    platform: Literal["slack"]
    #: the channel's id, e.g. "C024BE91L"
    channel: str | None = Field(default=None, min_length=1)
    #: a bot token; None: the one of [slack]
    token: SecretStr | None = None
    #: an incoming webhook: fixed channel and identity, no threads
    webhook_url: SecretStr | None = None
    #: where the parts of a long message after its first one go: behind it, or in its thread; with
    #: thread = "chat" all of them are in the chat's thread anyway
    long: Literal["channel", "thread"] = "channel"

    @field_validator("mentions")
    @classmethod
    def _are_mentions(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = '"everyone", "channel", "here", or the id of a user or a group, e.g. "U024BE7LH"'
        return _mentions(names, _SLACK_MENTION, known)

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.channel is None) == (self.webhook_url is None):
            raise PydanticCustomError("way_in", 'needs either "channel" or "webhook_url"')
        if self.webhook_url is not None and self.thread == "chat":
            raise PydanticCustomError(
                "way_in", 'an incoming webhook can\'t post to threads: leave out thread = "chat"'
            )
        if self.webhook_url is not None and self.long == "thread":
            raise PydanticCustomError(
                "way_in", 'an incoming webhook can\'t post to threads: leave out long = "thread"'
            )
        if self.webhook_url is not None and self.files == "upload":
            raise PydanticCustomError(
                "way_in", 'an incoming webhook takes no files: leave out files = "upload"'
            )
        return self

    @field_validator("webhook_url")
    @classmethod
    def _is_http(cls, url: SecretStr | None) -> SecretStr | None:
        return _http_url(url)

    @property
    def address(self) -> str:
        """Where posts go, without any secret."""
        return "incoming webhook" if self.channel is None else f"channel {self.channel}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must never be shown."""
        return _secret_parts(self.webhook_url) + _secret_parts(self.token)


class DiscordDestination(_Destination):
    """A Discord channel, by the URL of its webhook."""

    platform: Literal["discord"]
    #: https://discord.com/api/webhooks/<id>/<token>
    webhook_url: SecretStr
    #: how a message looks: as text, or framed by an embed
    style: Literal["text", "embed"] = "text"

    @field_validator("mentions")
    @classmethod
    def _are_mentions(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = '"everyone", "here", or the id of a user or a role in digits'
        return _mentions(names, _DISCORD_MENTION, known)

    @field_validator("webhook_url")
    @classmethod
    def _is_http(cls, url: SecretStr) -> SecretStr | None:
        # https://discord.com/developers/docs/resources/webhook: these paths take others' formats.
        if _path(url.get_secret_value()).endswith(("/slack", "/github")):
            raise PydanticCustomError("url", 'must end with its token: leave out "/slack"')
        checked = _http_url(url)
        if _is_no_webhook(url.get_secret_value()):
            raise PydanticCustomError(
                "url",
                'must be the address of a webhook, ".../api/webhooks/ID/TOKEN": copy it again',
            )
        return checked

    @property
    def address(self) -> str:
        """Where posts go, without any secret: the webhook's id is none, its token is one."""
        found = _DISCORD_ID.search(self.webhook_url.get_secret_value())
        return f"webhook {found[1]}" if found else "webhook"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must never be shown."""
        return _secret_parts(self.webhook_url)


Destination = Annotated[SlackDestination | DiscordDestination, Field(discriminator="platform")]


def _mentions(names: tuple[str, ...], form: re.Pattern[str], known: str) -> tuple[str, ...]:
    for name in names:
        if form.fullmatch(name):
            continue
        bare = name.strip("<!@&#> ")
        near = [each for each in (bare, bare.lower()) if form.fullmatch(each)]
        meant = f'; did you mean "{near[0]}"?' if near else ""
        raise PydanticCustomError(
            "mention", "takes {known}{meant}", {"known": known, "meant": meant}
        )
    return names


def _http_url(url: SecretStr | None) -> SecretStr | None:
    if url is not None and not url.get_secret_value().startswith(("https://", "http://")):
        raise PydanticCustomError("url", "must begin with https:// (or http://)")
    if url is not None and not _has_host(url.get_secret_value()):
        raise PydanticCustomError("url", "must be a whole address: copy it again")
    return url


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and not any(map(str.isspace, url))
    except ValueError:  # a bracket that is not closed, a port that is no port
        return False


def _is_no_webhook(url: str) -> bool:
    """Tell whether an address leads to Discord, but to no webhook of it; a proxy's may look as it likes."""
    host = urlsplit(url).hostname or ""
    is_discord = host.removeprefix("ptb.").removeprefix("canary.") in _DISCORD_HOSTS
    return is_discord and not _DISCORD_PATH.fullmatch(urlsplit(_path(url)).path)


def _secret_parts(secret: SecretStr | None) -> tuple[str, ...]:
    """Return the secret and, of a URL, the path that opens the door: it may show up alone."""
    if secret is None:
        return ()
    value = secret.get_secret_value()
    if not value.startswith(("https://", "http://")):
        return (value,)
    path = _path(value).split("/", 3)[3:]
    return (value, *path, *(part.rsplit("/", 1)[-1] for part in path))


def _path(url: str) -> str:
    """Return a URL without its query and the slash at its end."""
    return url.partition("?")[0].rstrip("/")
