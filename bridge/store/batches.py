"""One thread that does at once all that waits for it: `Batches` joins it to the event loop.

While the thread works at one batch the next one gathers, so batches grow with the load by
themselves and nobody waits for company when there is none.
"""

import asyncio
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from bridge.errors import StoreUnavailable

MAX_BATCH = 512  # about; bounds how long a transaction takes, and how much a failure undoes

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class Batches(Generic[Request, Answer]):
    """Answers requests of the event loop in batches, in one thread, in order.

    `work` runs in the thread: it answers a whole batch, in order, or raises and has done nothing.
    StoreUnavailable then goes to the whole batch; any other error only to the request that
    brings it about, and the others are worked at without it. `done` runs in the event loop for
    each answered request, in order, also when the one who asked has been cancelled.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Request]], list[Answer]],
        done: Callable[[Request, Answer], None],
        *,
        name: str,
    ) -> None:
        self._work = work
        self._done = done
        self._loop = asyncio.get_running_loop()
        # What is asked within a turn of the event loop is handed over together at its end: waking
        # the thread once per request would cost more than the request, and to wait any longer
        # leaves the thread idle while the event loop works, and the other way round.
        self._gathered: list[tuple[Request, asyncio.Future[Answer]]] = []
        self._waiting: SimpleQueue[list[tuple[Request, asyncio.Future[Answer]]] | None] = (
            SimpleQueue()
        )
        self._is_open = True
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def ask(self, request: Request) -> Answer:
        """Return the answer once the batch that holds the request is done.

        Cancelling stops the waiting, not the work. Raises StoreUnavailable.
        """
        if not self._is_open:
            raise StoreUnavailable("the store is closed")
        future: asyncio.Future[Answer] = self._loop.create_future()
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append((request, future))
        return await future

    def stop(self) -> None:
        """Take nothing more; what was asked before will be answered. Call it in the event loop."""
        self._is_open = False
        self._hand_over()
        self._waiting.put(None)

    def join(self) -> None:
        """Wait, blocking, until all is answered and the thread has ended."""
        self._thread.join()

    def _hand_over(self) -> None:
        if self._gathered:
            self._waiting.put(self._gathered)
            self._gathered = []

    def _run(self) -> None:
        while (batch := self._waiting.get()) is not None:
            while len(batch) < MAX_BATCH and not self._waiting.empty():
                more = self._waiting.get()
                if more is None:
                    self._waiting.put(None)  # for the loop's end; nothing comes behind it
                    break
                batch += more
            answers = self._answers([request for request, _ in batch])
            self._loop.call_soon_threadsafe(self._tell, batch, answers)

    def _answers(self, requests: Sequence[Request]) -> list[Answer | StoreUnavailable]:
        try:
            return list(self._work(requests))
        except StoreUnavailable as error:
            return [StoreUnavailable(str(error)) for _ in requests]
        except Exception as error:  # noqa: BLE001 - whatever one request brings, only it may fail
            if len(requests) == 1:
                fault = StoreUnavailable(f"the store can't handle this: {type(error).__name__}")
                fault.__cause__ = error
                return [fault]
        middle = len(requests) // 2
        return [*self._answers(requests[:middle]), *self._answers(requests[middle:])]

    def _tell(
        self,
        batch: Sequence[tuple[Request, asyncio.Future[Answer]]],
        answers: Sequence[Answer | StoreUnavailable],
    ) -> None:
        for (request, future), answer in zip(batch, answers, strict=True):
            if isinstance(answer, StoreUnavailable):
                if not future.done():
                    future.set_exception(answer)
                continue
            self._done(request, answer)
            if not future.done():
                future.set_result(answer)
