"""What Discord's answers mean: HTTP status and JSON code -> Outcome. No I/O.

The codes are those of https://discord.com/developers/docs/topics/opcodes-and-status-codes, the
limits those of https://discord.com/developers/docs/topics/rate-limits
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bridge.deliveries import Failure, Quota, Rejected, Remedy, Unavailable, Unknown
from bridge.senders.waits import wait_of

#: how long a banned address leaves Discord alone when no one says how long
BAN_WAIT = timedelta(minutes=10)
#: what a wait may be longer than the headers announce: `Retry-After` is in whole seconds
ROUNDING = timedelta(seconds=1)

#: whatever is posted meets it until a person acts -> what that person should do
BROKEN = {
    10003: "the channel is gone: make a webhook in another one",
    10015: "the webhook was removed: make a new one",
    50001: "the webhook may not see the channel",
    50013: "the webhook may not post in the channel",
    50027: "the webhook's token is wrong: copy its URL again",
    220001: 'this is a forum channel: set thread = "chat"',
    220002: "the URL names a thread: leave it out, or thread",
    220004: "webhooks can't start threads in this channel",
    50083: "the thread that the URL names is archived",
    160005: "the thread that the URL names is locked",
}
#: the content was refused by a rule of the server: not one word of it would pass
FORBIDDEN = {
    40005: "the post is too large",
    50006: "the post is empty",
    200000: "blocked by the server's AutoMod",
    200001: "blocked by the server's AutoMod",
    240000: "it holds a link that Discord blocks",
}
#: too much at the moment: slow mode, write limits, too many requests for one resource
LATER = frozenset((20016, 20028, 20029, 40062))
#: the HTTP statuses that say the same without a code. Not 403: like code 40333, it comes from
#: Cloudflare, which may have taken offence at the words of one post
BROKEN_STATUSES = frozenset((401, 404, 410))
#: nothing would pass, with a file or without; a missing permission may be the one for files
HOPELESS = BROKEN.keys() - {50013}
#: the thread is gone, archived or locked: the chat can go on in a new one
THREAD = frozenset((10003, 50083, 160005))
#: the earlier post is gone, stands in a thread that is, or can't be changed: it can be posted anew
NOT_EDITABLE = THREAD | {10008, 30046, 50005, 50021}
CANT_OPEN_THREADS = 220003
UNKNOWN_WEBHOOK = 10015
INVALID_FORM = 50035


def outcome_of(
    status: int,
    headers: Mapping[str, str],
    data: Any,
    *,
    in_thread: bool = False,
    is_edit: bool = False,
    otherwise: Remedy | None = None,
) -> Failure:
    """Return what a refusal means for the post.

    `in_thread` if it was meant for a known thread, `is_edit` if for the place of an earlier one;
    `otherwise` is what carries a file's words where the file itself is refused.
    """
    failure = _failure(status, headers, data, in_thread, is_edit, otherwise)
    if isinstance(failure, Unknown) or not _is_toward_ban(status, headers):
        return failure
    return replace(failure, toward_ban=True)


def _is_toward_ban(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether Discord calls it an invalid request: a limit that others share is none."""
    is_shared = headers.get("X-RateLimit-Scope") == "shared"
    return status in (401, 403) or (status == 429 and not is_shared)


def _failure(
    status: int,
    headers: Mapping[str, str],
    data: Any,
    in_thread: bool,
    is_edit: bool,
    otherwise: Remedy | None,
) -> Failure:
    body: Mapping[str, Any] = data if isinstance(data, dict) else {}
    code = _code(body)
    if status == 429:
        return _limited(headers, body)
    reason = _reason(status, body)
    if status == 408 or code in LATER:
        return Unavailable(reason=reason, retry_after=wait_of(headers.get("Retry-After")))
    if status >= 500:
        return Unknown(reason=reason)
    if is_edit and (code in NOT_EDITABLE or (status == 404 and code != UNKNOWN_WEBHOOK)):
        return Rejected(reason=reason, remedy=Remedy.POSTED_AGAIN)
    if in_thread and code in THREAD:
        return Rejected(reason=reason, remedy=Remedy.NEW_THREAD)
    refused = _refused(status, code, reason, body)
    is_about_file = refused.remedy in (Remedy.NONE, Remedy.PLAIN) and code not in HOPELESS
    if otherwise is None or not is_about_file:
        return refused
    return replace(refused, remedy=otherwise)


