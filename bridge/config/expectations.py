"""[[tests]]: where the operator expects a message to go; run by `check`. No I/O."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

from bridge.config.sections import Section
from bridge.events import Agent, File, Kind, Message


class TestMessage(Section):
    """The message of a [[tests]] entry: only what the conditions look at."""

    __test__ = False  # pytest takes a class of this name for a test

    agent: str | None = None
    role: str | None = None
    chat: str = "test"
    content: str = ""
    kind: Kind = Kind.REPLY
    files: bool = False

    def message(self, agents: Mapping[str, Agent]) -> Message:
        """Return a message to route: `agent` stands for an id and for a name alike."""
        known = agents.get(self.agent or "", Agent())
        return Message(
            id="test",
            chat_id=self.chat,
            agent=Agent(id=self.agent, name=known.name or self.agent, role=self.role or known.role),
            content=self.content,
            kind=self.kind,
            files=(File(name="test"),) if self.files else (),
        )


class RouteTest(Section):
    """[[tests]]: where a message has to go; run by `check`."""

    message: TestMessage
    to: Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]
