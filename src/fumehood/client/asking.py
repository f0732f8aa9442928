"""Questions that the code of a cell asks (`input`, `getpass`), put to whoever answers for this client.

A question is put once; when somebody else answered it, or its cell ended, the one who is being asked is cancelled.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fumehood.client.room import Room
from fumehood.core.errors import HoodError
from fumehood.protocol.state import PendingInput


@dataclass(frozen=True, slots=True)
class Question:
    """Show it as "code in cell N asks", never as a question of the program's own."""

    cell: str
    number: int | None
    """The cell's place among the notebook's cells, from 1; `None` if it was deleted meanwhile."""
    prompt: str
    """What the code says: text of a stranger."""
    password: bool
    """The answer is not to be shown."""
    request: str


Handler = Callable[[Question], str | Awaitable[str | None] | None]


class Asker:
    def __init__(self, room: Room, answer: Callable[[str, str], Awaitable[None]]) -> None:
        self._room = room
        self._answer = answer
        self._handler: Handler | None = None
        self._asking: dict[str, asyncio.Task[None]] = {}
        room.asked, room.answered = self._put, self._over

    def use(self, handler: Handler | None) -> None:
        self._handler = handler
        for task in self._asking.values():
            task.cancel()
        self._asking.clear()
        for pending in self._room.state.inputs.values():
            self._put(pending)

    def _put(self, pending: PendingInput) -> None:
        if self._handler is None or pending.request in self._asking:
            return
        cell = self._room.state.owners.get(pending.execution, "")
        ids: list[str] = [*self._room.document.ids()]
        number = ids.index(cell) + 1 if cell in ids else None
        question = Question(cell, number, pending.prompt, pending.password, pending.request)
        task = asyncio.create_task(self._ask(self._handler, question))
        self._asking[pending.request] = task
        task.add_done_callback(lambda done: self._done(pending.request, done))

    async def _ask(self, handler: Handler, question: Question) -> None:
        said = handler(question)
        value = await said if inspect.isawaitable(said) else said
        if value is not None:
            try:
                await self._answer(question.request, value)
            except HoodError:
                pass  # somebody else was faster, or the cell has ended: both are seen in the room

    def _over(self, request: str) -> None:
        task = self._asking.get(request)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _done(self, request: str, task: asyncio.Task[None]) -> None:
        if self._asking.get(request) is task:
            del self._asking[request]
        if not task.cancelled() and (error := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler(
                {"message": "An input handler failed.", "exception": error, "task": task}
            )

    async def close(self) -> None:
        self._handler = None
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
