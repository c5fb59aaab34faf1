"""How our address stands with a platform: `Standing` says when any lane may call it again. No I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.deliveries import Outcome, Unavailable, Unknown
from bridge.worker.pace import LONG_AGO

#: https://docs.discord.com/developers/topics/rate-limits - an address with 10,000 invalid requests
#: (401, 403, 429) in 10 minutes is banned
COUNTED_FOR = timedelta(minutes=10)
#: ours: far below, since two counts can fall into Discord's ten minutes, other programs may share
#: the address, and a bridge that is refused a thousand times needs a person, not more tries
MAX_REFUSALS = 1_000
#: the wait for a limit of the whole platform that says none: Discord's is on calls per second
UNSAID = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What all lanes of a platform have heard together."""

    #: no lane calls before
    closed_until: datetime = LONG_AGO
    #: answers of the kind that ends in a ban, and the moment of the first one that still counts
    refusals: int = 0
    since: datetime = LONG_AGO

    @property
    def is_near_ban(self) -> bool:
        """Whether the platform is left alone so that it doesn't ban us."""
        return self.refusals >= MAX_REFUSALS

    def heard(self, outcome: Outcome, now: datetime) -> "Standing":
        """Return the standing after an answer."""
        refusals, since = self._counted(outcome, now)
        moments = [self.closed_until]
        if refusals >= MAX_REFUSALS:
            moments.append(since + COUNTED_FOR)
        if isinstance(outcome, Unavailable) and outcome.platform_wide:
            moments.append(now + (outcome.retry_after or UNSAID))
        return Standing(closed_until=max(moments), refusals=refusals, since=since)

    def _counted(self, outcome: Outcome, now: datetime) -> tuple[int, datetime]:
        if isinstance(outcome, Unknown) or not outcome.toward_ban:
            return self.refusals, self.since
        is_over = now >= self.since + COUNTED_FOR
        return (1, now) if is_over else (self.refusals + 1, self.since)
