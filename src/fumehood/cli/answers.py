"""Words that a person types at the terminal that controls this process, and at nothing else.

Standard input is not asked: a pipe, a file or `yes` answer nothing. This tells a person from a script that means no
harm; who can make a terminal of their own is told apart at the daemon's socket, or not at all (docs/threat-model.md).
"""

from __future__ import annotations

import os
from typing import Final

from fumehood.core.errors import NotApproved

_TERMINAL: Final = "/dev/tty"
_ANSWER: Final = 4096


def can_ask() -> bool:
    """Whether a terminal controls this process."""
    try:
        os.close(os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def ask(question: str) -> str:
    """The line that is typed; empty at the end of input. Raises NotApproved where no terminal controls this process."""
    try:
        fd = os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        raise NotApproved(
            "Only a person at a terminal can approve this, and none controls this process.",
            hint="Run it in a terminal; for CI there is `hood run --approved DIGEST`.",
        ) from error
    try:
        # What was typed before the question was asked is no answer to it.
        import termios

        termios.tcflush(fd, termios.TCIFLUSH)
        os.write(fd, question.encode("utf-8", "backslashreplace"))
        line = b""
        while not line.endswith(b"\n") and len(line) < _ANSWER and (more := os.read(fd, _ANSWER)):
            line += more
        return line.decode("utf-8", "replace").strip()
    finally:
        os.close(fd)
