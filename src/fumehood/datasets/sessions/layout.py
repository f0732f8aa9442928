"""Where the parts of a session's file lie; nothing is inflated here.

    "CELLUCID_SESSION\\n" | u32le length of the manifest | manifest (JSON) | { u32le length | bytes } for each chunk

Every length is held against what is left of the file before anything is read, and the three lengths of a chunk (in
front of it, in the manifest, what there is) against each other. May assume a source whose size does not change; must
never allocate what a length says before that much is known to be there.
"""

from __future__ import annotations

import os
import stat
import struct
from pathlib import Path
from typing import Final, Protocol

from fumehood.core import limits
from fumehood.core.errors import FileMissing, LimitExceeded, NotAFile, SessionFormat, SessionUnreadable
from fumehood.datasets.sessions.manifest import ChunkEntry, Manifest, parse
from fumehood.store.failures import storage_failed

MAGIC: Final = b"CELLUCID_SESSION\n"
_LATER: Final = b"CELLUCID_SESSION/"
_LENGTH: Final = struct.Struct("<I")
_OPEN: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


class Source(Protocol):
    """Bytes that are read by their place, from several threads."""

    size: int

    def read(self, start: int, count: int) -> bytes:
        """Exactly `count` bytes from `start`. Raises SessionUnreadable where they are not there."""
        ...

    def close(self) -> None: ...


class Bytes:
    """A session that is in memory."""

    def __init__(self, data: bytes) -> None:
        if len(data) > limits.SESSION_BYTES:
            raise _too_large(len(data))
        self._data = data
        self.size = len(data)

    def read(self, start: int, count: int) -> bytes:
        if start + count > self.size:
            raise _ends_early()
        return self._data[start : start + count]

    def close(self) -> None:
        self._data, self.size = b"", 0


class File:
    """A session in an open file, whose descriptor this owns: what the path leads to later does not matter."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        found = os.fstat(fd)
        self.size = found.st_size
        if not stat.S_ISREG(found.st_mode):
            self.close()
            raise NotAFile("That is not a regular file.", hint="Name a session's file.")
        if self.size > limits.SESSION_BYTES:
            self.close()
            raise _too_large(found.st_size)

    @classmethod
    def at(cls, path: Path) -> File:
        """Raises FileMissing, NotAFile, LimitExceeded, StorageFailed; never waits."""
        try:
            return cls(os.open(path, _OPEN))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileMissing(f"{path} does not exist.") from error
        except ValueError as error:
            raise FileMissing("A file name cannot hold a NUL character.") from error
        except OSError as error:
            raise storage_failed(f"{path} could not be opened", error) from error

    def read(self, start: int, count: int) -> bytes:
        if self._fd < 0 or start + count > self.size:
            raise _ends_early()
        try:
            data = os.pread(self._fd, count, start)
            while len(data) < count and (more := os.pread(self._fd, count - len(data), start + len(data))):
                data += more
        except OSError as error:
            raise storage_failed("The session could not be read", error) from error
        if len(data) != count:
            raise _ends_early()
        return data

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd, self.size = -1, 0

    def __del__(self) -> None:
        self.close()


class Layout:
    """What is where."""

    def __init__(self, manifest: Manifest, raw: bytes, starts: tuple[int, ...], sizes: tuple[int, ...]) -> None:
        self.manifest = manifest
        self.raw = raw
        """The manifest as it is in the file."""
        self._places = {
            entry.id: (entry, start, size) for entry, start, size in zip(manifest.chunks, starts, sizes, strict=True)
        }

    def place(self, id: str) -> tuple[ChunkEntry, int, int] | None:
        """The chunk's entry, where its bytes begin, and how many are stored."""
        return self._places.get(id)


def lay_out(source: Source) -> Layout:
    """Raises SessionUnreadable, SessionFormat, LimitExceeded."""
    _check_magic(source)
    at = len(MAGIC)
    length = _length(source, at)
    at += _LENGTH.size
    if length == 0:
        raise SessionUnreadable("The session has no manifest.")
    if length > limits.SESSION_MANIFEST:
        raise LimitExceeded(f"The manifest says it has {length} bytes; {limits.SESSION_MANIFEST} are allowed.")
    raw = source.read(at, length)
    manifest = parse(raw)
    at += length
    starts, sizes = [], []
    for entry in manifest.chunks:
        stored = _length(source, at)
        at += _LENGTH.size
        if entry.stored_bytes is not None and entry.stored_bytes != stored:
            raise SessionUnreadable(
                f"The chunk {entry.id[:80]!r} has {stored} bytes where the manifest says {entry.stored_bytes}."
            )
        if stored > source.size - at:
            raise _ends_early()
        starts.append(at)
        sizes.append(stored)
        at += stored
    if at != source.size:
        raise SessionUnreadable(f"{source.size - at} bytes follow the last chunk of the session.")
    return Layout(manifest, raw, tuple(starts), tuple(sizes))


def _check_magic(source: Source) -> None:
    head = source.read(0, min(source.size, len(MAGIC) + 8))
    if head.startswith(MAGIC):
        return
    if head.startswith(_LATER):
        number = head[len(_LATER) :].split(b"\n")[0].decode("ascii", "replace")
        number = "".join(one for one in number if one.isalnum()) or "?"
        raise SessionFormat(
            f"This session has format {number}, which a later cellucid wrote; fumehood reads and writes format 1."
        )
    raise SessionUnreadable("This is not a session: it does not begin with CELLUCID_SESSION.")


def _length(source: Source, at: int) -> int:
    value: int = _LENGTH.unpack(source.read(at, _LENGTH.size))[0]
    return value


def _ends_early() -> SessionUnreadable:
    return SessionUnreadable("The session ends before what it says it holds.", hint="It was not copied whole.")


def _too_large(size: int) -> LimitExceeded:
    return LimitExceeded(f"The session has {size} bytes; {limits.SESSION_BYTES} are allowed.")
