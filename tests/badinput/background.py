"""A call that waits, made in a thread, so that the test can look at something else meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Background(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self.done = threading.Event()
        self._work = work
        self._found: list[T] = []
        self._error: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._found.append(self._work())
        except BaseException as error:
            self._error.append(error)
        finally:
            self.done.set()

    def result(self, timeout: float = 60.0) -> T:
        """Waits for it; raises what it raised."""
        assert self.done.wait(timeout), "it has not come to its end"
        if self._error:
            raise self._error[0]
        return self._found[0]
