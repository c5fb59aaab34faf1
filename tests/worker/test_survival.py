"""Nothing but a stop ends a lane."""

from typing import Any

from tests.worker.conftest import House


class _Faulty:
    """A store with a fault of ours in it, once."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._is_faulty = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim(self, destination: str) -> Any:
        """Fail the first time as no store should."""
        if self._is_faulty:
            self._is_faulty = False
            raise KeyError(destination)
        return await self._store.claim(destination)


async def test_a_fault_nobody_thought_of_is_logged_and_survived(house: House) -> None:
    """Whatever goes wrong in a lane is logged with its place, and the lane goes on."""
    await house.accept("m1", "support")
    house.store = _Faulty(house.store)
    await house.work_off("support")

    assert house.history() == [("m1", "delivered", "")]
    assert (
        'event=internal_error destination=support error="KeyError at test_survival.py:'
        in house.lines.getvalue()
    )
