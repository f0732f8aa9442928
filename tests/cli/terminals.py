"""A program in a terminal of its own, driven by a test: what it writes is collected, what a person types is sent."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType


class Terminal:
    def __init__(self, words: Sequence[str], cwd: Path, env: dict[str, str] | None = None, width: int = 100) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, width, 0, 0))
        # The new session takes the terminal as its own, so that closing it hangs up and ^C reaches the program.
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={**os.environ, "TERM": "xterm-256color", **(env or {})},
        )
        os.close(slave)
        self.seen = ""
        self._open = True

    def until(self, pattern: str, timeout: float = 40.0) -> str:
        """Reads until the pattern is seen in what came; gives all that came."""
        deadline = time.monotonic() + timeout
        while not re.search(pattern, self.seen):
            left = deadline - time.monotonic()
            assert left > 0, f"{pattern!r} did not come; what came: {self.seen!r}"
            if not self._read(left):
                assert re.search(pattern, self.seen), f"the program ended without {pattern!r}: {self.seen!r}"
        return self.seen

    def finish(self, timeout: float = 40.0) -> int:
        """Reads to the end; gives the exit status."""
        deadline = time.monotonic() + timeout
        while self._read(max(0.0, deadline - time.monotonic())):
            assert time.monotonic() < deadline, f"the program does not end: {self.seen[-2000:]!r}"
        return self.process.wait(10)

    def enter(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupt(self) -> None:
        self.enter("\x03")

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def close(self) -> None:
        """As when the window is closed: whoever runs in it gets SIGHUP."""
        if self._open:
            self._open = False
            os.close(self._master)

    def _read(self, timeout: float) -> bool:
        if not select.select([self._master], [], [], timeout)[0]:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.seen += data.decode("utf-8", "replace")
        return bool(data)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def plain(text: str) -> str:
    """Without escape sequences and with the line ends of a file."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r\n", "\n")
