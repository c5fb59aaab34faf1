"""What a lane does first about a post that may be there already, where it is to check: `Doubts`."""

from typing import assert_never

from bridge.deliveries import Absent, Accepted, Delivery, Unknown, Unsearchable
from bridge.logs import log
from bridge.retries import RetryPolicy
from bridge.senders import Sender
from bridge.worker.steps import Send, Step
from bridge.worker.work import Work

# Slack shows a post in the channel's history some moments after it has taken it (korotovsky/slack-mcp-server
# pull request 284): what is not there at once may be there after the next wait.
_NOT_YET = Unknown(reason="a post in doubt is not there yet, and is looked for once more")


class Doubts:
    """Looks posts in doubt up for one lane. Where that can't be done, it says so, once per reason."""

    def __init__(self, lane: str, policy: RetryPolicy) -> None:
        self._lane = lane
        self._is_to_check = policy.on_unknown == "check"
        self._told: set[str] = set()
        #: message and part that was looked for once, and not there
        self._missed: tuple[int, int] | None = None

    async def look(
        self, step: Step, work: Work, delivery: Delivery, sender: Sender
    ) -> Accepted | Unknown | None:
        """Return what became of the post; None: it is to be sent, as far as anybody can tell.

        An edit or a removal can be done twice, and is not looked for.
        """
        if not (self._is_to_check and work.may_be_there and isinstance(step, Send)):
            return None
        # Where the chat's thread is, or was when the config said otherwise.
        thread = work.thread(step, delivery) or delivery.thread
        since = delivery.accepted_at
        found = await sender.find(step.post, thread=thread, title=work.title, since=since)
        match found:
            case Accepted():
                about = {"destination": self._lane, "message": delivery.message_id}
                log.info("found", **about, part=found.confirmed.part)
                return found
            case Absent():
                return self._missing((delivery.number, step.post.part))
            case Unsearchable():
                self._tell(found.reason)
                return None
            case Unknown():
                return found
            case _:
                assert_never(found)

    def _missing(self, part: tuple[int, int]) -> Unknown | None:
        """Return that it is to be looked for once more; None: that has been done."""
        is_first = part != self._missed
        self._missed = part if is_first else None
        return _NOT_YET if is_first else None

    def _tell(self, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            text = 'a post in doubt is sent again, as with on_unknown = "retry"'
            log.warning("not_checked", destination=self._lane, text=text, reason=reason)
