"""From nothing to a running service by the words of the README, and what it may do there."""

import re

import aiohttp
import pytest

from bridge.sandbox import Hang, SlackError
from tests.systemd.readme import ROOT, commands
from tests.systemd.service import CREDENTIALS, SECRET, TOKEN, UNIT, Service

pytestmark = pytest.mark.systemd


async def test_three_commands_and_it_runs(service: Service) -> None:
    """Installed, configured and enabled as the README says, it is ready, tells its state, and posts."""
    shown = await service.shown("ActiveState", "StatusText", "UnitFileState", "Type")
    statuses = await service.send("m1")

    assert shown == {
        "ActiveState": "active",
        "StatusText": "nothing pending",
        "UnitFileState": "enabled",
        "Type": "notify",
    }
    assert statuses == [202]
    assert await service.wait_for(1) == ["m1"]


async def test_unit_is_clean_and_its_exposure_low(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """`systemd-analyze` finds nothing wrong with the unit; the exposure is at most 1.5, and the README's."""
    unit = f"/etc/systemd/system/{UNIT}.service"
    verified = await service.machine.run(f"systemd-analyze verify {unit}")
    secure = await service.machine.run(f"systemd-analyze security --offline=true {unit} | tail -1")
    found = re.search(r"level for \S+: ([\d.]+)", secure)
    with capsys.disabled():
        print(f"\n{secure}")  # noqa: T201 # for who reads what .ci/run says

    assert verified == ""
    assert found is not None, secure
    assert float(found[1]) <= 1.5
    assert f"gives it {found[1]} of 10" in (ROOT / "README.md").read_text()


async def test_nothing_is_left_to_do(service: Service) -> None:
    """For a config without secrets in it, in a place that the service sees, `unit` has no advice."""
    assert "to do" not in await service.machine.run("nexusgpt-bridge unit 2>&1")


async def test_only_the_service_can_read_its_credentials(service: Service) -> None:
    """The files are its made-up user's alone; nobody else, and nothing systemd tells, has a secret."""
    machine, pid = service.machine, await service.main_pid()
    place = f"/run/credentials/{UNIT}.service"
    stat = await machine.run(f"stat -c %a:%u {place} {place}/slack__token /proc/{pid}")
    as_nobody = "setpriv --reuid=65534 --clear-groups cat"
    theirs = [
        await machine.attempt(f"{as_nobody} {path}")
        for path in (f"{place}/slack__token", f"{CREDENTIALS}/slack__token", f"/proc/{pid}/environ")
    ]
    told = await machine.run(
        f"systemctl show {UNIT}; systemctl cat {UNIT}; systemctl status {UNIT};"
        f" journalctl --unit={UNIT} --no-pager; tr '\\0' '\\n' < /proc/{pid}/environ; ps axww 2>&1 || true"
    )
    modes = [line.split(":")[0] for line in stat.splitlines()]
    users = {line.split(":")[1] for line in stat.splitlines()}

    assert modes[:2] == ["500", "400"]
    assert len(users) == 1
    assert users != {"0"}
    assert [each.code for each in theirs] == [1, 1, 1]
    assert all("Permission denied" in each.text for each in theirs)
    assert SECRET not in told
    assert TOKEN not in told


async def test_commands_work_in_roots_shell(service: Service) -> None:
    """Without a word about it, the commands find the config, the secrets and the store of the service."""
    service.sandbox.slack.faults.always("C1", SlackError("msg_too_long"))
    await service.send("m1")
    await service.wait_logged("event=dead")
    said = await service.machine.run(commands("service-shell") + "nexusgpt-bridge show m1")

    assert "is well-formed" in said
    assert "msg_too_long" in said


async def test_root_leaves_nothing_that_the_service_cannot_write(service: Service) -> None:
    """What root asks for while the service is stopped is in its store, and does not lock it out."""
    service.sandbox.slack.faults.always("C1", SlackError("msg_too_long"))
    await service.send("m1")
    await service.wait_logged("event=dead")
    service.sandbox.slack.faults.clear()
    await service.machine.run(f"systemctl stop {UNIT}")
    shell = commands("service-shell")
    await service.machine.run(f"{shell} nexusgpt-bridge replay --cause msg_too_long")
    await service.machine.run(f"systemctl start {UNIT}")

    assert await service.wait_for(1) == ["m1"]
    assert await service.send("m2") == [202]
    assert await service.wait_for(2) == ["m1", "m2"]


async def test_commands_of_every_day(service: Service) -> None:
    """Each command that the README names for daily use works as it stands there."""
    said = await service.machine.run(commands("service-care"))

    assert "active (running)" in said


@pytest.mark.usefixtures("haste")
async def test_status_tells_the_queue_and_what_is_parked(service: Service) -> None:
    """A channel that is gone shows in the line of `systemctl status`, with what waits for it."""
    service.sandbox.slack.faults.always("C1", SlackError("channel_not_found"))
    await service.send("m1", "m2")
    await service.wait("StatusText", "slack support parked")

    assert (await service.shown("StatusText"))["StatusText"].startswith("2 pending, oldest ")


async def test_journal_knows_what_is_important(service: Service) -> None:
    """What may need a look is found by its priority, and what happens every day is not."""
    await service.send("m1")
    async with aiohttp.ClientSession() as session, session.post(service.url) as response:
        assert response.status == 401
    await service.wait_logged("event=refused")
    warnings = await service.machine.run(
        f"journalctl --unit={UNIT} --priority=warning --output=cat"
    )

    assert "event=refused" in warnings
    assert "event=accepted" not in warnings
    assert "event=accepted" in await service.journal()


async def test_stop_lets_a_post_under_way_end(service: Service) -> None:
    """A stop while Slack is silent is over within the unit's time, with success, and loses nothing."""
    service.sandbox.slack.faults.add("C1", Hang(accepted=True))
    assert await service.send("m1", "m2") == [202, 202]
    await service.wait_for(1)
    await service.machine.run(f"systemctl stop {UNIT}")
    shown = await service.shown("ActiveState", "Result", "ExecMainStatus")
    await service.machine.run(f"systemctl start {UNIT}")

    assert shown == {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}
    # The answer to the first was lost, so that it comes again: rather twice than never.
    assert await service.wait_for(3) == ["m1", "m1", "m2"]
