"""Memory of large arrays goes back to the system as soon as they are gone.

glibc stops returning large buffers after the first one was freed, unless it is told where large begins: a server that
showed a million cells kept 60 MB of nothing. Called by programs of ours, not in a user's kernel. Another libc has other
habits, and is left alone.
"""

from __future__ import annotations

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_LARGE: Final = 64 * 1024
_ARENAS: Final = 2
"""glibc gives each thread holes of its own to keep, up to eight times as many as there are cores."""


def give_back_large() -> bool:
    """From now on, each allocation from 64 KiB on is a mapping of its own. Whether the system could be told."""
    try:
        told = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    told.argtypes, told.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
    return bool(told(_M_MMAP_THRESHOLD, _LARGE)) and bool(told(_M_ARENA_MAX, _ARENAS))
