"""`systemctl reload`: a good config at once, a bad one never."""

import pytest

from tests.systemd.service import CONFIG, UNIT, Service

pytestmark = pytest.mark.systemd


async def test_good_config_applies_at_once(service: Service) -> None:
    """After a reload new events go by the new config, in the same process."""
    pid = await service.main_pid()
    await service.send("m1")
    await service.configure(channel="C2")
    await service.machine.run(f"systemctl reload {UNIT}")
    await service.wait_logged("event=reloaded")
    await service.send("m2")
    await service.wait_for(2)

    assert [post.channel for post in service.sandbox.posts] == ["C1", "C2"]
    assert await service.main_pid() == pid


async def test_bad_config_is_refused_with_its_sentence(service: Service) -> None:
    """The reload fails, `systemctl status` shows why and where, and the bridge goes on as before."""
    pid = await service.main_pid()
    await service.machine.run(f"echo 'chanel = \"C1\"' >> {CONFIG}")
    reload = await service.machine.attempt(f"systemctl reload {UNIT}")
    status = await service.machine.run(f"systemctl status {UNIT}")

    assert reload.code == 1
    assert "active (running)" in status
    assert 'unknown key "chanel"' in status
    assert f"{CONFIG}:" in status
    assert await service.main_pid() == pid
    assert await service.send("m1") == [202]
    assert await service.wait_for(1) == ["m1"]


async def test_signal_alone_refuses_a_bad_config_too(service: Service) -> None:
    """Who sends SIGHUP by hand finds the sentence in the status line, until a config is good again."""
    await service.machine.run(f"echo 'chanel = \"C1\"' >> {CONFIG}")
    await service.machine.run(f"systemctl kill --signal=HUP {UNIT}")
    await service.wait("StatusText", "config not reloaded: ")
    refused = await service.shown("ActiveState", "StatusText")
    await service.configure()
    await service.machine.run(f"systemctl reload {UNIT}")
    await service.wait("StatusText", "nothing pending")

    assert refused["ActiveState"] == "active"
    assert 'unknown key "chanel"' in refused["StatusText"]
    assert "config not reloaded" not in (await service.shown("StatusText"))["StatusText"]


@pytest.mark.usefixtures("haste")
async def test_bad_config_at_the_start_is_tried_until_it_is_good(service: Service) -> None:
    """A start with a wrong config fails with its sentence; when it is right, the service comes by itself."""
    await service.machine.run(f"systemctl stop {UNIT} && echo 'chanel = \"C1\"' >> {CONFIG}")
    start = await service.machine.attempt(f"systemctl start {UNIT}")
    await service.wait_status('unknown key "chanel"')
    await service.configure()
    await service.wait("ActiveState", "active")

    assert start.code == 1
    assert await service.send("m1") == [202]
