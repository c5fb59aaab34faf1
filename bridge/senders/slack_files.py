"""Puts a file into a Slack channel, in three steps: announce it, upload its bytes, share it.

See https://docs.slack.dev/messaging/working-with-files/#upload . Nothing stands in the channel before
the last step, so only there an answer that was lost leaves the file in doubt.
"""

from dataclasses import replace

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bridge.deliveries import Accepted, Confirmed, Failure, Outcome, Rejected, Unavailable
from bridge.errors import Unfetchable
from bridge.rendering import FilePost
from bridge.senders.connections import FAILURES, lost
from bridge.senders.fetching import Fetcher
from bridge.senders.slack_answers import again, outcome_of_file, outcome_of_status
from bridge.senders.slack_client import ask
from bridge.senders.waits import wait_of


class SlackFiles:
    """Puts files into one channel, each as a post of its own under the app's name."""

    def __init__(
        self,
        channel: str,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        fetcher: Fetcher,
    ) -> None:
        self._channel = channel
        self._client = client
        self._session = session
        self._fetcher = fetcher

    async def send(self, post: FilePost, thread: str | None) -> Outcome:
        """Put a file into the channel or a thread of it; each refusal has the post's own remedy."""
        outcome = await self._send(post, thread)
        if isinstance(outcome, Rejected):
            return replace(outcome, remedy=post.otherwise)
        return outcome

    async def _send(self, post: FilePost, thread: str | None) -> Outcome:
        try:
            content = await self._content(post)
        except Unfetchable as error:
            return Rejected(reason=str(error))
        ticket = await self._announce(post.name, len(content))
        if not isinstance(ticket, tuple):
            return again(ticket)
        file, url = ticket
        failure = await self._upload(url, content)
        return failure or await self._share(post, file, thread)

    async def _content(self, post: FilePost) -> bytes:
        if post.url is not None:
            return (await self._fetcher.fetch(post.url)).data
        return (post.text or "").encode()

    async def _announce(self, name: str, length: int) -> tuple[str, str] | Failure:
        """Return the id of the file and where its bytes go."""
        call = self._client.files_getUploadURLExternal(filename=name, length=length)
        data = await ask(call, outcome_of_file)
        if not isinstance(data, dict):
            return data
        file, url = data.get("file_id"), data.get("upload_url")
        if not isinstance(file, str) or not isinstance(url, str):
            return outcome_of_status(200, None)
        return file, url

    async def _upload(self, url: str, content: bytes) -> Failure | None:
        """Return what kept the bytes from getting there; None: nothing did."""
        try:
            # Without the token: the address alone opens the door.
            async with self._session.post(url, data=content, allow_redirects=False) as answer:
                if answer.status == 200:
                    return None
                wait = wait_of(answer.headers.get("Retry-After"))
                return again(outcome_of_status(answer.status, wait))
        except FAILURES as error:
            failure = lost(error, "Slack's file server")
            if isinstance(failure, Unavailable):
                # Slack itself has just answered: the way to its other server is closed, and may
                # be so for good, behind a firewall that knows of slack.com only.
                return Rejected(reason=failure.reason)
            return again(failure)

    async def _share(self, post: FilePost, file: str, thread: str | None) -> Outcome:
        call = self._client.files_completeUploadExternal(
            files=[{"id": file, "title": post.name}],
            channel_id=self._channel,
            thread_ts=thread,
            initial_comment=post.comment or None,
        )
        data = await ask(call, outcome_of_file)
        if not isinstance(data, dict):
            return data
        # There is no `ts` in the answer: the post can never be edited.
        return Accepted(confirmed=Confirmed(part=post.part, post_id="", channel=self._channel))
