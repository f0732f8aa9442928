"""Where questions are answered: in threads that no end of a process waits for, a few of them at a time.

A pool of the standard library would be joined when its process ends, before anybody could take a question back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from fumehood.core import limits

_room = threading.BoundedSemaphore(limits.ASK_THREADS)


def start(work: Callable[[], None]) -> None:
    """Returns at once; the work begins when there is room. It raises nothing. Raises RuntimeError when the process
    ends."""

    def run() -> None:
        with _room:
            work()

    threading.Thread(target=run, name="fumehood-ask", daemon=True).start()
