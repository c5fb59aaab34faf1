"""What a lane does first about a post that may be there already, where it is to check: `Doubts`."""

from bridge.deliveries import Absent, Accepted, Delivery, Unknown, Unsearchable
from bridge.logs import log
from bridge.retries import RetryPolicy
from bridge.senders import Sender
from bridge.worker.steps import Send, Step
from bridge.worker.work import Work


class Doubts:
    """Looks posts in doubt up for one lane. Where that can't be done, it says so, once per reason."""

    def __init__(self, lane: str, policy: RetryPolicy) -> None:
        self._lane = lane
        self._is_to_check = policy.on_unknown == "check"
        self._told: set[str] = set()

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
        if isinstance(found, Unsearchable):
            self._tell(found.reason)
        if isinstance(found, Absent | Unsearchable):
            return None
        if isinstance(found, Accepted):
            fields = {"destination": self._lane, "message": delivery.message_id}
            log.info("found", **fields, part=found.confirmed.part)
        return found

    def _tell(self, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            text = 'a post in doubt is sent again, as with on_unknown = "retry"'
            log.warning("not_checked", destination=self._lane, text=text, reason=reason)
