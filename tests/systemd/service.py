"""The service in the machine, as its operator and its callers see it: `Service`."""

import asyncio
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import ClassVar

import aiohttp

from bridge.sandbox import Sandbox
from tests.systemd.machine import Machine

UNIT = "nexusgpt-bridge"
CONFIG = "/etc/nexusgpt-bridge/config.toml"
CREDENTIALS = "/etc/nexusgpt-bridge/credentials"
WAIT_SECONDS = 30.0
#: made up, and to be seen nowhere but in its credential
SECRET = "a-secret-for-nexusgpt"
TOKEN = "xoxb-sandbox"
#: as an operator may do with `systemctl edit`: what takes a minute takes seconds here
HASTE = "[Service]\nWatchdogSec=3s\nRestartSec=1s\n"

_CONFIG = """\
[server]
listen = "127.0.0.1:{port}"
[nexusgpt]
header = "nexus-signature"
[admin]
listen = "127.0.0.1:{admin}"
[store]
url = "sqlite:////var/lib/nexusgpt-bridge/bridge.db"
[slack]
api_url = "{api_url}"
posts_per_second = 1000
[delivery]
retry_first = "50ms"
retry_longest = "200ms"
[outbound]
answer_timeout = "3s"
[destinations.support]
platform = "slack"
channel = "{channel}"
[[routes]]
to = ["support"]
"""


class Service:
    """Has the same two ports as long as the machine runs; what it posts goes to a sandbox."""

    _ports: ClassVar[list[int]] = []

    def __init__(self, machine: Machine, sandbox: Sandbox) -> None:
        self.machine = machine
        self.sandbox = sandbox
        self._since = time.time()
        if not Service._ports:
            Service._ports += _free_ports(2)
        public, admin = Service._ports
        self.url = f"http://127.0.0.1:{public}/webhooks/nexusgpt"
        self.admin_url = f"http://127.0.0.1:{admin}"

    async def configure(self, channel: str = "C1") -> None:
        """Write the config, and each secret into its file."""
        await self.machine.run(f"rm -f {CREDENTIALS}/*")
        # By its name, so that the sandbox has to let it look one up.
        slack = self.sandbox.slack_api_url.replace("127.0.0.1", "localhost")
        text = _CONFIG.format(
            port=Service._ports[0],
            admin=Service._ports[1],
            api_url=slack,
            channel=channel,
        )
        self.machine.write(CONFIG, text)
        self.machine.write(f"{CREDENTIALS}/nexusgpt__secrets", f"{SECRET}\n", mode=0o600)
        self.machine.write(f"{CREDENTIALS}/slack__token", f"{TOKEN}\n", mode=0o600)

    async def clear(self) -> None:
        """Stop it, and leave of it what is installed."""
        await self.machine.run(
            f"cd /etc/systemd/system; systemctl stop {UNIT}.service;"
            f" for unit in $(ls | grep '^{UNIT}.*socket$' || true); do"
            f" systemctl disable -q --now $unit; rm $unit; done;"
            f" rm -rf {UNIT}.service.d /var/lib/private/{UNIT}; systemctl daemon-reload;"
            f" systemctl reset-failed"
        )

    async def shown(self, *names: str) -> Mapping[str, str]:
        """What systemd knows of the unit."""
        properties = ",".join(names)
        lines = await self.machine.run(f"systemctl show {UNIT} --property={properties}")
        return dict(line.split("=", 1) for line in lines.splitlines())

    async def wait(self, name: str, value: str) -> None:
        """Wait until a property of the unit has the value in it."""
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        while value not in (shown := await self.shown(name))[name]:
            assert asyncio.get_running_loop().time() < deadline, (shown, await self.journal())
            await asyncio.sleep(0.1)

    async def wait_status(self, text: str) -> None:
        """Wait until `systemctl status` shows a text."""
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        while text not in (said := await self.machine.attempt(f"systemctl status {UNIT}")).text:
            assert asyncio.get_running_loop().time() < deadline, said.text
            await asyncio.sleep(0.1)

    async def wait_logged(self, text: str, *, times: int = 1) -> None:
        """Wait until the journal of this test has a text in it."""
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        while (journal := await self.journal()).count(text) < times:
            assert asyncio.get_running_loop().time() < deadline, journal
            await asyncio.sleep(0.1)

    async def journal(self) -> str:
        """All that the unit has logged since this test began, and systemd about it."""
        return await self.machine.run(
            f"journalctl --sync && journalctl --unit={UNIT} --output=cat --no-pager"
            f" --since=@{self._since}"
        )

    async def main_pid(self) -> int:
        """The process number of the bridge inside the machine."""
        return int((await self.shown("MainPID"))["MainPID"])

    async def send(self, *names: str) -> list[int]:
        """Send an event each, one after the other; return the statuses of the answers."""
        async with aiohttp.ClientSession() as session:
            return [await self.send_one(session, name) for name in names]

    async def send_one(self, session: aiohttp.ClientSession, name: str) -> int:
        """Send an event, and return the status of the answer."""
        payload = {"id": name, "chatId": "c1", "content": f"Answer {name}."}
        event = {"event": "MESSAGE_FINALIZED", "payload": payload}
        headers = {"nexus-signature": SECRET}
        async with session.post(self.url, json=event, headers=headers) as response:
            return response.status

    def arrived(self) -> list[str]:
        """The ids of the messages whose posts are in the channels, in order."""
        return [(post.metadata or {})["event_payload"]["message"] for post in self.sandbox.posts]

    async def wait_for(self, count: int) -> list[str]:
        """Wait for posts, and return the ids of their messages."""
        await self.sandbox.wait_for(count, seconds=WAIT_SECONDS)
        return self.arrived()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [server.getsockname()[1] for server in servers]
