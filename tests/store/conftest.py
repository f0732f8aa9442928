"""A disk that is really full: a small tmpfs where we may mount one, and a process limit on file sizes anywhere."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from fumehood.store.journal import Journal


class Disk(Protocol):
    folder: Path

    def fill(self) -> None:
        """From here on nothing more can be written."""

    def free(self) -> None: ...


class SmallDisk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        fd = os.open(self.folder / "filler", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            for size in (1 << 16, 1 << 12):
                try:
                    while os.write(fd, b"x" * size) == size:
                        pass
                except OSError:
                    continue
        finally:
            os.close(fd)

    def free(self) -> None:
        (self.folder / "filler").unlink()


class SmallLimit:
    """Every write to a file fails with EFBIG (Python ignores the signal)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, self.before[1]))

    def free(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


_libc = ctypes.CDLL(None, use_errno=True)


def mount(folder: Path) -> bool:
    kind = b"tmpfs"
    return bool(_libc.mount(kind, os.fsencode(folder), kind, 0, b"size=4m,mode=0700") == 0)


def unmount(folder: Path) -> None:
    detach = 2
    assert _libc.umount2(os.fsencode(folder), detach) == 0


@pytest.fixture(params=["tmpfs", "limit"] if os.geteuid() == 0 else ["limit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    # Root without CAP_SYS_ADMIN (a container) has the second kind twice.
    if request.param == "tmpfs" and mount(folder):
        yield SmallDisk(folder)
        unmount(folder)
    else:
        small = SmallLimit(folder)
        yield small
        small.free()


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    opened = Journal.open(tmp_path / "journal.sqlite3")
    yield opened
    opened.close()
