"""How far a long piece of work is, told no more often than a person can read it."""

from __future__ import annotations

import time
from collections.abc import Callable

from fumehood.core import limits


class Telling:
    """Called as often as the work likes, in its thread; `tell` hears the first word and then one now and then."""

    def __init__(self, tell: Callable[[int, int, str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._next = -1.0

    def __call__(self, done: int, total: int, what: str) -> None:
        now = self._clock()
        if now >= self._next:
            self._next = now + limits.ASK_TELL_SECONDS
            self._tell(done, total, what)
