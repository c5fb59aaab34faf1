"""The agents of the demo, as NexusGPT's wire introduces them. No I/O."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent of the demo, in the words of NexusGPT's wire."""

    id: str
    first_name: str
    last_name: str
    role: str

    def wire(self) -> dict[str, str]:
        """Return what the webhook says of the agent."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "role": self.role,
        }


MAX = Agent(
    id="fa9640f5-5821-40bf-9917-a9a114063590",
    first_name="Max",
    last_name="Evans",
    role="Support agent",
)
ADA = Agent(
    id="0b6d1f6e-9a55-4c47-b1f2-7f2f6f2f9d01", first_name="Ada", last_name="Moore", role="Analyst"
)
KEI = Agent(
    id="77f0c1d2-23aa-4d0e-8f4c-1b7f0a4e5c02",
    first_name="Kei",
    last_name="Tanaka",
    role="Release manager",
)
SAM = Agent(
    id="2c9e0b57-8d0f-4b3c-9a51-52d1c1a0e303", first_name="Sam", last_name="Ortiz", role="Watchman"
)
