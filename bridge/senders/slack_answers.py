"""What Slack's answers mean: error word -> Outcome. No I/O.

The words are those of https://docs.slack.dev/reference/methods/chat.postMessage, "Errors", of its
neighbours chat.update, chat.delete, conversations.history, conversations.replies, files.getUploadURLExternal
and files.completeUploadExternal, and of
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, "Handling errors".
"""

from datetime import timedelta

from bridge.deliveries import Failure, Rejected, Remedy, Unavailable, Unknown

#: not taken now; later it will be
LATER = frozenset(
    [
        "ratelimited",
        "rate_limited",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "external_channel_migrating",
    ]
)
#: Slack itself says that part of the work may have been done
IN_DOUBT = frozenset(("fatal_error", "internal_error", "rollup_error"))
#: the markup or a field was refused: the same words as plain text can pass
MARKUP = frozenset(
    [
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "markdown_text_conflict",
        "metadata_too_large",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_must_be_sent_from_app",
        "too_many_attachments",
        "attachment_payload_limit_exceeded",
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_array_arg",
        "invalid_charset",
        "invalid_form_data",
        "invalid_post_type",
        "missing_post_type",
        "invalid_payload",
        "invalid_attachments",
    ]
)
#: the thread is gone or closed: the chat can go on in a new one
THREAD = frozenset(
    [
        "cannot_reply_to_message",
        "restricted_action_thread_locked",
        "thread_not_found",
        "invalid_thread_ts",
    ]
)
#: the channel takes posts, but no threads
NO_THREADS = "restricted_action_non_threadable_channel"
#: the token lacks a scope: `chat:write.customize` is only needed for the agent's name and picture
IDENTITY = frozenset(("missing_scope",))
#: the token or its workspace is closed to us until a person acts -> what that person should do
CLOSED = {
    "invalid_auth": "check the bot token",
    "not_authed": "set a bot token",
    "account_inactive": "the token's user or workspace is gone: install the app again",
    "token_revoked": "install the app again and set its new token",
    "token_expired": "set a new bot token",
    "not_allowed_token_type": "use a bot token (xoxb-…)",
    "accesslimited": "ask an administrator of the workspace",
    "app_access_restricted": "ask an administrator of the workspace",
    "ekm_access_denied": "ask an administrator of the workspace",
    "enterprise_is_restricted": "ask an administrator of the workspace",
    "org_login_required": "the workspace is being moved: try again later",
    "team_access_not_granted": "install the app in this workspace",
    "team_not_found": "install the app in this workspace",
    "two_factor_setup_required": "ask an administrator of the workspace",
    "message_limit_exceeded": "the workspace's plan has no messages left",
    "invalid_token": "make a new incoming webhook",
    "team_disabled": "the workspace is disabled",
    "no_service": "the incoming webhook was removed: make a new one",
    "no_service_id": "the incoming webhook's address is incomplete",
    "user_not_found": "the webhook's user is gone: make a new one",
}
#: the channel is closed to us until a person acts -> what that person should do
CLOSED_CHANNEL = {
    "channel_not_found": "check the channel id, or invite the bot to the private channel",
    "not_in_channel": "invite the bot to the channel",
    "is_archived": "unarchive the channel, or route to another one",
    "channel_is_archived": "unarchive the channel, or route to another one",
    "restricted_action": "the channel's settings keep the bot from posting",
    "restricted_action_read_only_channel": "the channel is read-only",
    "messages_tab_disabled": "the app's messages tab is off",
    "is_bot": "a bot can't be written to: use a channel",
    "no_permission": "the app lacks a permission: install it again with chat:write",
    "access_denied": "ask an administrator of the workspace",
    "action_prohibited": "an administrator has restricted posting to this channel",
}
#: whatever is posted there meets one of these
BROKEN = CLOSED | CLOSED_CHANNEL
#: only this post: replies to threads that are there would pass
HOPELESS = {"restricted_action_thread_only_channel": "the channel takes replies in threads only"}
#: the HTTP statuses that say the same of an address without a word: closed, or nothing there
BROKEN_STATUSES = frozenset((401, 403, 404, 410))

