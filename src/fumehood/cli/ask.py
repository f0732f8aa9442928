"""Questions of a notebook's code at the terminal: framed as what they are, read without a thread, taken back at once.

The prompt is a stranger's text, so the frame "code in cell N asks" comes first and the prompt is made harmless. The
answer to a password prompt is not shown. When another client answers, the reading ends.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fumehood.cli import terminal, words
from fumehood.cli.screen import Screen
from fumehood.client.asking import Question

_LINE: Final = 65536


class NoAnswer(Exception):
    """Standard input has ended."""


class Prompter:
    """Answers questions from standard input; `ended` is called once when there is no more of it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._rest = b""
        self._turn = asyncio.Lock()
        self.ended = asyncio.Event()
        self.unanswered: Question | None = None

    async def __call__(self, question: Question) -> str | None:
        async with self._turn:
            self._screen.event("input", cell=question.cell, prompt=question.prompt, password=question.password)
            with self._screen.paused():
                self._frame(question)
                try:
                    with _hidden(question.password):
                        line = await self._line()
                except NoAnswer:
                    self.unanswered = question
                    self.ended.set()
                    return None
                if question.password and terminal.is_terminal(sys.stdin):
                    words.note("")
                return line

    def _frame(self, question: Question) -> None:
        where = f"cell {question.number}" if question.number else "a cell"
        kind = "asks for a password" if question.password else "asks"
        words.note(f"? code in {where} {kind}:", words.YELLOW)
        sys.stderr.write(f"  {terminal.line(question.prompt, 2000)} ")
        sys.stderr.flush()

    async def _line(self) -> str:
        while b"\n" not in self._rest:
            data = await _read(sys.stdin.fileno())
            if not data:
                if self._rest:
                    self._rest += b"\n"
                    break
                raise NoAnswer
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")


async def _read(fd: int) -> bytes:
    """What can be read now; waits for it where that can be waited for (terminals, pipes)."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(fd, _settle, ready)
    except (PermissionError, ValueError):  # a regular file is always ready
        return os.read(fd, _LINE)
    try:
        await ready
    finally:
        loop.remove_reader(fd)
    return os.read(fd, _LINE)


@contextmanager
def _hidden(password: bool) -> Iterator[None]:
    """The terminal does not show what is typed."""
    if not password or not terminal.is_terminal(sys.stdin):
        yield
        return
    import termios

    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    hidden = termios.tcgetattr(fd)
    hidden[3] &= ~termios.ECHO
    termios.tcsetattr(fd, termios.TCSAFLUSH, hidden)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
