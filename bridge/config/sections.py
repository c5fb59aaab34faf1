"""What every table of the config has in common. No I/O."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the config: unknown keys are errors, and errors don't show what was written."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
