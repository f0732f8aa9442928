"""What signals mean to a command that follows a notebook.

A first Ctrl-C asks, a second one interrupts the notebook, a third one leaves it to itself. A closed terminal (SIGHUP)
leaves it at once: it goes on in the daemon. SIGTERM interrupts and saves, as a batch system expects.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

QUESTION_SECONDS: Final = 10.0
"""So long a second Ctrl-C means "yes"."""


class Left(Exception):
    """The command ends; the notebook goes on."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_status = 128 + number


def silence(*streams: TextIO) -> None:
    """Nobody reads these any more: what is still written to them, also at the exit, goes nowhere instead of failing."""
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    for stream in streams:
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue
    os.close(nowhere)


class Stopping:
    def __init__(self, interrupt: Callable[[], None] | None = None, ask: Callable[[], None] | None = None) -> None:
        """`interrupt` is called once (absent: every signal leaves); `ask`, if somebody can be asked, before that."""
        self._interrupt = interrupt
        self._ask = ask
        self._asked = -QUESTION_SECONDS
        self.signal: int | None = None
        """Set once the notebook is interrupted for a signal."""
        self.left: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def receive(self, number: int) -> None:
        if number == signal.SIGHUP or self.signal is not None or self._interrupt is None:
            self._leave(number)
        elif number == signal.SIGTERM or self._ask is None:
            self._stop(number)
        else:
            now = asyncio.get_running_loop().time()
            if now - self._asked < QUESTION_SECONDS:
                self._stop(number)
            else:
                self._asked = now
                self._ask()

    def _stop(self, number: int) -> None:
        self.signal = number
        if self._interrupt is not None:
            self._interrupt()

    async def leave(self) -> None:
        """Raises `Left` when it is time."""
        raise Left(await self.left)

    def _leave(self, number: int) -> None:
        if number == signal.SIGHUP:
            silence(sys.stdout, sys.stderr)
        if not self.left.done():
            self.left.set_result(number)

    @contextmanager
    def listening(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for number in numbers:
            loop.add_signal_handler(number, self.receive, number)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)
