"""What waits to be sent to one peer: bounded, never blocking whoever sends, never holding up another peer.

A peer that does not take what it is sent is dropped when more than `limits.PEER_BACKLOG` waits; it may come back and
start from a snapshot. Nothing is thrown away in the middle of a stream: a peer gets all, in order, or is gone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from fumehood.core import limits

_OVERHEAD: Final = 128
"""What an object in the queue costs beside its bytes, so that a flood of tiny messages is bounded too."""
_HEAVIEST: Final = limits.PEER_BACKLOG // 4
"""One message counts as this much at most: a snapshot larger than the whole backlog must be able to pass."""


def _weight(data: bytes) -> int:
    return min(len(data) + _OVERHEAD, _HEAVIEST)


class Outbox:
    """Send with `text` and `binary`; `run` writes until `finish` or an error of the connection."""

    def __init__(self, send: Callable[[bytes, bool], Awaitable[None]], cut: Callable[[str], None]) -> None:
        self._send = send
        self._cut = cut
        self._queue: deque[tuple[bytes, bool]] = deque()
        self._weight = 0
        self._wake = asyncio.Event()
        self._ended = False

    @property
    def waiting(self) -> int:
        return self._weight

    def text(self, data: bytes) -> None:
        self._put(data, False)

    def binary(self, data: bytes) -> None:
        self._put(data, True)

    def cut(self, reason: str) -> None:
        self._ended = True
        self._queue.clear()
        self._weight = 0
        self._wake.set()
        self._cut(reason)

    def finish(self) -> None:
        """What waits is sent; what comes later is not."""
        self._ended = True
        self._wake.set()

    def _put(self, data: bytes, binary: bool) -> None:
        if self._ended:
            return
        if self._weight > limits.PEER_BACKLOG:
            self.cut("slow")
            return
        self._queue.append((data, binary))
        self._weight += _weight(data)
        self._wake.set()

    async def run(self) -> None:
        while True:
            while self._queue:
                data, binary = self._queue[0]
                await self._send(data, binary)
                if not self._queue:  # cut while it was being sent
                    return
                self._queue.popleft()
                self._weight -= _weight(data)
            if self._ended:
                return
            self._wake.clear()
            await self._wake.wait()
