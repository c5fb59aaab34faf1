"""Where the bridge listens, and whom it believes there."""

import pytest

from tests.config.conftest import Load


@pytest.mark.parametrize(
    ("tables", "environ", "listen"),
    [
        ("", {}, None),
        ("[admin]", {}, "127.0.0.1:9090"),
        ('[admin]\nlisten = "127.0.0.1:9191"', {}, "127.0.0.1:9191"),
        ("", {"NEXUSGPT_BRIDGE_ADMIN__LISTEN": "unix:/run/a.sock"}, "unix:/run/a.sock"),
    ],
    ids=["without a table", "an empty table", "an address", "a variable"],
)
def test_operators_are_answered_only_where_the_config_says_so(
    loaded: Load, tables: str, environ: dict[str, str], listen: str | None
) -> None:
    """A second bridge on one machine, and a test, open no port that nobody asked for."""
    assert loaded(tables, **environ).settings.admin_listen == listen


@pytest.mark.parametrize(
    ("tables", "environ", "proxies"),
    [
        ("", {}, ()),
        ('[server]\ntrusted_proxies = ["::1", "unix"]', {}, ("::1", "unix")),
        (
            "",
            {"NEXUSGPT_BRIDGE_SERVER__TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8 unix"},
            ("127.0.0.1", "10.0.0.0/8", "unix"),
        ),
    ],
    ids=["nobody", "a list", "a variable"],
)
def test_only_named_proxies_are_believed(
    loaded: Load, tables: str, environ: dict[str, str], proxies: tuple[str, ...]
) -> None:
    """In a variable, there are commas or spaces between them."""
    assert loaded(tables, **environ).settings.server.trusted_proxies == proxies


def test_the_settings_say_whom_to_believe(loaded: Load) -> None:
    """As the server asks: the peer of a connection, and what it says."""
    proxies = loaded('[server]\ntrusted_proxies = ["10.0.0.0/8"]').settings.server.proxies

    assert proxies.caller("10.1.2.3", ["203.0.113.7"]) == "203.0.113.7"
    assert proxies.caller("192.0.2.1", ["203.0.113.7"]) == "192.0.2.1"


@pytest.mark.parametrize(
    ("secrets", "places"),
    [
        ("new\nold", {b"new": 1, b"old": 2}),
        ("café\nold", {b"caf\xc3\xa9": 1, b"caf\xe9": 1, b"old": 2}),
        ("same\nsame\nold", {b"same": 1, b"old": 3}),
    ],
)
def test_a_secret_is_known_by_its_place(
    loaded: Load, secrets: str, places: dict[bytes, int]
) -> None:
    """In whatever bytes it comes; one that stands there twice counts where it comes first."""
    verification = loaded(NEXUSGPT_BRIDGE_NEXUSGPT__SECRETS=secrets).settings.nexusgpt.verification

    assert dict(zip(verification.secrets, verification.places, strict=True)) == places
    assert verification.count == max(places.values())
