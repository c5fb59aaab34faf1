"""Every metric that the README tells of exists and moves, and there is no other."""

import io
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.metrics import Metrics
from bridge.metrics.incoming import ANSWERS, MISMATCHES
from bridge.metrics.outgoing import OUTCOMES, REASONS
from bridge.sandbox import Sandbox
from tests.conftest import TOKEN, WEBHOOK_TOKEN
from tests.programs import README, snippet
from tests.watched import PREFIX, SECRETS, much_happens, watched


def _documented() -> dict[str, tuple[str, set[str], str]]:
    """Return type, labels and explanation of each metric of the README."""
    table = README.partition("<!-- metrics -->\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]
    return {
        name.strip("`"): (kind, set(re.findall("`([a-z]+)`", labels)), text)
        for name, kind, labels, text in rows
    }


def _exported() -> dict[str, tuple[str, set[str]]]:
    """Return type and labels of each metric of ours, as a scraper finds them."""
    metrics = Metrics()
    metrics.expect(["support"])
    metrics.queue.tell({}, ())
    exported = {}
    for family in text_string_to_metric_families(metrics.exposition("")[0].decode()):
        if family.name.startswith(PREFIX):
            labels = {label for sample in family.samples for label in sample.labels} - {"le"}
            suffix = "_total" if family.type == "counter" else ""
            exported[family.name + suffix] = (family.type, labels)
    return exported


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    """By name and type; the labels are those that figures have."""
    documented, exported = _documented(), _exported()

    assert documented.keys() == exported.keys()
    for name, (kind, labels) in exported.items():
        assert documented[name][0] == kind, name
        assert labels <= documented[name][1], name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("webhooks_total", {result for result, _ in ANSWERS}),
        ("header_mismatches_total", set(MISMATCHES)),
        ("attempts_total", set(OUTCOMES)),
        ("retries_total", set(REASONS)),
    ],
)
def test_every_value_of_a_label_is_documented(name: str, values: set[str]) -> None:
    """A rule can be written without a look into the code."""
    told = set(re.findall("`([a-z_]+)`", _documented()[PREFIX + name][2]))

    assert values == told


async def test_every_metric_moves(sandbox: Sandbox, tmp_path: Path) -> None:
    """After a day with all that can happen, each of them has another figure than at the start."""
    async with watched(tmp_path, sandbox) as bridge:
        before = await bridge.figures()
        await much_happens(bridge, sandbox)
        after = await bridge.figures()
        sandbox.discord.faults.clear()
    moved = {name for (name, labels), value in after.items() if before.get((name, labels)) != value}
    still = {
        name
        for name, (kind, _, _) in _documented().items()
        if (f"{name}_count" if kind == "histogram" else name) not in moved
    }

    assert still == {f"{PREFIX}build_info"}


async def test_figures_are_those_of_what_happened(sandbox: Sandbox, tmp_path: Path) -> None:
    """By destination, and by nothing that came with a webhook."""
    async with watched(tmp_path, sandbox) as bridge:
        await much_happens(bridge, sandbox)
        figures = await bridge.figures()
        sandbox.discord.faults.clear()
    told = {
        f"{name.removeprefix(PREFIX)} {' '.join(value for _, value in labels)}".strip(): value
        for (name, labels), value in figures.items()
        if value and not re.search("_(bucket|sum|created)$", name)
    }
    expected = {
        "webhooks_total accepted 202": 2,
        "webhooks_total duplicate 200": 1,
        "webhooks_total refused 401": 1,
        "accept_seconds_count": 2,
        "header_mismatches_total wrong": 1,
        "secret_hits_total 1": 2,
        "secret_hits_total 2": 1,
        "queue_deliveries ops": 2,
        "parked more": 1,
        "silent": 1,
        "deliveries_total support delivered": 2,
        "deliveries_total alerts delivered": 2,
        "attempts_total alerts unknown": 1,
        "attempts_total support rejected": 1,
        "form_changes_total support rich_text": 1,
        "retries_total alerts answer_lost": 1,
        "retries_total more destination_gone": told["attempts_total more rejected"],
        "retries_total ops asked_to_wait": told["attempts_total ops unavailable"],
        "parts_in_doubt_total alerts": 1,
    }

    assert told.items() >= expected.items()
    assert told["queue_oldest_age_seconds ops"] >= 9 * 3600
    assert told["commit_changes_count"] > 2


async def test_no_stranger_adds_a_figure(sandbox: Sandbox, tmp_path: Path) -> None:
    """Whatever is sent, with the secret or without it, the figures are the same ones."""
    async with watched(tmp_path, sandbox) as bridge:
        await bridge.post(id="m0")
        before = (await bridge.figures()).keys()
        for number in range(20):
            name = f"stranger-{number}"
            await bridge.post(id=name, chatId=name, virtualSenderId=name, type=name)
            await bridge.post(id=name, secret=name, senderType=name)
            url = bridge.bridge.url.replace("/webhooks", f"/{name}")
            await bridge.session.get(url, headers={"Host": name, "X-Forwarded-For": name})
        after = (await bridge.figures()).keys()

    assert before == after


async def test_no_secret_is_measured(sandbox: Sandbox, tmp_path: Path, lines: io.StringIO) -> None:
    """Neither ours nor one that somebody tries, and nothing of what a message says."""
    async with watched(tmp_path, sandbox) as bridge:
        await much_happens(bridge, sandbox)
        await bridge.post(id="m9", secret="tried-by-a-stranger", content="between us")
        text = await bridge.text()
        sandbox.discord.faults.clear()

    for secret in (*SECRETS, TOKEN, WEBHOOK_TOKEN, "tried-by-a-stranger", "between us", "m9"):
        assert secret not in text


def test_alerts_ask_for_metrics_that_exist() -> None:
    """A rule with a wrong name never fires."""
    asked = set(re.findall(rf"{PREFIX}\w+", snippet("yaml", "alerts")))

    assert asked
    assert asked <= _exported().keys()
