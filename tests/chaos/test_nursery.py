"""Lives begin and end as they are told to."""

import asyncio
import signal
from pathlib import Path

from tests.chaos.nursery import nursery
from tests.chaos.planting import Kill
from tests.chaos.stories import address
from tests.chaos.victim import Order

CONFIG = """\
[server]
listen = "127.0.0.1:0"
[admin]
listen = "127.0.0.1:0"
[nexusgpt]
allow_unverified = true
[store]
url = "sqlite:///{store}"
[destinations.support]
platform = "slack"
webhook_url = "http://127.0.0.1:9/never"
[[routes]]
to = "support"
"""


def _order(tmp_path: Path, *arguments: str, point: str | None = None) -> Order:
    kill = Kill(point=point, nth=1) if point else None
    return Order(arguments=arguments, log=str(tmp_path / "log"), kill=kill)


async def test_a_life_ends_with_the_exit_code_of_its_command(tmp_path: Path) -> None:
    """And what it said stands in its log."""
    async with nursery() as there:
        fine = await (await there.begin(_order(tmp_path, "--version"))).end()
        wrong = await (await there.begin(_order(tmp_path, "serve", "--config", "nowhere"))).end()

    assert (fine, wrong) == (0, 2)
    assert "nowhere" in (tmp_path / "log").read_text()


async def test_a_life_that_can_not_begin_says_why(tmp_path: Path) -> None:
    """With an exit code that is none of the bridge's."""
    async with nursery() as there:
        code = await (await there.begin(_order(tmp_path, "--version", point="nowhere"))).end()

    assert code == 70
    assert "KeyError" in (tmp_path / "log").read_text()


async def test_lives_that_are_begun_together_are_not_mixed_up(tmp_path: Path) -> None:
    """Each is who asked for it."""
    async with nursery() as there:
        orders = [_order(tmp_path, "--version"), _order(tmp_path, "no-such-command")] * 4
        lives = await asyncio.gather(*map(there.begin, orders))
        codes = [await life.end() for life in lives]

    assert codes == [0, 2] * 4


async def test_what_lives_on_is_killed_at_the_end(tmp_path: Path) -> None:
    """No process outlives its nursery; until then, each hears the signals that it is sent."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(store=tmp_path / "bridge.db"))
    log = tmp_path / "log"
    async with nursery() as there:
        obedient = await there.begin(_order(tmp_path, "serve", "--config", str(config)))
        await address(log)
        obedient.send(signal.SIGTERM)
        assert await obedient.end() == 0
        obedient.send(signal.SIGTERM)  # it goes nowhere
        log.unlink()
        left = await there.begin(_order(tmp_path, "serve", "--config", str(config)))
        await address(log)

    assert left.ended.result() == -signal.SIGKILL
