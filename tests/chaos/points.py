"""Where a bridge is killed: `POINTS` names each step of its work at which a restart must lose nothing. No I/O."""

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """When the kill comes, seen from what is passed."""

    BEFORE = "before"  #: nothing of it was done
    AMID = "amid"  #: a moment after it began, which is as often a moment after its end
    AFTER = "after"  #: all of it was done, and nothing else


class Needs(StrEnum):
    """What has to be going on for a point to be passed."""

    TRAFFIC = "traffic"  #: events come in, and go out
    NEW_STORE = "a new store"
    OLD_STORE = "an old store"  #: of an earlier version
    AGE = "age"  #: what was delivered is older than `keep`
    DEAD = "dead"  #: a person has dead deliveries sent again
    DISCARD = "discard"  #: a person lets go of dead deliveries
    STOP = "stop"  #: SIGTERM
    RELOAD = "reload"  #: SIGHUP, with one destination less, then with all again
    GONE = "gone"  #: a destination is gone, then there again


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A step of the bridge's work."""

    moment: Moment
    #: functions, as "module:path"; any of them counts
    calls: tuple[str, ...] = ()
    #: how SQL statements begin; any of them counts
    statements: tuple[str, ...] = ()
    #: a call counts only if it returns something that is true
    with_result: bool = False
    needs: Needs = Needs.TRAFFIC
    #: the kill comes at one of so many first passings
    most: int = 8
    #: which command is killed
    command: str = "serve"


_STORE = "bridge.store.sqlite:SqliteStore"
_SLACK, _WEBHOOK, _DISCORD = (
    "bridge.senders.slack:SlackSender",
    "bridge.senders.slack_webhook:SlackWebhookSender",
    "bridge.senders.discord:DiscordSender",
)


def _senders(method: str) -> tuple[str, ...]:
    return tuple(f"{sender}.{method}" for sender in (_SLACK, _WEBHOOK, _DISCORD))


def _call(moment: Moment, *calls: str, most: int = 8, with_result: bool = False) -> Point:
    return Point(moment=moment, calls=calls, most=most, with_result=with_result)


def _statement(moment: Moment, *statements: str, most: int = 8) -> Point:
    return Point(moment=moment, statements=statements, most=most)


#: the steps of a migration and of making a store
_SCHEMA = ("CREATE", "ALTER", "DROP", "UPDATE", "PRAGMA user_version =", "COMMIT")