#: the post to be removed isn't there
GONE = Rejected(reason="Slack says message_not_found")
#: the thread to be looked through isn't there
NO_THREAD = Rejected(reason="Slack says thread_not_found")


def outcome_of(word: str, wait: timedelta | None) -> Failure:
    """Return what Slack's error word means for the post; `wait` is its `Retry-After`, if any."""
    reason = f"Slack says {word}"
    if word in LATER:
        return Unavailable(reason=reason, retry_after=wait)
    if word in IN_DOUBT:
        return Unknown(reason=reason)
    if word in BROKEN:
        return Rejected(reason=f"{reason}: {BROKEN[word]}", is_broken=True)
    if word in HOPELESS:
        return Rejected(reason=f"{reason}: {HOPELESS[word]}")
    if word in THREAD:
        return Rejected(reason=reason, remedy=Remedy.NEW_THREAD)
    if word == NO_THREADS:
        return Rejected(reason=reason, remedy=Remedy.UNTHREADED)
    if word in IDENTITY:
        hint = "the app needs chat:write, and chat:write.customize for agents' names"
        return Rejected(reason=f"{reason}: {hint}", remedy=Remedy.ANONYMOUS)
    # What is in no list counts as refused markup: one plain try, and no endless retry.
    return Rejected(reason=reason, remedy=Remedy.PLAIN)


def outcome_of_edit(word: str, wait: timedelta | None) -> Failure:
    """Return what Slack's error word means for an edit.

    Whatever keeps a post from being edited, its age, its owner or its channel: the words can be
    posted again, and if even that is refused, its own word says why. Only refused markup is worth
    another edit, and so it is once Slack is open to us again. An edit may be made twice, so one in
    doubt is simply made again.
    """
    failure = outcome_of(word, wait)
    if isinstance(failure, Rejected) and word not in MARKUP and word not in CLOSED:
        return Rejected(reason=failure.reason, remedy=Remedy.POSTED_AGAIN)
    return again(failure)


def outcome_of_removal(word: str, wait: timedelta | None) -> Failure:
    """Return what Slack's error word means for a removal; GONE if there is nothing to remove."""
    return GONE if word == "message_not_found" else outcome_of(word, wait)


def outcome_of_file(word: str, wait: timedelta | None) -> Failure:
    """Return what Slack's error word means for a step of a file's upload."""
    if word == "missing_scope":
        return Rejected(reason=f"Slack says {word}: to upload files, the app needs files:write")
    if word in CLOSED_CHANNEL:  # to files; words may pass
        return Rejected(reason=f"Slack says {word}: {CLOSED_CHANNEL[word]}")
    return outcome_of(word, wait)


def outcome_of_search(word: str, wait: timedelta | None) -> Failure:
    """Return what Slack's error word means for a look into a channel; NO_THREAD if none is there."""
    if word == "thread_not_found":
        return NO_THREAD
    if word in IDENTITY:
        scopes = "channels:history, or groups:history in a private channel"
        return Rejected(reason=f"Slack says {word}: to look posts up, the app needs {scopes}")
    return outcome_of(word, wait)


def again(failure: Failure) -> Failure:
    """Return a failure as one of something that can be done twice, or surely was not done."""
    return Unavailable(reason=failure.reason) if isinstance(failure, Unknown) else failure


def outcome_of_status(status: int, wait: timedelta | None) -> Failure:
    """Return what an HTTP status without a readable error word means for the post."""
    if status == 429:
        return Unavailable(reason="Slack says to slow down (HTTP 429)", retry_after=wait)
    if status == 408:
        return Unavailable(reason="Slack gave up reading the post (HTTP 408)", retry_after=wait)
    if status in BROKEN_STATUSES:
        return Rejected(reason=f"Slack refused the post (HTTP {status})", is_broken=True)
    if 400 <= status < 500:
        return Rejected(reason=f"Slack refused the post (HTTP {status})", remedy=Remedy.PLAIN)
    if 300 <= status < 400:
        moved = f"Slack's address has moved (HTTP {status}): check it in the config"
        return Rejected(reason=moved, is_broken=True)
    if status >= 500:
        return Unknown(reason=f"Slack failed (HTTP {status})")
    return Unknown(reason="Slack's answer can't be read")
