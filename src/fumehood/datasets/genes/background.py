"""The build of a gene-major store in a process of its own: it takes neither the interpreter nor HDF5's lock from those
who answer requests.

The process opens the dataset anew, by the same checks; it is nice to others, says how far it is one line at a time, and
ends when nobody listens any more. What it did until then is taken up by the next one.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from fumehood.core import errors
from fumehood.core.errors import HoodError, Internal
from fumehood.sandbox.process import Process
from fumehood.sandbox.spawn import NONE, spawn


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the process is told, on its standard input."""

    source: str
    options: dict[str, str]
    """Of `OpenOptions`."""
    key: str
    target: str
    room: str = ""
    """The folder with a budget in which room is made; "" where there is none."""


class News(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of what the process says."""

    done: float = 0.0
    finished: bool = False
    code: str = ""
    message: str = ""
    hint: str = ""


class Background:
    """One build. `tell` is called from a thread of its own: with how much is done, and in the end with how it ended."""

    def __init__(self, task: Task, tell: Callable[[News], None]) -> None:
        """Raises `ProcessStartFailed`."""
        self._tell = tell
        self._process, self._news = _start(task)
        threading.Thread(target=self._listen, name="fumehood-genes-build", daemon=True).start()

    def cancel(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def _listen(self) -> None:
        last = News()
        with os.fdopen(self._news, "rb") as lines:
            for line in lines:
                try:
                    last = msgspec.json.decode(line, type=News)
                except msgspec.DecodeError:
                    continue
                if not (last.finished or last.code):
                    self._tell(last)
        ended = self._process.wait_blocking(None)
        if not (last.finished or last.code):
            said = "did not end" if ended is None else ended.describe()
            last = News(code=Internal.code, message=f"The process that makes the gene-major store {said}.")
        self._tell(last)


def failure(news: News) -> HoodError:
    return errors.from_wire(news.code, news.message, news.hint, {})


def _start(task: Task) -> tuple[Process, int]:
    told, tell = os.pipe()
    news, say = os.pipe()
    argv = [sys.executable, "-P", "-m", "fumehood.datasets.genes"]
    try:
        process = spawn(NONE, argv, cwd=Path("/"), env=dict(os.environ), stdin=told, stdout=say)
    except BaseException:
        os.close(tell)
        os.close(news)
        raise
    finally:
        os.close(told)
        os.close(say)
    with os.fdopen(tell, "wb") as file:
        file.write(msgspec.json.encode(task))
    return process, news
