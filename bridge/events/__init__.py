"""What NexusGPT tells us: `read` turns the body of a webhook into an `Event`. No I/O.

Their wire is read leniently: only the ids of a message and its chat are required, ids are opaque
strings, unknown fields are fine, and a field of an unexpected shape counts as left out. What the
wire means is described on https://docs.gpt.nexus/webhooks and https://docs.gpt.nexus/messages.
"""

from bridge.events.messages import Agent, Event, File, Kind, Message, introduce
from bridge.events.reading import MAX_ID_CHARS, MAX_PLAN_DEPTH, MESSAGE_FINALIZED, PROBE, read

__all__ = [
    "MAX_ID_CHARS",
    "MAX_PLAN_DEPTH",
    "MESSAGE_FINALIZED",
    "PROBE",
    "Agent",
    "Event",
    "File",
    "Kind",
    "Message",
    "introduce",
    "read",
]
