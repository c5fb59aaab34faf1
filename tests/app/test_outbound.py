"""The way out of a bridge at work is the one that its config names."""

from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bridge.app import running
from bridge.config import load
from bridge.sandbox import Sandbox
from tests.conftest import TOKEN
from tests.messages import make_body
from tests.network import COMPANY_CA, PLATFORM, behind_tls, proxy

CONFIG = """\
[server]
listen = "127.0.0.1:0"
[nexusgpt]
header = "nexus-signature"
secrets = ["shared-secret"]
[store]
url = "sqlite:///{store}"
[slack]
token = "{token}"
api_url = "https://{host}/api/"
[outbound]
proxy = "http://user:password@127.0.0.1:{proxy}"
ca_file = "{ca_file}"
[destinations.support]
platform = "slack"
channel = "C1"
[[routes]]
to = "support"
"""


async def test_posts_go_through_the_proxy_of_the_config(tmp_path: Path, sandbox: Sandbox) -> None:
    """To a platform that only the proxy can find, with a certificate that only the config trusts."""
    port = urlsplit(sandbox.url).port or 0
    async with behind_tls(port) as tls, proxy(tls, login="user:password") as gateway:
        path = tmp_path / "config.toml"
        path.write_text(
            CONFIG.format(
                store=tmp_path / "bridge.db",
                token=TOKEN,
                host=PLATFORM,
                proxy=gateway.port,
                ca_file=COMPANY_CA,
            )
        )
        headers = {"nexus-signature": "shared-secret"}
        async with (
            running(load(path, {})) as bridge,
            aiohttp.ClientSession() as session,
            session.post(bridge.url, data=make_body(), headers=headers) as answer,
        ):
            assert answer.status == 202
            await sandbox.wait_for(1)

    assert gateway.asked == [f"{PLATFORM}:443"]