def _refused(status: int, code: int, reason: str, body: Mapping[str, Any]) -> Rejected:
    if code == CANT_OPEN_THREADS:
        return Rejected(reason=reason, remedy=Remedy.UNTHREADED)
    if code == INVALID_FORM and _names_identity(body):
        return Rejected(reason=reason, remedy=Remedy.ANONYMOUS)
    if code == INVALID_FORM:
        return Rejected(reason=reason, remedy=Remedy.PLAIN)
    is_closed = code == 0 and (status in BROKEN_STATUSES or 300 <= status < 400)
    advice = BROKEN.get(code) or FORBIDDEN.get(code)
    reason = f"{reason}: {advice}" if advice else reason
    return Rejected(reason=reason, is_broken=is_closed or code in BROKEN)


def _limited(headers: Mapping[str, str], body: Mapping[str, Any]) -> Unavailable:
    wait = wait_of(headers.get("Retry-After")) or wait_of(body.get("retry_after"))
    if "Via" not in headers and not body:
        # A 429 that did not come through Discord's own proxy: Cloudflare has banned our address.
        return Unavailable(
            reason="Discord's Cloudflare has banned this address for a while (HTTP 429)",
            retry_after=wait or BAN_WAIT,
            platform_wide=True,
        )
    is_global = body.get("global") is True or headers.get("X-RateLimit-Scope") == "global"
    return Unavailable(
        reason="Discord says to slow down (HTTP 429)",
        retry_after=wait,
        platform_wide=is_global,
        hidden_limit=not is_global and _is_hidden(headers, wait),
    )


def _is_hidden(headers: Mapping[str, str], wait: timedelta | None) -> bool:
    """Tell whether the wait is longer than that for the limit which the headers show.

    A channel takes some 30 posts a minute from all its webhooks together, and no header says so:
    https://github.com/discord/discord-api-docs/issues/4043
    """
    shown = wait_of(headers.get("X-RateLimit-Reset-After"))
    return shown is not None and wait is not None and wait > shown + ROUNDING


def pause_of(headers: Mapping[str, str]) -> timedelta:
    """Return how long the headers of an accepted post ask to wait before the next one."""
    if headers.get("X-RateLimit-Remaining") != "0":
        return timedelta(0)
    return wait_of(headers.get("X-RateLimit-Reset-After")) or timedelta(0)


def quota_of(headers: Mapping[str, str]) -> Quota | None:
    """Return how many more posts the headers of an accepted one allow, if there are any."""
    left, renewed_in = (
        headers.get("X-RateLimit-Remaining", ""),
        headers.get("X-RateLimit-Reset-After"),
    )
    wait = wait_of(renewed_in)
    if wait is None or not left.isdecimal() or int(left) < 1:
        return None
    bucket = headers.get("X-RateLimit-Bucket", "")
    return Quota(bucket=bucket, left=int(left), renewed_in=wait)


def _code(body: Mapping[str, Any]) -> int:
    code = body.get("code")
    return code if isinstance(code, int) else 0


def _reason(status: int, body: Mapping[str, Any]) -> str:
    code, message = _code(body), body.get("message")
    if isinstance(message, str) and code:
        return f"Discord says {message[:200]} (HTTP {status}, code {code})"
    if 300 <= status < 400:
        return f"Discord's address has moved (HTTP {status}): check webhook_url"
    return (
        f"Discord failed (HTTP {status})" if status >= 500 else f"Discord refused (HTTP {status})"
    )


def _names_identity(body: Mapping[str, Any]) -> bool:
    errors = body.get("errors")
    return isinstance(errors, dict) and not errors.keys().isdisjoint(("username", "avatar_url"))
