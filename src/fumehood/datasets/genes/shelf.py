"""Where gene-major stores are kept: beside the dataset where the user wants that, else in a folder with a budget.

In the folder a store's name is its key, so several datasets, and several states of one, lie side by side. Before one is
built the ones that were not opened for longest make room; one that is open is passed by. A store of a dataset that is
gone is removed like any other, when its turn comes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
from pathlib import Path
from typing import Final

from fumehood.core.limits import GENES_SHELF
from fumehood.datasets.genes.building import PART
from fumehood.datasets.genes.store import IN_USE, INDEX

BESIDE: Final = ".hoodgenes"


def beside(path: Path) -> Path:
    return path.with_name(path.name + BESIDE)


def is_trusted(store: Path, path: Path) -> bool:
    """Whether nobody wrote `store` who could not have written the dataset at `path`, or is not us."""
    try:
        found, owner = store.lstat(), path.stat().st_uid
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid in (owner, os.geteuid()) and not found.st_mode & 0o022


def is_being_built(store: Path) -> bool:
    """Whether some process works on it at this moment."""
    try:
        fd = os.open(store.with_name(store.name + PART) / IN_USE, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False


def used(store: Path) -> None:
    """Notes that a store was opened."""
    with contextlib.suppress(OSError):
        os.utime(store / INDEX)


def make_room(folder: Path, needed: int, limit: int = GENES_SHELF) -> int:
    """Removes what was not used for longest until `needed` bytes more stay within `limit`; how many bytes went."""
    found = sorted(_stores(folder))
    total = sum(size for _, size, _ in found)
    gone = 0
    for _, size, place in found:
        if total - gone + needed <= limit:
            break
        if _remove(place):
            gone += size
    return gone


def discard(store: Path) -> None:
    """Removes a store that does not add up. Who has it open reads on."""
    shutil.rmtree(store, ignore_errors=True)


def _stores(folder: Path) -> list[tuple[float, int, Path]]:
    found = []
    with contextlib.suppress(OSError):
        for place in folder.iterdir():
            with contextlib.suppress(OSError):
                if place.is_symlink() or not place.is_dir():
                    continue
                sizes = [entry.stat(follow_symlinks=False).st_size for entry in os.scandir(place)]
                newest = place / INDEX if (place / INDEX).exists() else place
                found.append((newest.stat().st_mtime, sum(sizes), place))
    return found


def _remove(place: Path) -> bool:
    try:
        fd = os.open(place / IN_USE, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        fd = -1
    try:
        if fd >= 0:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        aside = place.with_name(place.name + ".gone") if not place.name.endswith(PART) else place
        place.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
        return not aside.exists()
    except OSError:
        return False
    finally:
        if fd >= 0:
            os.close(fd)
