"""Where a blob's file lies, and the few things that are done with one such file.

Two levels of 256 folders keep each of them small. Knows names and descriptors, nothing of what is durable or sound.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fumehood.core.errors import BadMessage
from fumehood.core.ids import BlobHash, parse_blob_hash

READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def place_of(folder: Path, name: BlobHash) -> Path:
    return folder / name[:2] / name[2:4] / name


def blobs_in(folder: Path) -> Iterator[tuple[BlobHash, Path]]:
    """Every blob's file in `folder`; whatever else lies there is not touched."""
    for first in _shards(folder):
        for second in _shards(first):
            with contextlib.suppress(FileNotFoundError):
                for place in list(second.iterdir()):
                    with contextlib.suppress(BadMessage):
                        name = parse_blob_hash(place.name)
                        if place_of(folder, name) == place:
                            yield name, place


def write_all(fd: int, data: bytes) -> None:
    """Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def sync_file(place: Path) -> None:
    """Raises OSError."""
    fd = os.open(place, READ)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _shards(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        for entry in sorted(folder.iterdir()):
            if len(entry.name) == 2 and set(entry.name) <= set("0123456789abcdef") and entry.is_dir():
                yield entry
