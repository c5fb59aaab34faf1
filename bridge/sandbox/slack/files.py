"""The three steps of a file into Slack: announce it, upload its bytes, share it. No I/O.

https://docs.slack.dev/reference/methods/files.getUploadURLExternal and
https://docs.slack.dev/reference/methods/files.completeUploadExternal
"""

from collections.abc import Mapping
from typing import Any

from bridge.sandbox.answers import Answer, in_json
from bridge.sandbox.slack.api import failed, missing_scope
from bridge.sandbox.slack.channels import Author, Channels
from bridge.sandbox.slack.posting import bare, thread_refusal
from bridge.sandbox.slack.workspace import SlackChannel, SlackToken

# https://slack.com/help/articles/201330736 - 1 GB for each file
MAX_FILE_BYTES = 1024**3

_SCOPE = "files:write"


def upload_url(
    channels: Channels, token: SlackToken, given: Mapping[str, Any], base_url: str
) -> Answer:
    """Return the answer of files.getUploadURLExternal: where the bytes go, and the file's id."""
    if _SCOPE not in token.scopes:
        return missing_scope(token, _SCOPE)
    name, length = given.get("filename"), given.get("length")
    # A form has strings; JSON, with its number, is refused by this method, unlike by all others
    # (seen live: Octember/earshot pull request 10).
    if not (isinstance(name, str) and name and isinstance(length, str) and length.isdecimal()):
        return failed("invalid_arguments")
    if int(length) == 0:
        return failed("missing_argument")
    if int(length) > MAX_FILE_BYTES:
        return failed("file_upload_size_restricted")
    upload = channels.uploads.announce(name, int(length))
    url = f"{base_url}/upload/v1/{upload.id}"
    return in_json({"ok": True, "upload_url": url, "file_id": upload.id})


def take_bytes(channels: Channels, file: str, content: bytes) -> Answer:
    """Return the answer of an upload URL. Slack documents no more than HTTP 200 for success."""
    upload = channels.uploads.find(file)
    if upload is None:
        return bare(404, "file_not_found")
    if len(content) != upload.length:
        return bare(400, "length_mismatch")
    upload.content = content
    return bare(200, f"OK - {len(content)}")


def complete_upload(
    channels: Channels, token: SlackToken, given: Mapping[str, Any], body: bytes
) -> Answer:
    """Return the answer of files.completeUploadExternal: the files, but not the message's `ts`."""
    if _SCOPE not in token.scopes:
        return missing_scope(token, _SCOPE)
    listed = given.get("files")
    if not isinstance(listed, list) or not listed or not all(map(_is_named, listed)):
        return failed("invalid_arguments")
    files = [(entry["id"], entry.get("title")) for entry in listed]
    if any(not channels.uploads.has_come(file) for file, _ in files):
        return failed("file_not_found")
    channel = None
    if given.get("channel_id") is not None:
        channel = channels.by_id.get(str(given["channel_id"]))
        if word := _closed(channels, channel, given):
            return failed(word)
    _share(channels, channel, [file for file, _ in files], given, body)
    return in_json({"ok": True, "files": [{"id": file, "title": title} for file, title in files]})


def _is_named(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("id"), str)


def _closed(channels: Channels, channel: SlackChannel | None, given: Mapping[str, Any]) -> str:
    """Return the error word where no file can be shared; chat:write.public opens nothing here."""
    if channel is None or (channel.private and not channel.member):
        return "channel_not_found"
    if not channel.member:
        return "not_in_channel"
    if channel.archived:
        return "posting_to_channel_denied"
    return thread_refusal(channels, channel, given)


def _share(
    channels: Channels,
    channel: SlackChannel | None,
    files: list[str],
    given: Mapping[str, Any],
    body: bytes,
) -> None:
    """Use up the tickets; without a channel, the files stay private."""
    uploads = [channels.uploads.take(file) for file in files]
    if channel is None:
        return
    message = {"text": given.get("initial_comment") or "", "thread_ts": given.get("thread_ts")}
    author = Author(name=channels.workspace.app_name)
    contents = {upload.name: upload.content or b"" for upload in uploads}
    channels.keep(channel, message, author, body, files=contents)
