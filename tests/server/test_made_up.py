"""Bodies that a machine makes up: whatever comes, the server answers."""

import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.messages import make_body, make_payload
from tests.server.conftest import Caller
from tests.server.wire import VERIFIED, connected

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
EVENTS = st.builds(
    lambda event, key, value: json.dumps(
        {"event": event, "payload": make_payload(**{key: value})}
    ).encode("utf-8", "surrogatepass"),
    st.sampled_from(["MESSAGE_FINALIZED", "OTHER"]) | JSON,
    st.sampled_from([*make_payload()]),
    JSON,
)


def _mutated(seed: int) -> bytes:
    """A webhook with some of its bytes changed, doubled or left out."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable on purpose
    body = bytearray(make_body())
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(body))
        body[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(body)


BODIES = st.one_of(
    st.binary(max_size=200),
    st.integers(0, 2**32).map(_mutated),
    JSON.map(lambda value: json.dumps(value).encode()),
    EVENTS,
)


async def test_no_body_makes_the_server_fail(caller: Caller) -> None:
    """A thousand made-up bodies over one connection: each gets an answer, none a 5xx."""
    bodies: list[bytes] = []

    @settings(
        max_examples=1_000,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(BODIES)
    def collect(body: bytes) -> None:
        bodies.append(body)

    collect()
    async with connected(caller) as wire:
        for body in bodies:
            wire.head(VERIFIED, f"Content-Length: {len(body)}")
            wire.write(body)
            status, answer = await wire.answer()
            assert 200 <= status < 500, body
            assert isinstance(json.loads(answer), dict)
    assert len(bodies) >= 1_000
    assert (await caller.post(make_body(id="after all")))[0] == 202
