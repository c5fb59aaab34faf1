"""Every error of the bridge, drawn as a tree. No I/O.

    BridgeError
    ├── ConfigError             the configuration is wrong; says all that is, not only the first
    ├── WebhookError            a webhook was refused; carries the HTTP status of the answer
    │   ├── BadSecret           401: the header is missing, repeated or wrong
    │   └── BadBody             400: not JSON, or not an event
    ├── StoreError              the store can't do its work
    │   ├── StoreUnavailable    now: disk full, locked, closed; a later try may succeed
    │   ├── StoreInUse          another bridge owns this store
    │   └── StoreUnusable       damaged, or written by a newer version
    ├── ListenError             the address to listen on can't be had
    └── Unfetchable             a file of a message can't be fetched, or must not be

What a platform answers to a post is no error but a value: `bridge.deliveries.Outcome`.
"""

from collections.abc import Sequence
from typing import Literal


class BridgeError(Exception):
    """The base of all errors that the bridge raises itself; its text is fit for an operator."""


class ConfigError(BridgeError):
    """The configuration is wrong. `faults` holds one sentence for each fault, secrets left out."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class WebhookError(BridgeError):
    """A webhook was refused. `status` is the HTTP status of the answer, the text its one sentence."""

    status = 400


class BadSecret(WebhookError):
    """The verification header is missing, repeated or wrong: one answer for all three."""

    status = 401

    def __init__(self, header: Literal["missing", "repeated", "wrong"]) -> None:
        super().__init__("the verification header is missing or wrong")
        #: for the operator only: the caller is not to know
        self.header = header


class BadBody(WebhookError):
    """The body is not an event: not JSON, or without the ids that every message has."""


class StoreError(BridgeError):
    """The store can't do its work."""


class StoreUnavailable(StoreError):
    """The store can't take or give anything now; a later try may succeed."""


class StoreInUse(StoreError):
    """Another bridge owns this store."""


class StoreUnusable(StoreError):
    """The store is damaged, not a store, or written by a newer version."""


class ListenError(BridgeError):
    """The address to listen on can't be had."""


class Unfetchable(BridgeError):
    """A file of a message can't be fetched, or must not be: its text is the reason, without its address."""
