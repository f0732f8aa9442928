"""Disks that are really full: a small tmpfs, filled to its last byte, and freed again. Needs root (CI has it)."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Not one byte more fits, and no file."""
        fd = os.open(self._filler, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            for size in (1 << 20, 1 << 12, 1):
                with contextlib.suppress(_Full):
                    while True:
                        _write(fd, bytes(size))
        finally:
            os.close(fd)

    def free(self) -> None:
        self._filler.unlink()


class _Full(Exception):
    pass


def _write(fd: int, data: bytes) -> None:
    try:
        os.write(fd, data)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise _Full from error


@contextlib.contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A file system of its own at `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = f"size={megabytes}m,mode=0700,uid={os.getuid()}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
