"""Sessions on their way into files: whole, closed to others, and never where nobody asked for it.

A session holds names that people gave and what they looked at, so its file is 0600 from its first byte, and who saves
one where git would take it along is told. May assume a local file system with rename; must never leave half a file
under the name.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from fumehood.core import limits
from fumehood.core.errors import FileChanged, LimitExceeded, StorageFailed
from fumehood.datasets.sessions.composing import NewChunk
from fumehood.datasets.sessions.layout import MAGIC, Layout, Source
from fumehood.store.atomic import sync_folder
from fumehood.store.failures import storage_failed

_LENGTH: Final = struct.Struct("<I")
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PIECE: Final = 1 << 20


def pieces(
    head: dict[str, Any],
    layout: Layout | None,
    source: Source | None,
    new: list[NewChunk],
    gone: tuple[str, ...] = (),
) -> Iterator[bytes]:
    """The bytes of a session that has the chunks of an old one, but for those that `new` replaces or whose ids begin
    with one of `gone`, and `new`.

    What the old manifest says besides, and the old chunks with all that their entries say, go through unread.
    """
    replaced = {one.entry.id: one for one in new}
    entries: list[Any] = []
    parts: list[NewChunk | tuple[int, int]] = []
    top: dict[str, Any] = {}
    if layout is not None:
        top = msgspec.json.decode(layout.raw, type=dict[str, msgspec.Raw])
        old = msgspec.json.decode(top["chunks"], type=list[msgspec.Raw])
        for entry, raw in zip(layout.manifest.chunks, old, strict=True):
            if entry.id in replaced:
                one = replaced.pop(entry.id)
                entries.append(one.entry)
                parts.append(one)
            elif not entry.id.startswith(gone) and (place := layout.place(entry.id)) is not None:
                entries.append(raw)
                parts.append(place[1:])
    entries += [one.entry for one in replaced.values()]
    parts += replaced.values()
    manifest = msgspec.json.encode({**top, **head, "chunks": entries})
    if len(manifest) > limits.SESSION_MANIFEST or len(entries) > limits.SESSION_CHUNKS:
        raise LimitExceeded("The session would have too many parts.")
    yield MAGIC + _LENGTH.pack(len(manifest)) + manifest
    for part in parts:
        if isinstance(part, NewChunk):
            yield _LENGTH.pack(len(part.stored)) + part.stored
            continue
        assert source is not None
        start, size = part
        yield _LENGTH.pack(size)
        for first in range(start, start + size, _PIECE):
            yield source.read(first, min(_PIECE, start + size - first))


def save(path: Path, data: Iterable[bytes], *, overwrite: bool) -> None:
    """Raises FileChanged where something is at `path`, unless `overwrite`; StorageFailed, LimitExceeded."""
    folder = path.parent
    temp = folder / f".{path.name[:100]}.{secrets.token_hex(4)}.hood~"
    try:
        fd = os.open(temp, _CREATE, 0o600)
    except FileNotFoundError as error:
        raise StorageFailed(f"The folder of {path} does not exist.", hint="Make the folder first.") from error
    except OSError as error:
        raise storage_failed(f"{path} could not be written", error) from error
    try:
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, 0o600)
            total = 0
            for piece in data:
                total += len(piece)
                if total > limits.SESSION_BYTES:
                    raise LimitExceeded(f"The session would have more than {limits.SESSION_BYTES} bytes.")
                file.write(piece)
            file.flush()
            os.fsync(fd)
        settle(temp, path, overwrite=overwrite)
    except FileExistsError as error:
        raise FileChanged(
            f"{path} is there already.", hint="Save under another name, or say overwrite=True."
        ) from error
    except OSError as error:
        raise storage_failed(f"{path} could not be written", error) from error
    finally:
        with contextlib.suppress(OSError):
            temp.unlink()


def settle(temp: Path, path: Path, *, overwrite: bool) -> None:
    """Gives a whole file its name. Raises FileExistsError where it is taken, unless `overwrite`; OSError."""
    if overwrite:
        temp.replace(path)
    else:
        try:
            os.link(temp, path, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError:
            # File systems without hard links (exFAT, some FUSE): an exclusive, empty file takes the name first.
            os.close(os.open(path, _CREATE, 0o600))
            temp.replace(path)
    sync_folder(path.parent)


def work_tree(path: Path) -> Path | None:
    """The git work tree that a file at `path` would be in."""
    try:
        place = path.parent.resolve()
    except (OSError, RuntimeError):
        return None
    for folder in (place, *place.parents):
        if (folder / ".git").exists():
            return folder
    return None
