"""From a path to what a room begins with. Reads, parses, puts outputs into the blob store; runs nothing.

Opening is not acting: a regular file is read, never waited for, and no key of it is obeyed. What cannot be parsed
becomes text with the reason. These functions block; rooms call them in a thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from fumehood.core import limits
from fumehood.core.errors import FileMissing, HoodError, LimitExceeded, NotAFile, NotebookUnreadable
from fumehood.daemon.room import Claim
from fumehood.document import ipynb, outputs
from fumehood.document.ipynb import Loaded
from fumehood.protocol.events import OutputsLoaded
from fumehood.protocol.methods import ReadOnlyText
from fumehood.store.atomic import digest, read_regular
from fumehood.store.blobs import BlobStore


class Found(NamedTuple):
    """A notebook as it lies on the disk."""

    data: bytes
    digest: str
    claim: Claim
    signature: tuple[int, int, int]
    loaded: Loaded
    outputs: tuple[OutputsLoaded, ...]


def canonical(text: str) -> Path:
    """The one name of the file that `text` leads to. Raises NotAFile, FileMissing, BadInput."""
    path = Path(text)
    if "\0" in text or not path.is_absolute():
        raise NotAFile("A notebook is named by its absolute path.")
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise NotAFile(f"{text} is a link that leads nowhere.") from error


def signature(path: Path) -> tuple[Claim, tuple[int, int, int]] | None:
    """Which file is there, and what tells whether somebody wrote it; None where none is."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return Claim(found.st_dev, found.st_ino), (found.st_ino, found.st_size, found.st_mtime_ns)


def read(path: Path, blobs: BlobStore) -> Found:
    """Raises FileMissing, NotAFile, LimitExceeded, StorageFailed; NotebookUnreadable for what opens as text."""
    before = signature(path)
    data = read_regular(path, limits.NOTEBOOK_BYTES)
    if before is None:
        raise FileMissing(f"{path} is gone.")
    try:
        loaded = ipynb.read(data)
    except LimitExceeded as error:
        raise NotebookUnreadable(error.message) from error
    return Found(data, digest(data), *before, loaded, to_events(loaded, blobs))


def to_events(loaded: Loaded, blobs: BlobStore) -> tuple[OutputsLoaded, ...]:
    return tuple(
        OutputsLoaded(cell=cell, outputs=tuple(outputs.to_manifest(raw, blobs.put) for raw in found), count=count)
        for cell, (found, count) in loaded.outputs.items()
        if found or count is not None
    )


def as_text(path: Path, error: HoodError) -> ReadOnlyText:
    data = read_regular(path, limits.NOTEBOOK_BYTES)
    cut = data[: limits.READ_ONLY_TEXT]
    return ReadOnlyText(
        code=error.code,
        reason=error.message,
        text=cut.decode("utf-8", "replace"),
        truncated=len(cut) < len(data),
    )


def empty() -> bytes:
    return ipynb.write(None, [], {}, {})
