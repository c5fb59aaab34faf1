"""A message is rendered once for all destinations that it looks the same at."""

from typing import Any

import pytest

from bridge import worker
from bridge.deliveries import Form
from bridge.events import Agent, Message
from bridge.rendering import Post, render
from bridge.worker.renderings import MAX_REMEMBERED, Rendering, Renderings
from tests.worker.conftest import House

LONG = "A sentence of a long answer. " * 100


@pytest.fixture(name="rendered")
def _rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The platforms of all renderings."""
    platforms: list[str] = []

    def counted(message: Any, destination: Any, **options: Any) -> tuple[Post, ...]:
        platforms.append(destination.platform)
        return render(message, destination, **options)

    monkeypatch.setattr(worker.renderings, "render", counted)
    return platforms


@pytest.mark.parametrize("content", ["short", LONG])
async def test_destinations_that_look_the_same_share_a_rendering(
    house: House, rendered: list[str], content: str
) -> None:
    """However many channels and webhooks there are; each platform has a look of its own."""
    await house.accept("m1", "ops", "more", "support", content=content)
    await house.work_off("ops", "more", "support")

    assert sorted(rendered) == ["discord", "slack"]
    assert {state for _, state, _ in house.history()} == {"delivered"}


async def test_destinations_that_look_different_don_t(house: House, rendered: list[str]) -> None:
    """A setting that changes the posts makes a rendering of its own."""
    house.destinations["more"] = house.destinations["more"].model_copy(update={"max_parts": 3})
    await house.accept("m1", "ops", "more")
    await house.work_off("ops", "more")

    assert rendered == ["discord", "discord"]


async def test_only_the_latest_are_remembered(house: House, rendered: list[str]) -> None:
    """A lane that is far behind renders again: memory does not grow with the backlog."""
    renderings = Renderings()
    for number in (*range(MAX_REMEMBERED + 1), MAX_REMEMBERED, 0):
        message = Message(id="m", chat_id="c", agent=Agent(), content="Hello")
        told = Rendering(number=number, message=message, form=Form(), revision=0, route="")
        await renderings.posts(told, house.destinations["ops"])

    assert len(rendered) == MAX_REMEMBERED + 2
