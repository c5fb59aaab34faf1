"""A credential beats the environment, which beats the file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.config import find
from bridge.errors import ConfigError
from tests.config.conftest import BASE, Load

TOKEN = '[slack]\ntoken = "from the file"\n'
Credentials = Callable[..., dict[str, str]]


def token_of(loaded: Load, tables: str = "", **environ: str) -> str | None:
    """Return the Slack token that a config ends up with."""
    token = loaded(tables, **environ).settings.slack.token
    return None if token is None else token.get_secret_value()


def test_a_credential_beats_the_environment_beats_the_file(
    loaded: Load, credentials: Credentials
) -> None:
    """The nearer to the running service, the stronger."""
    variable = {"NEXUSGPT_BRIDGE_SLACK__TOKEN": "from the environment"}
    directory = credentials(slack__token="from a credential\n")

    assert token_of(loaded) is None
    assert token_of(loaded, TOKEN) == "from the file"
    assert token_of(loaded, TOKEN, **variable) == "from the environment"
    assert token_of(loaded, TOKEN, **variable, **directory) == "from a credential"
    assert token_of(loaded, **directory) == "from a credential"


@pytest.mark.parametrize(
    "name",
    [
        "NEXUSGPT_BRIDGE_DESTINATIONS__MY_OPS__WEBHOOK_URL",
        "NEXUSGPT_BRIDGE_DESTINATIONS__My-Ops__WEBHOOK_URL",
        "NEXUSGPT_BRIDGE_destinations__my_ops__webhook_url",
    ],
)
def test_a_variable_is_named_for_the_path_of_its_key(loaded: Load, name: str) -> None:
    """Neither case nor the difference of "-" and "_" counts, so that every shell can set it."""
    base = BASE.replace("destinations.ops", "destinations.My-Ops").replace('"ops"', '"My-Ops"')
    config = loaded(base=base, **{name: "https://discord.com/api/webhooks/2/new"})

    assert {key: each.address for key, each in config.settings.destinations.items()} == {
        "My-Ops": "webhook 2"
    }


def test_what_the_file_does_not_have_is_in_lower_case(loaded: Load) -> None:
    """A whole table may come from the environment."""
    config = loaded(
        NEXUSGPT_BRIDGE_AGENTS__FA9640F5__NAME="Max",
        NEXUSGPT_BRIDGE_NEXUSGPT__SECRETS="old\nnew ",
        NEXUSGPT_BRIDGE_DELIVERY__MAX_AGE="2h",
        NEXUSGPT_BRIDGE_SERVER__MAX_BODY_BYTES="2048",
    )

    assert config.settings.known_agents["fa9640f5"].name == "Max"
    assert config.settings.nexusgpt.verification.secrets == (b"old", b"new")
    assert config.settings.delivery.max_age.total_seconds() == 7200
    assert config.settings.server.max_body_bytes == 2048


@pytest.mark.parametrize("yes", ["true", "True", "1", "yes", "on"])
def test_a_variable_can_say_yes(loaded: Load, yes: str) -> None:
    """In the words that are usual in unit files; every check understands the same ones."""
    base = BASE.replace('header = "nexus-signature"\nsecrets = ["a-long-random-secret"]', "")
    config = loaded(base=base, NEXUSGPT_BRIDGE_NEXUSGPT__ALLOW_UNVERIFIED=yes)

    assert config.settings.nexusgpt.allow_unverified is True


def test_lists_come_from_lines(loaded: Load, credentials: Credentials) -> None:
    """One secret per line, as a credential file holds them."""
    config = loaded(**credentials(nexusgpt__secrets="old\r\nnew\n"))

    assert config.settings.nexusgpt.verification.secrets == (b"old", b"new")


def test_credentials_are_beside_the_file_where_systemd_hands_none_over(
    loaded: Load, credentials: Credentials, tmp_path: Path
) -> None:
    """In an operator's shell, the config finds the secrets of the service by itself."""
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials/slack__token").write_text("from the folder")

    assert token_of(loaded, TOKEN) == "from the folder"
    assert token_of(loaded, TOKEN, CREDENTIALS_DIRECTORY="") == "from the folder"
    assert token_of(loaded, **credentials(slack__token="from systemd")) == "from systemd"


