"""Waiting for what a page says next, in a thread or in a coroutine.

Whoever waits gets each event of its kind from the moment on when it began, and looks at it in its own thread. A thread
that the events come to cannot wait for them: it is told so at once (`ViewerWouldWait`) instead of hanging for ever.
What came and was not looked at (a loop is blocked, a predicate is slow) is bounded as what waits for hooks is; where
it was too much, who waits is told so (`Busy`), since what they wait for may have been among it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from fumehood.core import limits
from fumehood.core.errors import Busy, TimedOut, ViewerStopped, ViewerWouldWait
from fumehood.viewer.events import REPLACED, Event, Kind

Predicate = Callable[[Any], object]
_END = object()
_TOO_MUCH = object()


class _Box:
    """What came for one who waits, and was not looked at yet."""

    def __init__(self, one: bool, wake: Callable[[], None]) -> None:
        """`one`: the first is enough. `wake` is called in the thread of an event, once until the next `take`."""
        self._one, self._wake = one, wake
        self._lock = threading.Lock()
        self._there: deque[tuple[str, object, int]] = deque()
        self._held = 0
        self._woken = False

    def put(self, kind: str, event: object, size: int = 0) -> None:
        with self._lock:
            if self._there and (self._one or self._there[-1][1] is _TOO_MUCH):
                return
            if self._full(size):  # where the pointer was, and earlier states, count for least
                self._there = deque(one for one in self._there if one[0] not in REPLACED)
                self._held = sum(one[2] for one in self._there)
                if self._full(size):
                    event = _TOO_MUCH
                    self._there.clear()
            self._there.append((kind, event, size))
            self._held += size
            woken, self._woken = self._woken, True
        if not woken:
            self._wake()

    def _full(self, size: int) -> bool:
        there = self._there
        return len(there) >= limits.VIEWER_EVENTS or (bool(there) and self._held + size > limits.VIEWER_WAITING)

    def take(self) -> object | None:
        with self._lock:
            self._woken = False
            if not self._there:
                return None
            _, event, size = self._there.popleft()
            self._held -= size
            return event

    def __len__(self) -> int:
        return len(self._there)


class Waiting:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[tuple[str, _Box]] = set()
        self._closed = False

    def deliver(self, kind: Kind, event: Event, size: int = 0) -> None:
        """Returns at once. `size`: of the message that it came in."""
        with self._lock:
            boxes = [box for wanted, box in self._listeners if wanted in (kind, "any")]
        for box in boxes:
            box.put(kind, event, size)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            boxes = [box for _, box in self._listeners]
        for box in boxes:
            box.put("", _END)

    def wait(
        self,
        kind: str,
        timeout: float | None,
        predicate: Predicate | None,
        may: Callable[[], bool],
        there: Callable[[], Event | None] = lambda: None,
    ) -> Any:
        """`may`: whether what is waited for can come while this thread waits. `there`: what may have come just now."""
        if not may():
            raise ViewerWouldWait("While this cell runs, this notebook hears nothing of the viewer.")
        news = threading.Event()
        box = _Box(predicate is None, news.set)
        until = None if timeout is None else time.monotonic() + timeout
        listener = self._listen(kind, box)
        try:
            if (just := there()) is not None:
                return just
            while True:
                news.clear()
                event = box.take()
                if event is not None and _fits(event, predicate):
                    return event
                left = None if until is None else until - time.monotonic()
                if (left is not None and left <= 0) or (event is None and not news.wait(left)):
                    raise _late(kind, timeout)
        finally:
            self._forget(listener)

    async def wait_async(
        self,
        kind: str,
        timeout: float | None,
        predicate: Predicate | None,
        may: Callable[[], bool],
        there: Callable[[], Event | None] = lambda: None,
    ) -> Any:
        if not may():
            raise ViewerWouldWait("While this cell runs, this notebook hears nothing of the viewer.")
        loop = asyncio.get_running_loop()
        news = asyncio.Event()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # its loop has ended, and nobody waits
                loop.call_soon_threadsafe(news.set)

        box = _Box(predicate is None, wake)
        listener = self._listen(kind, box)
        try:
            if (just := there()) is not None:
                return just
            async with asyncio.timeout(timeout):
                while True:
                    news.clear()
                    event = box.take()
                    if event is not None and _fits(event, predicate):
                        return event
                    await (news.wait() if event is None else asyncio.sleep(0))  # others run between two looks
        except TimeoutError:
            raise _late(kind, timeout) from None
        finally:
            self._forget(listener)

    def _listen(self, kind: str, box: _Box) -> tuple[str, _Box]:
        listener = kind, box
        with self._lock:
            if self._closed:
                raise ViewerStopped("The viewer was stopped.")
            self._listeners.add(listener)
        return listener

    def _forget(self, listener: tuple[str, _Box]) -> None:
        with self._lock:
            self._listeners.discard(listener)


def _fits(event: object, predicate: Predicate | None) -> bool:
    if event is _END:
        raise ViewerStopped("The viewer was stopped while it was waited for.")
    if event is _TOO_MUCH:
        raise Busy("More came of the viewer's page than could wait to be looked at.", hint="Wait without blocking.")
    return predicate is None or bool(predicate(event))


def _late(kind: str, timeout: float | None) -> TimedOut:
    what = "The viewer's page did not become ready" if kind == "ready" else f"No {kind} came"
    return TimedOut(f"{what} within {timeout:g} s.", hint="`viewer.debug_connection()` says what is wrong.")
