"""The blob server's port, kept over the daemon's life.

The policy of a page that is open names that port, so that the next daemon tries it first. Nothing depends on it: where
it is taken, or the note is not to be read, the system chooses, and pages are loaded anew.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Final

_NUMBER: Final = re.compile(r"[1-9][0-9]{3,4}\Z", re.ASCII)
_FIRST, _LAST = 1024, 65535


def remembered(place: Path) -> int:
    """0 where none is."""
    try:
        text = place.read_text("ascii")
    except (OSError, ValueError):
        return 0
    port = int(text) if _NUMBER.match(text) else 0
    return port if _FIRST <= port <= _LAST else 0


def remember(place: Path, port: int) -> None:
    with contextlib.suppress(OSError):  # a full disk: the next daemon takes another port
        place.write_text(str(port), "ascii")