@pytest.mark.parametrize(
    "environ",
    [
        {"NEXUSGPT_BRIDGE_SLACK__TOKEN": ""},
        {"NEXUSGPT_BRIDGE_CONFIG": "/elsewhere.toml"},
        {"CREDENTIALS_DIRECTORY": ""},
        {"SLACK__TOKEN": "x", "SERVER": "y", "NEXUSGPT": "z", "nexusgpt_bridge_slack": "x"},
    ],
    ids=str,
)
def test_what_is_empty_or_not_ours_is_not_set(loaded: Load, environ: dict[str, str]) -> None:
    """An empty variable is how a unit file or a shell says "not set"."""
    assert token_of(loaded, TOKEN, **environ) == "from the file"


def test_other_credentials_are_left_alone(loaded: Load, credentials: Credentials) -> None:
    """A unit may carry credentials for other programs; ours have a "__" in their names."""
    directory = credentials(token="x", tls_key="y")
    Path(directory["CREDENTIALS_DIRECTORY"], "slack__token").mkdir()

    assert token_of(loaded, TOKEN, **directory) == "from the file"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {"NEXUSGPT_BRIDGE_SLACK__TOKN": "x"},
            'the variable NEXUSGPT_BRIDGE_SLACK__TOKN: [slack]: unknown key "tokn"; '
            'did you mean "token"?',
        ),
        (
            {"NEXUSGPT_BRIDGE_SLACK": "x"},
            'the variable NEXUSGPT_BRIDGE_SLACK: "slack" must be a table',
        ),
        (
            {"NEXUSGPT_BRIDGE_ROUTES__0__TO": "x"},
            'the variable NEXUSGPT_BRIDGE_ROUTES__0__TO: "routes" is not a table, '
            "so no key of it can be set",
        ),
        (
            {"NEXUSGPT_BRIDGE_DESTINATIONS__NEW__WEBHOOK_URL": "https://x.test/a"},
            "the variable NEXUSGPT_BRIDGE_DESTINATIONS__NEW__WEBHOOK_URL: [destinations.new]: "
            'needs platform = "slack" or platform = "discord"',
        ),
        (
            {"NEXUSGPT_BRIDGE_SERVER__MAX_BODY_BYTES": "9" * 5_000},
            'the variable NEXUSGPT_BRIDGE_SERVER__MAX_BODY_BYTES: [server]: "max_body_bytes" '
            "must be a smaller number",
        ),
        (
            {"NEXUSGPT_BRIDGE_NEXUSGPT__PATH": "/caf\udce9"},
            'the variable NEXUSGPT_BRIDGE_NEXUSGPT__PATH: [nexusgpt]: "path" '
            "must be text in UTF-8",
        ),
        (
            {"CREDENTIALS_DIRECTORY": "/no/such/directory"},
            "$CREDENTIALS_DIRECTORY: /no/such/directory can't be read: No such file or directory",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_a_fault_of_a_variable_names_it(
    loaded: Load, environ: dict[str, str], sentence: str
) -> None:
    """The place of a fault is where the value came from."""
    with pytest.raises(ConfigError) as error:
        loaded(**environ)

    assert error.value.faults == (sentence,)


def test_a_fault_of_a_credential_names_it(loaded: Load, credentials: Credentials) -> None:
    """The credential, not the file that has the same key."""
    with pytest.raises(ConfigError) as error:
        loaded(**credentials(destinations__ops__webhook_url="s3cret"))

    assert error.value.faults == (
        'the credential destinations__ops__webhook_url: [destinations.ops]: "webhook_url" '
        "must begin with https:// (or http://)",
    )


def test_a_credential_that_can_not_be_read_is_told(loaded: Load, credentials: Credentials) -> None:
    """Its content is not shown."""
    directory = credentials(slack__token="")
    Path(directory["CREDENTIALS_DIRECTORY"], "slack__token").write_bytes(b"caf\xe9")

    with pytest.raises(ConfigError) as error:
        loaded(**directory)

    assert error.value.faults == ("the credential slack__token can't be read as UTF-8 text",)


def test_the_file_is_the_option_the_variable_or_the_first_that_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An option beats the variable; without either, the working directory comes first."""
    monkeypatch.chdir(tmp_path)
    environ = {"NEXUSGPT_BRIDGE_CONFIG": "/variable.toml"}

    assert find(Path("/option.toml"), environ) == Path("/option.toml")
    assert find(None, environ) == Path("/variable.toml")
    assert find(None, {"NEXUSGPT_BRIDGE_CONFIG": ""}) == Path("config.toml")
    Path("config.toml").touch()
    assert find(None, {}) == Path("config.toml")