POINTS = {
    # An event comes in.
    "verified": _call(Moment.AFTER, "bridge.server:verify"),
    "message inserted": _statement(Moment.BEFORE, "INSERT INTO delivery", most=3),
    "enqueued": _statement(Moment.AFTER, "INSERT INTO delivery", most=3),
    "before a commit": _statement(Moment.BEFORE, "COMMIT", most=24),
    "amid a commit": _statement(Moment.AMID, "COMMIT", most=24),
    "after a commit": _statement(Moment.AFTER, "COMMIT", most=24),
    "stored, not answered": _call(Moment.AFTER, f"{_STORE}.accept"),
    # A delivery goes out.
    "claimed": _call(Moment.AFTER, f"{_STORE}.claim", most=12),
    "before it is begun": _call(Moment.BEFORE, f"{_STORE}.begin", most=12),
    "begun, not sent": _call(Moment.AFTER, f"{_STORE}.begin", most=12),
    "on the wire": _call(Moment.BEFORE, "aiohttp:ClientResponse.start", most=12),
    "sent, not recorded": _call(Moment.AFTER, *_senders("send"), most=12),
    "edited, not recorded": _call(
        Moment.AFTER, f"{_SLACK}.edit", f"{_DISCORD}.edit", f"{_WEBHOOK}.edit", most=3
    ),
    "between parts": _call(Moment.AFTER, f"{_STORE}.confirm", most=4),
    "before it is settled": _call(Moment.BEFORE, f"{_STORE}.settle", most=10),
    "settled": _call(Moment.AFTER, f"{_STORE}.settle", most=10),
    "before it is postponed": _call(Moment.BEFORE, f"{_STORE}.postpone", most=4),
    "postponed": _call(Moment.AFTER, f"{_STORE}.postpone", most=4),
    # The file is looked after.
    "amid a checkpoint": _statement(Moment.AMID, "PRAGMA wal_checkpoint(PASSIVE)", most=4),
    "making the store": Point(
        moment=Moment.BEFORE, statements=_SCHEMA, needs=Needs.NEW_STORE, most=20
    ),
    "migrating the store": Point(
        moment=Moment.BEFORE, statements=_SCHEMA, needs=Needs.OLD_STORE, most=16
    ),
    "rewriting the store": Point(
        moment=Moment.AMID, statements=("VACUUM",), needs=Needs.OLD_STORE, most=1
    ),
    "amid pruning": Point(
        moment=Moment.BEFORE,
        statements=(
            "DELETE FROM revival WHERE message IN",
            "DELETE FROM history WHERE message IN",
            "DELETE FROM part WHERE message IN",
            "DELETE FROM attempt WHERE message IN",
            "DELETE FROM message WHERE number IN",
        ),
        needs=Needs.AGE,
        most=10,
    ),
    "pruned": Point(moment=Moment.AFTER, calls=(f"{_STORE}.prune",), needs=Needs.AGE, most=2),
    "amid shrinking": Point(
        moment=Moment.AMID, statements=("PRAGMA incremental_vacuum",), needs=Needs.AGE, most=1
    ),
    # A person has dead deliveries sent again.
    "asking for a replay": Point(
        moment=Moment.BEFORE,
        statements=("INSERT OR IGNORE INTO revival", "COMMIT"),
        needs=Needs.DEAD,
        command="replay",
        most=3,
    ),
    "amid a replay": Point(
        moment=Moment.BEFORE,
        statements=(
            "INSERT OR IGNORE INTO delivery",
            "DELETE FROM history WHERE message =",
            "UPDATE revival",
        ),
        needs=Needs.DEAD,
        most=5,
    ),
    "replayed": Point(
        moment=Moment.AFTER,
        calls=(f"{_STORE}.revive",),
        with_result=True,
        needs=Needs.DEAD,
        most=1,
    ),
    "discarding": Point(
        moment=Moment.BEFORE,
        statements=("UPDATE revival SET done_at", "UPDATE history SET discarded_at", "COMMIT"),
        needs=Needs.DISCARD,
        command="discard",
        most=4,
    ),
    # The config is read again.
    "before a reload": Point(
        moment=Moment.BEFORE,
        calls=("bridge.app.running:Bridge.reload",),
        needs=Needs.RELOAD,
        most=2,
    ),
    "amid a reload": Point(
        moment=Moment.AFTER,
        calls=("bridge.worker.lane:Lane.stop",),
        needs=Needs.RELOAD,
        most=4,
    ),
    "reloaded": Point(
        moment=Moment.AFTER,
        calls=("bridge.app.running:Bridge.reload",),
        needs=Needs.RELOAD,
        most=2,
    ),
    # A destination is gone.
    "before it is parked": Point(
        moment=Moment.BEFORE, calls=(f"{_STORE}.park",), needs=Needs.GONE, most=1
    ),
    "parked": Point(moment=Moment.AFTER, calls=(f"{_STORE}.park",), needs=Needs.GONE, most=1),
    "before it is unparked": Point(
        moment=Moment.BEFORE, calls=(f"{_STORE}.unpark",), needs=Needs.GONE, most=1
    ),
    "unparked": Point(moment=Moment.AFTER, calls=(f"{_STORE}.unpark",), needs=Needs.GONE, most=1),
    # The bridge is told to stop.
    "stopping": Point(
        moment=Moment.BEFORE, calls=("bridge.worker:Worker.stop",), needs=Needs.STOP, most=1
    ),
    "stopped": Point(
        moment=Moment.AFTER, calls=("bridge.worker:Worker.stop",), needs=Needs.STOP, most=1
    ),
    "amid the last checkpoint": Point(
        moment=Moment.AMID,
        statements=("PRAGMA wal_checkpoint(TRUNCATE)",),
        needs=Needs.STOP,
        most=1,
    ),
}
