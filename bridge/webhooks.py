"""Headers -> verified, or a refusal: `verify` says whether NexusGPT itself is calling. No I/O.

NexusGPT sends a header whose name and value you choose in its developer settings. It is a shared
secret, not a signature: it proves who calls, but neither that the body is whole nor that it is
new. See https://docs.gpt.nexus/webhooks, "Security". Since the body plays no part in it, a webhook
is verified before its body is read: what strangers send is never held in memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import compare_digest

from bridge.errors import BadSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a webhook has to bring along. Without a header, anyone may call."""

    #: the header's name in lower case, as bytes; None: nothing is verified
    header: bytes | None
    #: each is accepted: the old and the new one while rotating
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    #: the place of each in the config, from 1, if one can come in several spellings
    places: tuple[int, ...] = field(default=(), repr=False)

    @property
    def count(self) -> int:
        """How many secrets the config has."""
        return max(self.places, default=len(self.secrets))


def verify(headers: Iterable[tuple[bytes, bytes]], verification: Verification) -> int:
    """Return the place of the secret that was brought, from 1; 0 if nothing is to be verified.

    Raises BadSecret unless exactly one header of that name holds one of the secrets. Takes raw
    header pairs and compares bytes, since a header need not be text, in constant time.
    """
    if verification.header is None:
        return 0
    values = [value for name, value in headers if name.lower() == verification.header]
    if len(values) != 1:
        raise BadSecret("repeated" if values else "missing")
    # All are compared before one counts, so that time does not tell which secret was close.
    matches = [compare_digest(values[0], secret) for secret in verification.secrets]
    if not any(matches):
        raise BadSecret("wrong")
    index = matches.index(True)
    return verification.places[index] if verification.places else index + 1
