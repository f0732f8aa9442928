"""Bytes by their SHA-256: what an output shows beyond a few kilobytes.

`folder/ab/cd/abcd…`, written beside (in `folder/tmp`) and renamed, so that a name never stands for half of its bytes.
`put` makes a blob readable at once; `sync` makes all of them durable, in one go before the journal's commit that names
them. A blob that an earlier process left is not trusted before it was read once: a power loss may have kept its name
and not its bytes. May assume to be the only writer of the folder; every method may be called from any thread; must
never give out bytes that do not have the hash they are asked by.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from fumehood.core import limits
from fumehood.core.errors import BadMessage, BlobMissing, StorageFailed
from fumehood.core.ids import BlobHash, blob_hash
from fumehood.protocol.outputs import BlobRef
from fumehood.store.atomic import sync_folder
from fumehood.store.ephemeral import EphemeralBlobs
from fumehood.store.failures import storage_failed
from fumehood.store.shards import READ, blobs_in, place_of, sync_file, write_all

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK: Final = 1 << 20


class Swept(NamedTuple):
    removed: int
    bytes: int
    kept: int


class BlobStore:
    def __init__(self, folder: Path) -> None:
        """Raises `StorageFailed`."""
        self.folder = folder
        self._temp = folder / "tmp"
        self._ephemeral = EphemeralBlobs()
        self._lock = threading.Lock()
        """Guards what follows and every change of a blob's name."""
        self._sizes: dict[BlobHash, int] = {}
        """Blobs whose bytes this process wrote or checked; bounded, oldest out."""
        self._unsynced: dict[BlobHash, None] = {}
        self._new_folders: set[Path] = set()
        self._being_written: set[Path] = set()
        self._syncing = threading.Lock()
        try:
            self._temp.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise storage_failed("The blob store could not be opened", error) from error

    # -- putting

    def put(self, data: bytes) -> BlobRef:
        """Readable at once, durable after the next `sync`. Raises `StorageFailed`."""
        name = blob_hash(data)
        if not self._touch(name):
            with self._writing() as (fd, temp):
                write_all(fd, data)
                self._name(temp, name, len(data))
        return BlobRef(blob=name, size=len(data))

    def writer(self, hash: BlobHash, size: int) -> BlobWriter:
        """For a blob that comes in pieces. Raises `StorageFailed`."""
        return BlobWriter(self, hash, size)

    def sync(self) -> None:
        """Returns when everything that was put before the call survives a power loss.

        Raises `StorageFailed`; what failed is tried again, from a fresh file, by the next call.
        """
        with self._syncing:
            with self._lock:
                unsynced, self._unsynced = self._unsynced, {}
                folders, self._new_folders = self._new_folders, set()
            failed: list[BlobHash] = []
            first: OSError | None = None
            for name in unsynced:
                try:
                    sync_file(self._place(name))
                except FileNotFoundError:
                    continue  # swept meanwhile
                except OSError as error:
                    first = first or error
                    failed.append(name)
            for name in failed:
                # After a failed fsync the pages count as written though they are not: only a new file can be trusted.
                self._rewrite(name)
            shards = {self._place(name).parent for name in unsynced}
            try:
                for folder in shards | folders:
                    with contextlib.suppress(FileNotFoundError):
                        sync_folder(folder)
            except OSError as error:
                first = first or error
            if first is not None:
                with self._lock:
                    self._unsynced.update(dict.fromkeys(unsynced))
                    self._new_folders |= folders
                raise storage_failed("Outputs could not be kept", first) from first

    # -- reading

    def path(self, hash: BlobHash) -> Path | None:
        """The file of a durable blob whose bytes are sound; None where there is none.

        Reads the whole file the first time that this process meets it.
        """
        return self._place(hash) if self._checked(hash) is not None else None

    def known(self, hash: BlobHash) -> Path | None:
        """As `path` where the answer needs no reading of the bytes, else None: for callers that must not wait."""
        return self._place(hash) if hash in self._sizes else None

    def size(self, hash: BlobHash) -> int | None:
        """In bytes; of an ephemeral blob too."""
        found = self._checked(hash)
        if found is None and (data := self._ephemeral.get(hash)) is not None:
            return len(data)
        return found

    def read(self, hash: BlobHash) -> bytes:
        """Raises `BlobMissing`, also where the bytes are damaged; `StorageFailed`."""
        try:
            data = self._place(hash).read_bytes()
        except FileNotFoundError:
            found = self._ephemeral.get(hash)
            if found is None:
                raise BlobMissing(f"The bytes {hash[:12]}… are not there any more.") from None
            return found
        except OSError as error:
            raise storage_failed("An output could not be read", error) from error
        if blob_hash(data) != hash:
            self._forget(hash)
            raise BlobMissing(f"The bytes {hash[:12]}… are damaged on the disk.")
        return data

    # -- ephemeral blobs

    def put_ephemeral(self, owner: str, hash: BlobHash, data: bytes) -> BlobRef:
        """Keeps it in memory for `owner` (a runtime), in place of its oldest ones. Raises `BadMessage`."""
        if blob_hash(data) != hash:
            raise BadMessage("A blob's bytes do not have the hash that names them.")
        self._ephemeral.put(owner, hash, data)
        return BlobRef(blob=hash, size=len(data))

    def drop_ephemeral(self, owner: str) -> None:
        self._ephemeral.drop(owner)

    def ephemeral(self, hash: BlobHash) -> bytes | None:
        return self._ephemeral.get(hash)

    # -- sweeping

    def sweep(self, referenced: Callable[[BlobHash], bool], grace: float, now: float) -> Swept:
        """Removes blobs that nothing references and nobody put for `grace` seconds before `now` (since the epoch)."""
        removed = freed = kept = 0
        for name, place in blobs_in(self.folder):
            with self._lock, contextlib.suppress(FileNotFoundError):
                found = place.stat()
                if found.st_mtime > now - grace or name in self._unsynced or referenced(name):
                    kept += 1
                    continue
                place.unlink()
                self._sizes.pop(name, None)
                removed += 1
                freed += found.st_size
                for folder in (place.parent, place.parent.parent):
                    try:
                        folder.rmdir()
                    except OSError:
                        break
        for temp in list(self._temp.iterdir()):
            with contextlib.suppress(FileNotFoundError):
                if temp not in self._being_written and temp.stat().st_mtime <= now - grace:
                    temp.unlink()
        return Swept(removed, freed, kept)

    # -- within the package

    def _place(self, name: BlobHash) -> Path:
        return place_of(self.folder, name)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple[int, Path]]:
        """A new file in `tmp`, which is gone at the end if it did not get a blob's name. OSErrors are translated."""
        temp = self._temp / secrets.token_hex(8)
        self._being_written.add(temp)
        fd = -1
        try:
            try:
                fd = os.open(temp, _NEW, 0o600)
                yield fd, temp
            finally:
                if fd >= 0:
                    os.close(fd)
                with contextlib.suppress(FileNotFoundError):
                    temp.unlink()
                self._being_written.discard(temp)
        except OSError as error:
            raise storage_failed("An output could not be kept", error) from error

    def _name(self, temp: Path, name: BlobHash, size: int) -> None:
        """Gives the file the blob's name; a sound one that has it stays, because it may be durable already.

        Raises OSError.
        """
        place = self._place(name)
        with self._lock:
            if name in self._sizes and self._freshen(name):
                return
            if not place.parent.is_dir():
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._new_folders |= {place.parent.parent, self.folder}
            temp.rename(place)
            self._unsynced[name] = None
            self._remember(name, size)

    def _touch(self, name: BlobHash) -> bool:
        """Whether the blob is there and sound. Then it is as if it was put now: fresh for `sweep`, due for `sync`."""
        if self._checked(name) is None:
            return False
        with self._lock:
            return self._freshen(name)

    def _freshen(self, name: BlobHash) -> bool:
        """With the lock held, for a blob that is known to be sound; False where its file is gone."""
        try:
            os.utime(self._place(name))
        except OSError:
            self._sizes.pop(name, None)
            return False
        self._unsynced[name] = None
        return True

    def _checked(self, name: BlobHash) -> int | None:
        """The size of a blob whose bytes are as its name says; reads them where this process did not write them."""
        known = self._sizes.get(name)
        if known is not None:
            return known
        try:
            fd = os.open(self._place(name), READ)
        except OSError:
            return None
        hasher = hashlib.sha256()
        size = 0
        try:
            while chunk := os.read(fd, _CHUNK):
                hasher.update(chunk)
                size += len(chunk)
        except OSError:
            return None
        finally:
            os.close(fd)
        if hasher.hexdigest() != name:
            return None
        with self._lock:
            self._remember(name, size)
        return size

    def _remember(self, name: BlobHash, size: int) -> None:
        self._sizes[name] = size
        while len(self._sizes) > limits.BLOBS_KNOWN:
            del self._sizes[next(iter(self._sizes))]

    def _forget(self, name: BlobHash) -> None:
        with self._lock:
            self._sizes.pop(name, None)

    def _rewrite(self, name: BlobHash) -> None:
        """Puts the blob's bytes, where they can still be read, into a new file; removes it where they cannot."""
        try:
            data = self._place(name).read_bytes()
            self._forget(name)
            if blob_hash(data) != name:
                raise OSError(errno.EIO, "the bytes are damaged")
            with self._writing() as (fd, temp):
                write_all(fd, data)
                self._name(temp, name, len(data))
        except StorageFailed:
            return  # still no space: the old file stays, and stays unsynced
        except OSError:
            with self._lock, contextlib.suppress(OSError):
                self._sizes.pop(name, None)
                self._place(name).unlink()


