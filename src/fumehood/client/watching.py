"""Streams of events for whoever watches a room: pushed, bounded, and honest about what a slow reader missed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.protocol.events import AnyEvent


@dataclass(frozen=True, slots=True)
class Missed:
    """In place of events that the reader was too slow for, or that happened while the daemon was away.

    The room's state (`Notebook.state`) has all of them.
    """

    count: int
    """0: unknown, because the connection was made anew."""


class EventStream:
    """Async iterator over a room's events from the moment of its making; ends when the notebook is left.

    Raises why when the notebook is closed by others or the daemon is gone for good.

    A reader that falls more than `limits.CLIENT_EVENTS` behind gets one `Missed` for all that it lost.
    """

    def __init__(self, forget: Callable[[EventStream], None]) -> None:
        self._forget = forget
        self._queue: deque[AnyEvent | Missed] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._missed = 0
        self._ended = False
        self._error: HoodError | None = None

    def put(self, event: AnyEvent | Missed) -> None:
        if self._ended:
            return
        if len(self._queue) >= limits.CLIENT_EVENTS:
            self._missed += 1
            return
        if self._missed:
            self._queue.append(Missed(self._missed))
            self._missed = 0
        self._queue.append(event)
        self._wake()

    def end(self, error: HoodError | None = None) -> None:
        """What waits is still read; then the iteration ends, with the error if there is one."""
        self._ended = True
        self._error = self._error or error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> AnyEvent | Missed:
        while True:
            if self._queue:
                return self._queue.popleft()
            if self._missed:
                count, self._missed = self._missed, 0
                return Missed(count)
            if self._ended:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def close(self) -> None:
        self._forget(self)
        self._queue.clear()
        self._missed = 0
        self.end()

    async def __aenter__(self) -> EventStream:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
