"""From a program's name to the one file that will run: an absolute path that nobody else could have put there.

PATH is the user's own wish, so it is followed, but for entries through which somebody else speaks: relative ones (they
mean the folder that a notebook happens to be in) and ones that everybody can write. Must never look into the working
directory.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from fumehood.core.errors import ProcessStartFailed

DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


def find_tool(name: str, env: Mapping[str, str] | None = None) -> Path:
    """The absolute path of the program `name`. Raises `ProcessStartFailed`."""
    if "\0" in name or not name:
        raise ProcessStartFailed("A program's name may not be empty or hold a NUL.")
    if name.startswith("/"):
        if not _runs(Path(name)):
            raise ProcessStartFailed(f"{name} is not a program that can be run.")
        return Path(name)
    if "/" in name:
        raise ProcessStartFailed(
            f"{name} is a relative path; which program it means would depend on the folder.",
            hint="Name the program by its absolute path.",
        )
    path = (os.environ if env is None else env).get("PATH", DEFAULT_PATH)
    for entry in path.split(os.pathsep):
        if not entry.startswith("/") or _open_to_all(entry):
            continue
        candidate = Path(entry, name)
        if _runs(candidate):
            return candidate
    raise ProcessStartFailed(f"The program {name} is not on PATH.")


def _open_to_all(folder: str) -> bool:
    """Also where it is sticky: everybody can still put a new name there."""
    try:
        found = Path(folder).stat()
    except OSError:
        return True
    return bool(found.st_mode & stat.S_IWOTH) or not stat.S_ISDIR(found.st_mode)


def _runs(path: Path) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and not found.st_mode & stat.S_IWOTH and os.access(path, os.X_OK)
