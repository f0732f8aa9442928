"""Commands of Python on their way to a viewer's page: lines that wait, and buffers that are fetched once.

`GET /_fumehood/commands` takes the lines as they come, so that a command needs no output of a cell and leaves no trace
in a notebook. A page that is loaded anew takes over from the one before. What waits is bounded: whoever sends to a page
that does not read is told so instead of being blocked. Calls come from Python's threads and from the server's loop.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from fumehood.core import limits
from fumehood.core.errors import Busy


class Reader:
    """The one page that takes the lines now. Made in the server's loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.news = asyncio.Event()
        self.ended = ""
        """Why it is to go: see `protocol.datasets.Stopped`."""


class Said(NamedTuple):
    line: bytes
    buffers: tuple[str, ...]
    """By their ids."""


class Outbox:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: deque[Said] = deque()
        self._buffers: dict[str, bytes] = {}
        self._bytes = 0
        self._left: set[str] = set()
        """Buffers whose lines were taken, and that were not fetched when the last reader came."""
        self._reader: Reader | None = None

    @property
    def connected(self) -> bool:
        """Whether a page takes commands now."""
        return self._reader is not None

    def send(self, line: bytes, buffers: Mapping[str, bytes]) -> None:
        """One JSON object without a line end, and the buffers that it names. Raises `Busy`."""
        size = sum(map(len, buffers.values()))
        with self._lock:
            if len(self._lines) >= limits.VIEW_COMMANDS or self._bytes + size > limits.VIEW_OUTBOX:
                raise Busy("The viewer's page does not take commands.", hint="Is it open? viewer.debug_connection()")
            self._lines.append(Said(line, tuple(buffers)))
            self._buffers.update(buffers)
            self._bytes += size
            self._wake()

    def take(self, name: str) -> bytes | None:
        """A buffer, once."""
        with self._lock:
            found = self._buffers.pop(name, None)
            self._bytes -= len(found or b"")
            return found

    def open(self) -> Reader:
        """The caller takes the lines from now on; whoever did before is told to go."""
        with self._lock:
            self._end("newer")
            # What the last page was told it may still fetch, as it may be the same one on a new connection; what the
            # one before it left behind nobody asks for, and it would fill the room for good.
            for name in self._left & self._buffers.keys():
                self._bytes -= len(self._buffers.pop(name))
            self._left = self._buffers.keys() - {name for said in self._lines for name in said.buffers}
            self._reader = Reader()
            self._wake()
            return self._reader

    def lines(self, reader: Reader) -> list[Said]:
        """What waits, for the reader that has the turn."""
        with self._lock:
            reader.news.clear()
            if self._reader is not reader:
                return []
            found = list(self._lines)
            self._lines.clear()
            return found

    def put_back(self, reader: Reader, lines: list[Said]) -> None:
        """What could not be written: the next page gets it."""
        with self._lock:
            self._lines.extendleft(reversed(lines))
            if self._reader is reader:
                self._reader = None
            self._wake()

    def close(self, why: str) -> None:
        with self._lock:
            self._end(why)
            self._reader = None

    def leave(self, reader: Reader) -> None:
        with self._lock:
            if self._reader is reader:
                self._reader = None

    def _end(self, why: str) -> None:
        if self._reader is not None:
            self._reader.ended = why
            self._wake()

    def _wake(self) -> None:
        if self._reader is not None:
            reader = self._reader
            try:
                reader.loop.call_soon_threadsafe(reader.news.set)
            except RuntimeError:
                pass  # the server has ended
