"""What a page is told: each command has an id and is answered once. Before a page is ready, commands wait in their
order. A page that comes later (a second display, a reload) is told again what still holds: what is highlighted, what is
hidden; its colours and its view it has from its state.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import Busy, HoodError, TimedOut, ViewerCommandFailed, ViewerStopped, ViewerWouldWait
from fumehood.protocol.viewer import Clear, Command, CommandError, Freeze, Highlight, SetVisible

log = logging.getLogger("fumehood.viewer")

Buffers = tuple[bytes, ...]
Send = Callable[[Command, Buffers], None]


class Answer:
    """What becomes of a command. `wait()` or `await` says that it was done; without either, an error is logged."""

    def __init__(self, name: str, may: Callable[[], bool]) -> None:
        self._name = name
        self._may = may
        self._future: Future[None] = Future()
        self._watched = False

    @property
    def done(self) -> bool:
        return self._future.done()

    def wait(self, timeout: float | None = 30.0) -> None:
        """Raises `ViewerCommandFailed`, `TimedOut`, and `ViewerWouldWait` where the answer comes to this thread."""
        self._watched = True
        if not self._future.done() and not self._may():
            raise ViewerWouldWait("While this cell runs, this notebook hears no answer.")
        try:
            self._future.result(timeout)
        except FutureTimeout:
            raise self._late(timeout) from None

    def __await__(self) -> Generator[Any, None, None]:
        self._watched = True
        return asyncio.wrap_future(self._future).__await__()

    def __repr__(self) -> str:
        state = "waits" if not self.done else "failed" if self._future.exception() else "done"
        return f"<{self._name}: {state}>"

    def settle(self, error: HoodError | None) -> None:
        if self._future.done():
            return
        if error is None:
            self._future.set_result(None)
        else:
            if not self._watched:
                log.warning("%s: %s", self._name, error)
            self._future.set_exception(error)

    def _late(self, timeout: float | None) -> TimedOut:
        return TimedOut(
            f"The page did not answer {self._name} within {timeout:g} s.",
            hint="Is it displayed? `viewer.debug_connection()` says what is wrong.",
        )


class Commands:
    def __init__(self, send: Send, may: Callable[[], bool]) -> None:
        self._send = send
        self._may = may
        self._lock = threading.RLock()
        self._last = 0
        self._ready = False
        self._told = False
        """A page was there once."""
        self._waiting: list[tuple[Command, Buffers]] = []
        self._answers: dict[int, Answer] = {}
        self._highlight: tuple[Command, Buffers] | None = None
        self._hidden: list[tuple[Command, Buffers]] = []
        self._closed = False

    @property
    def waiting(self) -> int:
        with self._lock:
            return len(self._waiting)

    def say(self, make: Callable[[int], Command], buffers: Sequence[bytes] = ()) -> Answer:
        """Raises `Busy`, `ViewerStopped`."""
        with self._lock:
            if self._closed:
                raise ViewerStopped("The viewer was stopped.")
            if len(self._waiting) >= limits.VIEWER_COMMANDS:
                raise Busy("Too many commands wait for the viewer's page.", hint="Is it displayed?")
            self._last += 1
            command = make(self._last)
            answer = Answer(str(command.__struct_config__.tag), self._may)
            self._answers[self._last] = answer
            while len(self._answers) > limits.VIEWER_COMMANDS:
                del self._answers[next(iter(self._answers))]
            self._keep(command, tuple(buffers))
            if self._ready:
                self._send(command, tuple(buffers))
            else:
                self._waiting.append((command, tuple(buffers)))
            return answer

    def ready(self, again: bool) -> None:
        """A page is there: what waited is said. `again`: it is not the first, so it hears what holds."""
        with self._lock:
            if again or self._told:
                holding = [*self._hidden, *([self._highlight] if self._highlight else [])]
                for command, buffers in holding:
                    self._send(msgspec.structs.replace(command, id=0), buffers)
            self._ready = self._told = True
            waiting, self._waiting = self._waiting, []
            for command, buffers in waiting:
                self._send(command, buffers)

    def alone(self) -> None:
        """The last page has gone: commands wait again."""
        with self._lock:
            self._ready = False

    def answered(self, id: int, error: CommandError | None) -> None:
        with self._lock:
            answer = self._answers.pop(id, None)
        if answer is not None:
            answer.settle(None if error is None else _failed(error))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            answers = list(self._answers.values())
            self._answers.clear()
            self._waiting.clear()
        for answer in answers:
            answer._watched = True
            answer.settle(ViewerStopped("The viewer was stopped."))

    def _keep(self, command: Command, buffers: Buffers) -> None:
        if isinstance(command, Highlight):
            self._highlight = command, buffers
        elif isinstance(command, Clear):
            self._highlight = None
        elif isinstance(command, SetVisible):
            if command.cells is None:
                self._hidden.clear()
            self._hidden.append((command, buffers))
            del self._hidden[: -limits.VIEWER_KEPT]
        elif isinstance(command, Freeze):
            self._highlight = None
            self._hidden.clear()


def _failed(error: CommandError) -> ViewerCommandFailed:
    said = error.message[: limits.VIEWER_TEXT]
    near = [name[: limits.VIEWER_TEXT] for name in error.near[:10]]
    return ViewerCommandFailed(said, reason=error.code[:80], near=near)
