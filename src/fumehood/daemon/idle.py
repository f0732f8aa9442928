"""When the daemon may end by itself: nobody is connected, and nothing runs.

A timer that starts when the last client leaves and is cancelled when one comes. What still runs when it rings (a
kernel at work, a save) earns another round.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping

from fumehood.core import limits
from fumehood.core.errors import BadSetting

SETTING = "FUMEHOOD_IDLE_SECONDS"


def idle_seconds(environ: Mapping[str, str]) -> float:
    """`limits.IDLE_EXIT_SECONDS`, or what the setting says; `inf` keeps the daemon for ever. Raises BadSetting."""
    text = environ.get(SETTING, "")
    if not text:
        return limits.IDLE_EXIT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds > 0:
        raise BadSetting(f"{SETTING} must be a number of seconds above 0.")
    return seconds


class Idle:
    def __init__(self, seconds: float, peers: Callable[[], int], busy: Callable[[], bool], end: Callable[[], None]):
        self._seconds = seconds
        self._peers = peers
        self._busy = busy
        self._end = end
        self._timer: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        """A client came or went; also called once at the start."""
        self.stop()
        if self._peers() == 0 and math.isfinite(self._seconds):
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._ring)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        if self._peers() == 0 and not self._busy():
            self._end()
        else:
            self.changed()
