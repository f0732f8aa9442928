"""What a kernel writes past its protocol: the pipe that is its stdout and stderr.

Here stand the reason why it did not start, and the traceback of a crash. Only the end is kept, in memory and not in a
file: nothing may leave a runtime but through its one outlet, and a file beside it would be a way around. The pipe is
always read, so a kernel never blocks on it.
"""

from __future__ import annotations

import asyncio
import os

from fumehood.core import limits

_PIECE = 64 * limits.KIB


class Stray:
    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tail = bytearray()
        self.total = 0
        """Bytes written so far."""
        self._read, write = os.pipe2(os.O_CLOEXEC)
        self.write: int | None = write
        """The end to give to the kernel; `started` closes ours."""
        os.set_blocking(self._read, False)
        self._loop.add_reader(self._read, self._take)

    def started(self) -> None:
        if self.write is not None:
            os.close(self.write)
            self.write = None

    def _take(self) -> bool:
        """One piece; false when there is none."""
        try:
            data = os.read(self._read, _PIECE)
        except BlockingIOError:
            return False
        if not data:
            self._loop.remove_reader(self._read)
            return False
        self.total += len(data)
        self._tail += data
        if len(self._tail) > limits.KERNEL_STRAY_BYTES:
            del self._tail[: len(self._tail) - limits.KERNEL_STRAY_BYTES]
        return True

    def text(self) -> str:
        return self._tail.decode("utf-8", "replace")

    def close(self) -> None:
        """Takes what is there. Does not wait for the end: what the kernel started may hold the pipe open."""
        if self._read < 0:
            return
        self.started()
        for _ in range(16):
            if not self._take():
                break
        self._loop.remove_reader(self._read)
        os.close(self._read)
        self._read = -1
