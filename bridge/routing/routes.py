"""The rows of the routing table, as the config writes them. No I/O."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from bridge.events import Kind
from bridge.routing.patterns import compile_pattern


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Patterns = Annotated[tuple[str, ...] | None, BeforeValidator(_as_tuple), Field(min_length=1)]
Kinds = Annotated[tuple[Kind, ...] | None, BeforeValidator(_as_tuple), Field(min_length=1)]


class Conditions(BaseModel):
    """The keys of `match` or `unless`: all given ones must hold; a list means any of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: the chat's id
    chat: Patterns = None
    #: the agent's id or name
    agent: Patterns = None
    #: the agent's role
    role: Patterns = None
    #: the text of the message
    content: Patterns = None
    #: what the message is: reply, plan or notification
    kind: Kinds = None
    #: whether it has files
    files: bool | None = None

    @field_validator("chat", "agent", "role", "content")
    @classmethod
    def _compiles(cls, texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for text in texts or ():
            try:
                compile_pattern(text)
            except ValueError as error:
                raise PydanticCustomError(
                    "pattern",
                    'has a bad regular expression "{text}": {detail} '
                    "(RE2 syntax: no look-around, no back-references)",
                    {"text": text, "detail": str(error)},
                ) from None
        return texts


class Route(BaseModel):
    """A row of the routing table."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: what explanations and logs call it; without one it is called by its place
    name: str | None = Field(default=None, min_length=1)
    #: conditions that must all hold; none: every message matches
    match: Conditions = Conditions()
    #: conditions that take the route out if they all hold; none: nothing does
    unless: Conditions = Conditions()
    #: the names of destinations
    to: Annotated[tuple[str, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
    #: whether the routes below are looked at after this one has matched
    continues: bool = Field(default=False, alias="continue")

    def title(self, place: int) -> str:
        """Return its name, or its place in the table counted from 1, e.g. "route 2"."""
        return self.name or f"route {place}"
