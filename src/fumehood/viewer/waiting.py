"""Waiting for what a page says next, in a thread or in a coroutine.

Whoever waits gets each event of its kind from the moment on when it began, and looks at it in its own thread. A thread
that the events come to cannot wait for them: it is told so at once (`ViewerWouldWait`) instead of hanging for ever.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from fumehood.core.errors import TimedOut, ViewerStopped, ViewerWouldWait
from fumehood.viewer.events import Event, Kind

Predicate = Callable[[Any], object]
_END = object()


class Waiting:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[tuple[str, Callable[[object], None]]] = set()
        self._closed = False

    def deliver(self, kind: Kind, event: Event) -> None:
        with self._lock:
            listeners = [put for wanted, put in self._listeners if wanted in (kind, "any")]
        for put in listeners:
            put(event)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            listeners = [put for _, put in self._listeners]
        for put in listeners:
            put(_END)

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
        found: queue.SimpleQueue[object] = queue.SimpleQueue()
        until = None if timeout is None else time.monotonic() + timeout
        listener = self._listen(kind, found.put)
        try:
            if (just := there()) is not None:
                return just
            while True:
                left = None if until is None else max(0.0, until - time.monotonic())
                try:
                    event = found.get(timeout=left)
                except queue.Empty:
                    raise _late(kind, timeout) from None
                if _fits(event, predicate):
                    return event
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
        found: asyncio.Queue[object] = asyncio.Queue()

        def put(event: object) -> None:
            try:
                loop.call_soon_threadsafe(found.put_nowait, event)
            except RuntimeError:
                pass  # its loop has ended, and nobody waits

        listener = self._listen(kind, put)
        try:
            if (just := there()) is not None:
                return just
            async with asyncio.timeout(timeout):
                while True:
                    event = await found.get()
                    if _fits(event, predicate):
                        return event
        except TimeoutError:
            raise _late(kind, timeout) from None
        finally:
            self._forget(listener)

    def _listen(self, kind: str, put: Callable[[object], None]) -> tuple[str, Callable[[object], None]]:
        listener = kind, put
        with self._lock:
            if self._closed:
                raise ViewerStopped("The viewer was stopped.")
            self._listeners.add(listener)
        return listener

    def _forget(self, listener: tuple[str, Callable[[object], None]]) -> None:
        with self._lock:
            self._listeners.discard(listener)


def _fits(event: object, predicate: Predicate | None) -> bool:
    if event is _END:
        raise ViewerStopped("The viewer was stopped while it was waited for.")
    return predicate is None or bool(predicate(event))


def _late(kind: str, timeout: float | None) -> TimedOut:
    what = "The viewer's page did not become ready" if kind == "ready" else f"No {kind} came"
    return TimedOut(f"{what} within {timeout:g} s.", hint="`viewer.debug_connection()` says what is wrong.")