class BlobWriter:
    """One blob that comes in pieces, in order. Ends with `finish` or `abort`; nothing is readable before.

    What raised `StorageFailed` may be tried again: nothing of it was taken.
    """

    def __init__(self, store: BlobStore, hash: BlobHash, size: int) -> None:
        if not 0 <= size <= limits.BLOB_BYTES:
            raise BadMessage(f"A blob of {size} bytes is announced; {limits.BLOB_BYTES} are allowed.")
        self._store = store
        self._hash = hash
        self._size = size
        self._at = 0
        self._hasher = hashlib.sha256()
        self._stack = contextlib.ExitStack()
        self._fd, self._temp = self._stack.enter_context(store._writing())

    def write(self, offset: int, data: bytes) -> None:
        """Raises `BadMessage` for a piece that is not the next one or too long, which aborts; `StorageFailed`."""
        if offset != self._at or offset + len(data) > self._size:
            self.abort()
            raise BadMessage("A piece of a blob is not where it belongs.")
        try:
            # A try before this one may have written a part.
            os.lseek(self._fd, offset, os.SEEK_SET)
            write_all(self._fd, data)
        except OSError as error:
            raise storage_failed("An output could not be kept", error) from error
        self._hasher.update(data)
        self._at += len(data)

    def finish(self) -> BlobRef:
        """Raises `BadMessage` where the bytes are not those that were announced, which aborts; `StorageFailed`."""
        if self._at != self._size or self._hasher.hexdigest() != self._hash:
            self.abort()
            raise BadMessage("A blob's bytes do not have the hash that names them.")
        try:
            if not self._store._touch(self._hash):
                self._store._name(self._temp, self._hash, self._size)
        except OSError as error:
            raise storage_failed("An output could not be kept", error) from error
        self._stack.close()
        return BlobRef(blob=self._hash, size=self._size)

    def abort(self) -> None:
        self._stack.close()
