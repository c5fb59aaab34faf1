"""`send`: one marked test message, by the way of every message."""

from pathlib import Path
from urllib.parse import urlsplit

from bridge.sandbox import DiscordChannel, Sandbox, ServerError, SlackToken
from tests.cli.conftest import Run
from tests.network import COMPANY_CA, PLATFORM, behind_tls, proxy
from tests.threads import beside


def test_it_posts_a_marked_message(run: Run, config: Path, sandbox: Sandbox) -> None:
    """One post arrives, says that it is a test, and the platform's answer is told."""
    result = run("send", "support", "--config", config)

    assert result.exit_code == 0, result.stderr
    (post,) = sandbox.posts
    assert "test message" in post.text
    assert post.username == "nexusgpt-bridge"
    assert result.stdout == f"support: accepted, post {post.id} in C024BE91L\n"


def test_text_can_be_given(run: Run, config: Path, sandbox: Sandbox) -> None:
    """A text of one's own is posted with the mark in its header."""
    assert run("send", "ops", "Bonjour *à tous*", "--config", config).exit_code == 0

    (post,) = sandbox.posts
    assert "Bonjour *à tous*" in post.text
    assert "test message" in post.text


def test_incoming_webhook_has_no_id(run: Run, config: Path) -> None:
    """An incoming webhook tells no id of the post."""
    result = run("send", "alerts", "--config", config)

    assert result.stdout == "alerts: accepted, post without an id\n"


def test_refusal_is_told_with_its_reason(run: Run, config: Path, sandbox: Sandbox) -> None:
    """A destination that refuses ends with exit code 1, the reason, and no secret."""
    sandbox.slack.put(SlackToken(error="token_revoked"))
    result = run("send", "support", "--config", config)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "support: Slack says token_revoked: install the app again and set its new token\n"
    )


def test_it_is_tried_only_once(run: Run, config: Path, sandbox: Sandbox) -> None:
    """A platform that fails is not asked again: a person is waiting for the answer."""
    sandbox.discord.faults.always("199737254929760256", ServerError())
    result = run("send", "ops", "--config", config)

    assert result.exit_code == 1
    assert result.stderr == "ops: Discord failed (HTTP 503)\n"
    assert len(sandbox.calls) == 1


def test_every_step_down_is_told(run: Run, config: Path, sandbox: Sandbox) -> None:
    """A message that passes only in another form tells the refusal and the acceptance."""
    sandbox.slack.put(SlackToken(scopes=frozenset({"chat:write"})))
    result = run("send", "support", "--config", config)

    assert result.exit_code == 0
    assert "chat:write.customize" in result.stderr
    assert result.stdout.startswith("support: accepted")


def test_unknown_destination_is_named(run: Run, config: Path) -> None:
    """A name that the config does not have ends with 2 and the nearest one."""
    result = run("send", "suport", "--config", config)

    assert result.exit_code == 2
    assert result.stderr == (
        f'there is no destination "suport" in {config}; did you mean "support"?\n'
    )


def test_removed_webhook_says_what_to_do(run: Run, config: Path, sandbox: Sandbox) -> None:
    """A webhook that is gone says so, and what to do."""
    sandbox.discord.put(DiscordChannel(id="199737254929760256", name="ops", webhook=False))
    result = run("send", "ops", "--config", config)

    assert result.exit_code == 1
    assert "code 10015): the webhook was removed: make a new one" in result.stderr


def test_it_goes_out_as_the_posts_do(run: Run, config: Path, sandbox: Sandbox) -> None:
    """Through the proxy of [outbound], with its authorities."""
    port = urlsplit(sandbox.url).port or 0
    with beside(behind_tls(port)) as tls, beside(proxy(tls)) as gateway:
        text = config.read_text().replace(sandbox.url, f"https://{PLATFORM}")
        way = f'proxy = "http://127.0.0.1:{gateway.port}"\nca_file = "{COMPANY_CA}"'
        config.write_text(f"{text}\n[outbound]\n{way}\n")
        result = run("send", "support", "--config", config)

    assert result.exit_code == 0, result.output
    assert len(sandbox.posts) == 1
    assert gateway.asked == [f"{PLATFORM}:443"]
