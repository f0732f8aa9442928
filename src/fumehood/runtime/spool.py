"""What a runtime said and the journal does not hold yet, in files that survive `kill -9`.

A folder of segments, each named by the first number in it; a record is length, CRC-32, number and the report's body
as it goes over the stream. One process appends; the daemon reads the folder of a runtime that died. A cut or damaged
tail ends the reading there: what was written by `write(2)` before is whole. Acknowledged segments are removed whole.

Must never be written by anything but `runtime.outlet`, which is where redaction happens.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from fumehood.core import limits
from fumehood.core.errors import HoodError, StorageFailed
from fumehood.core.paths import private_folder
from fumehood.protocol.stream import Numbered, parse_report

_HEAD = 16  # length 4, CRC-32 4, number 8
_SUFFIX = ".spool"


class Record(NamedTuple):
    seq: int
    body: bytes


def _head(record: Record) -> bytes:
    number = record.seq.to_bytes(8, "big")
    crc = zlib.crc32(record.body, zlib.crc32(number))
    return len(record.body).to_bytes(4, "big") + crc.to_bytes(4, "big") + number


def parts(records: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """What to write of (head, body) pairs: small ones together, because a call costs more; large ones uncopied."""
    small: list[bytes] = []
    for head, body in records:
        small.append(head)
        if len(body) <= limits.INLINE_TEXT:
            small.append(body)
        else:
            yield b"".join(small)
            small.clear()
            yield body
    if small:
        yield b"".join(small)


def _scan(data: bytes | memoryview, start: int = 0) -> Iterator[tuple[int, Record]]:
    """(offset after it, record) for each whole record; ends at the first that is cut or damaged."""
    view = memoryview(data)
    while start + _HEAD <= len(view):
        size = int.from_bytes(view[start : start + 4], "big")
        end = start + _HEAD + size
        if size > limits.STREAM_FRAME or end > len(view):
            return
        body = view[start + _HEAD : end]
        number = view[start + 8 : start + _HEAD]
        if zlib.crc32(body, zlib.crc32(number)) != int.from_bytes(view[start + 4 : start + 8], "big"):
            return
        yield end, Record(int.from_bytes(number, "big"), bytes(body))
        start = end


def _segments(folder: Path) -> list[tuple[int, Path]]:
    found = [(int(path.stem), path) for path in folder.glob(f"*{_SUFFIX}") if path.stem.isdigit()]
    return sorted(found)


class Spool:
    """Appends raise `StorageFailed` and leave the files as they were before."""

    def __init__(self, folder: Path) -> None:
        """Goes on after the last whole record; a damaged tail is cut off."""
        self._folder = private_folder(folder)
        self._fd = -1
        self._sizes: dict[int, int] = {}
        """First number in a segment to its size in bytes; in order, the last one is written to."""
        self.size = 0
        """Bytes on the disk, of all segments."""
        self.last = 0
        self.unsynced = False
        self._unsynced_segments: list[int] = []
        self._folder_changed = False
        self._bookmark: tuple[tuple[int, int], int] = ((0, 0), 0)
        """(segment, number of a record in it), and the offset after that record."""
        self._recover()

    def append(self, records: Sequence[Record]) -> None:
        if self._fd < 0 or self._sizes[self._newest] >= limits.SPOOL_SEGMENT:
            self._open_segment(records[0].seq)
        before = self._sizes[self._newest]
        try:
            size = sum(self._write(part) for part in parts((_head(record), record.body) for record in records))
        except OSError as error:
            self._undo(before)
            raise StorageFailed(f"The spool cannot be written: {error.strerror}.") from error
        self._sizes[self._newest] = before + size
        self.size += size
        self.last = records[-1].seq
        self.unsynced = True

    def trim(self, acked: int) -> None:
        """Forgets the segments that hold nothing after `acked`."""
        firsts = list(self._sizes)
        for first, following in zip(firsts, [*firsts[1:], self.last + 1], strict=False):
            if following > acked + 1:
                return
            if first == self._newest:
                if self._sizes[first] < limits.SPOOL_SEGMENT:
                    # A small one is kept and written on: making a file costs more than the bytes.
                    return
                self._close_segment()
            self.size -= self._sizes.pop(first)
            self._path(first).unlink(missing_ok=True)

    def after(self, seq: int, limit: int) -> list[Record]:
        """The records after `seq`, in order, about `limit` bytes of them, but one at least if there is one.

        Cheap when called with the last record's number again: it remembers where that one ended.
        """
        found: list[Record] = []
        size = 0
        for first, _ in self._from(seq + 1):
            start = self._bookmark[1] if self._bookmark[0] == (first, seq) else 0
            with self._path(first).open("rb") as file:
                file.seek(start)
                data = file.read()
            for end, record in _scan(data):
                if record.seq <= seq:
                    continue
                found.append(record)
                size += len(record.body)
                self._bookmark = ((first, record.seq), start + end)
                if size >= limit:
                    return found
        return found

    def sync(self) -> None:
        """Blocks until what was appended is on the disk; may be called in a thread beside `append`."""
        self.unsynced = False
        pending, self._unsynced_segments = self._unsynced_segments, []
        try:
            if self._fd >= 0:
                pending.append(os.dup(self._fd))
            if self._folder_changed:
                self._folder_changed = False
                pending.append(os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
            for fd in pending:
                os.fsync(fd)
        except OSError as error:
            raise StorageFailed(f"The spool cannot be kept: {error.strerror}.") from error
        finally:
            for fd in pending:
                os.close(fd)

    def remove(self) -> None:
        """Forgets everything and removes the folder's segments."""
        self.close()
        for first in self._sizes:
            self._path(first).unlink(missing_ok=True)
        self._sizes.clear()
        self.size = 0

    def close(self) -> None:
        self._close_segment()
        while self._unsynced_segments:
            os.close(self._unsynced_segments.pop())

    # -- inside

    @property
    def _newest(self) -> int:
        return next(reversed(self._sizes))

    def _path(self, first: int) -> Path:
        return self._folder / f"{first:020d}{_SUFFIX}"

    def _from(self, seq: int) -> list[tuple[int, int]]:
        """The segments that may hold `seq` and later ones: (first number, size)."""
        firsts = list(self._sizes.items())
        start = 0
        for index, (first, _) in enumerate(firsts):
            if first <= seq:
                start = index
        return firsts[start:]

    def _recover(self) -> None:
        for first, path in _segments(self._folder):
            data = path.read_bytes()
            good = 0
            for end, record in _scan(data):
                good, self.last = end, record.seq
            if good < len(data):
                os.truncate(path, good)
            if good == 0:
                path.unlink()
                continue
            self._sizes[first] = good
            self.size += good
        if self._sizes:
            self._fd = os.open(self._path(self._newest), os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)

    def _write(self, data: bytes) -> int:
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]
        return len(data)

    def _open_segment(self, first: int) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            fd = os.open(self._path(first), flags, 0o600)
        except OSError as error:
            raise StorageFailed(f"The spool cannot be written: {error.strerror}.") from error
        self._close_segment()
        self._fd = fd
        self._sizes[first] = 0
        self._folder_changed = True

    def _close_segment(self) -> None:
        """Its last bytes are synced by the next `sync`: here nobody may wait for a disk."""
        if self._fd >= 0:
            self._unsynced_segments.append(self._fd)
            self._fd = -1

    def _undo(self, size: int) -> None:
        try:
            os.ftruncate(self._fd, size)
        except OSError:
            # The half record at the end is skipped by every reader; later ones go into another file.
            self._close_segment()


def read_reports(folder: Path, after: int = 0) -> Iterator[Numbered]:
    """What a dead runtime left, after the number `after`, in order, as far as it is whole.

    Ends at the first damaged record or gap in the numbers: what came later was not said yet.
    """
    told: int | None = None
    for _, path in _segments(folder):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StorageFailed(f"The spool cannot be read: {error.strerror}.") from error
        for _, record in _scan(data):
            if record.seq <= after:
                continue
            if told is not None and record.seq != told + 1:
                return
            try:
                report = parse_report(record.body)
            except HoodError:
                return
            if isinstance(report, Numbered):
                told = record.seq
                yield report
