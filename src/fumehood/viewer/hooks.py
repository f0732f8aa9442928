"""The user's own functions for what a page says. They run one after the other in a thread of their own, so that a slow
one holds up no transport; an exception in one is told and touches no other.

Of what is replaced by the next (where the pointer is, the page's state) only the last that was not heard yet is kept;
everything else is heard whole and in order. What waits is bounded: more than `limits.VIEWER_EVENTS`, or than
`limits.VIEWER_WAITING` bytes of them, is refused, and who said it is told.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from fumehood.core import limits
from fumehood.core.errors import Busy, ViewerArgument
from fumehood.viewer.events import KINDS, REPLACED, Event, Kind

log = logging.getLogger("fumehood.viewer")

Hook = Callable[[Any], object]
ANY: Final = "any"
"""Stands for every kind."""


class Hooks:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news = threading.Condition(self._lock)
        self._hooks: dict[str, list[Hook]] = {}
        self._waiting: deque[tuple[Kind, Event, int]] = deque()
        """With the bytes that each came in."""
        self._held = 0
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, kind: str, hook: Hook) -> None:
        if kind not in KINDS and kind != ANY:
            raise ViewerArgument(f"There is no event {kind!r}.", hint=f"There are {', '.join((*KINDS, ANY))}.")
        if not callable(hook):
            raise ViewerArgument("A hook is a function that takes the event.")
        with self._lock:
            self._hooks.setdefault(kind, []).append(hook)

    def remove(self, kind: str, hook: Hook) -> bool:
        with self._lock:
            there = self._hooks.get(kind, [])
            if hook not in there:
                return False
            there.remove(hook)
            return True

    def clear(self, kind: str | None = None) -> None:
        with self._lock:
            if kind is None:
                self._hooks.clear()
            else:
                self._hooks.pop(kind, None)

    def deliver(self, kind: Kind, event: Event, size: int = 0) -> None:
        """Returns at once. `size`: of the message that it came in. Raises `Busy`."""
        with self._lock:
            if self._closed or not (self._hooks.get(kind) or self._hooks.get(ANY)):
                return
            waiting, held = self._waiting, self._held
            replaced = kind in REPLACED
            if replaced:
                waiting = deque(one for one in waiting if one[0] != kind or one[1].page != event.page)
                held = sum(one[2] for one in waiting)
            # One is taken whatever its size: what no hook could ever hear is worse than what waits.
            large = bool(waiting) and held + size > limits.VIEWER_WAITING
            if large or (len(waiting) >= limits.VIEWER_EVENTS and not replaced):
                raise Busy("The hooks of a viewer do not keep up with what its page says.")
            waiting.append((kind, event, size))
            self._waiting, self._held = waiting, held + size
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="fumehood-hooks", daemon=True)
                self._thread.start()
            self._news.notify()

    def close(self) -> None:
        """What was said before is still heard."""
        with self._lock:
            self._closed = True
            self._news.notify()

    @property
    def here(self) -> bool:
        """Whether this is the thread that hooks run in."""
        return threading.current_thread() is self._thread

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._waiting and not self._closed:
                    self._news.wait()
                if not self._waiting:
                    return
                kind, event, size = self._waiting.popleft()
                self._held -= size
                hooks = [*self._hooks.get(kind, ()), *self._hooks.get(ANY, ())]
            for hook in hooks:
                try:
                    hook(event)
                except Exception:
                    log.exception("A hook for %r failed.", kind)
