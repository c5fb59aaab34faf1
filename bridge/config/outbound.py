"""[outbound]: how the bridge reaches Slack and Discord. No I/O."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, SecretStr
from pydantic_core import PydanticCustomError

from bridge.config.durations import Duration
from bridge.config.sections import Section
from bridge.outbound import Outbound

_DEFAULT = Outbound()


def _proxy_address(value: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(value.get_secret_value())
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        is_bare = not (parts.query or parts.fragment or parts.path.strip("/"))
    except ValueError:  # brackets that don't pair, a port that is none
        is_address = is_bare = False
    if not (is_address and is_bare and value.get_secret_value().isprintable()):
        raise PydanticCustomError(
            "proxy_address",
            'must be "http://host:port" or "https://host:port"; user:password@ may stand before '
            "the host, with %40 for an @ and %2F for a / in it",
        )
    return value


class OutboundSettings(Section):
    """[outbound]: proxy, certificates and time-outs on the way to Slack and Discord."""

    proxy: Annotated[SecretStr, AfterValidator(_proxy_address)] | None = None
    ca_file: Path | None = None
    connect_timeout: Duration = _DEFAULT.connect_timeout
    answer_timeout: Duration = _DEFAULT.answer_timeout

    @property
    def way(self) -> Outbound:
        """The same, as the session of all senders takes it."""
        return Outbound(
            proxy=self.proxy,
            ca_file=self.ca_file,
            connect_timeout=self.connect_timeout,
            answer_timeout=self.answer_timeout,
        )

    @property
    def secrets(self) -> Iterator[str]:
        """Every text of it that must never be shown: a password, and the address that holds it."""
        if self.proxy is not None:
            address = self.proxy.get_secret_value()
            parts = urlsplit(address)
            if parts.password:
                yield address
                yield parts.password
                yield unquote(parts.password)
