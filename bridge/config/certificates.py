"""Looks whether a file of certificates can be used, before anything depends on it."""

import ssl
from pathlib import Path


def fault_of(path: Path) -> str | None:
    """Return what keeps a PEM file of authorities from being used, in a clause; None if nothing does."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return f"{path} holds no certificates in PEM form"
    except OSError as error:
        return f"{path} can't be read: {error.strerror}"
    return None
