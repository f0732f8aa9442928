"""Which of our updates of one document the daemon has kept, and which must be sent again.

Pure bookkeeping. The daemon counts the update frames of one connection for one room (1, 2, 3, ...) and says
"so many are in the journal"; a refused one is named by its number and still counted. A new connection counts from 1
again, and gets all that was not acknowledged, in order: a Yjs update may arrive twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator

from fumehood.core import limits
from fumehood.core.errors import Busy, HoodError


class Entry:
    """One update frame."""

    __slots__ = ("error", "future", "update")

    def __init__(self, update: bytes) -> None:
        self.update = update
        self.error: HoodError | None = None
        self.future: asyncio.Future[None] | None = None


class Edits:
    def __init__(self) -> None:
        self._open: deque[Entry] = deque()
        self._told = 0
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._open)

    def check_room(self) -> None:
        """Raises `Busy` when too much waits for an acknowledgement."""
        if self._bytes > limits.CLIENT_OUTBOX:
            raise Busy("Too many edits wait for the daemon.")

    def add(self, update: bytes) -> Entry:
        entry = Entry(update)
        self._open.append(entry)
        self._bytes += len(update)
        return entry

    def acknowledged(self, count: int) -> None:
        """The first `count` frames of this connection are in the journal (but for the refused ones)."""
        while self._told < count and self._open:
            self._told += 1
            self._settle(self._open.popleft())

    def refused(self, number: int, error: HoodError) -> None:
        index = number - self._told - 1
        if 0 <= index < len(self._open):
            self._fail(self._open[index], error)

    def again(self) -> Iterator[bytes]:
        """For a new connection: what it has to be sent, as its frames 1, 2, 3, ..."""
        self._told = 0
        refused = [entry for entry in self._open if entry.error is not None]
        for entry in refused:
            self._open.remove(entry)
            self._bytes -= len(entry.update)
        return iter([entry.update for entry in self._open])

    def give_up(self, error: HoodError) -> None:
        """No connection will come: whoever waits is told."""
        for entry in self._open:
            self._fail(entry, error)

    def _settle(self, entry: Entry) -> None:
        self._bytes -= len(entry.update)
        if entry.future is not None and not entry.future.done():
            entry.future.set_result(None)

    def _fail(self, entry: Entry, error: HoodError) -> None:
        if entry.error is None:
            entry.error = error
        if entry.future is not None and not entry.future.done():
            entry.future.set_exception(error)

    def waiter(self, entry: Entry) -> asyncio.Future[None]:
        """Done when the entry is in the journal; the error of a refused one."""
        if entry.future is None:
            entry.future = asyncio.get_running_loop().create_future()
            if entry.error is not None:
                entry.future.set_exception(entry.error)
            elif entry not in self._open:
                entry.future.set_result(None)
            # Nobody has to look: a refusal is also seen as the document that is fetched anew.
            entry.future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return entry.future

    def pending(self) -> list[Entry]:
        return list(self._open)
