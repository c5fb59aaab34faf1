"""The way out, to Slack and Discord: `Outbound` says through which proxy, whom to trust, how long to wait. No I/O."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """How the bridge reaches the platforms. Certificates are always verified: nothing turns that off."""

    #: http:// or https://, perhaps with a user and a password; None: the environment's, if any
    proxy: SecretStr | None = None
    #: a PEM file with authorities to be trusted besides the system's
    ca_file: Path | None = None
    #: for the look-up of the name, the connection, TLS and the proxy's consent together
    connect_timeout: timedelta = timedelta(seconds=10)
    #: for all of a call; a platform that has not answered by then has lost the post, or its answer
    answer_timeout: timedelta = timedelta(seconds=30)
