"""The gene-major store beside a dataset, or in the cache: a folder that is complete or is not there.

    index.json      what it was made from, the shards with their sizes, the SHA-256 of the table
    table           32 bytes for each gene: where it lies and what it should be
    shard-00000 …   packed genes (packing.py), one after the other
    in-use          held shared while the folder is open, so that tidying the cache passes it by

It is written aside and renamed, so a reader never meets half of one. A reader trusts nothing in it: the table has a
digest, each gene a checksum and a place that must lie within its shard. Whatever does not add up is `GeneDamaged`, and
who opened the store throws it away and reads the dataset instead.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
from pathlib import Path
from typing import Final

import msgspec

from fumehood.core.errors import GeneDamaged
from fumehood.datasets.genes.column import Column
from fumehood.datasets.genes.packing import Packed, unpack

VERSION: Final = 1
INDEX: Final = "index.json"
TABLE: Final = "table"
IN_USE: Final = "in-use"
_INDEX_BYTES: Final = 4 << 20
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def shard_name(number: int) -> str:
    return f"shard-{number:05}"


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    key: str
    """Of the dataset's content: keys.py."""
    n_cells: int
    n_genes: int
    shards: tuple[int, ...]
    """Bytes of each."""
    table: str


ROW: Final = [
    ("shard", "<u4"),
    ("form", "<u4"),
    ("offset", "<u8"),
    ("length", "<u4"),
    ("stored", "<u4"),
    ("steps", "<u4"),
    ("crc", "<u4"),
]
"""Of the table; 32 bytes."""


class Store:
    """An open store; any number of threads may read. `read` counts what tests want to know."""

    def __init__(self, place: Path, key: str, n_cells: int, n_genes: int) -> None:
        """Raises `GeneDamaged` where it is of something else or does not add up, `OSError` where it is not there."""
        import numpy as np

        self.place = place
        self.n_cells = n_cells
        self.reads = 0
        self.bytes_read = 0
        self._lock = threading.Lock()
        self._files: list[int] = []
        self._held = self._folder = -1
        self._folder = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        self._held = os.open(IN_USE, _OPEN, dir_fd=self._folder)
        fcntl.flock(self._held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        index = self._read_index()
        if (index.version, index.key, index.n_cells, index.n_genes) != (VERSION, key, n_cells, n_genes):
            raise GeneDamaged("The gene-major store was made from something else.")
        rows = np.dtype(ROW)
        table = self._read_file(TABLE, n_genes * rows.itemsize)
        if hashlib.sha256(table).hexdigest() != index.table:
            raise GeneDamaged("The table of the gene-major store is damaged.")
        self._table = np.frombuffer(table, rows)
        self._shards = index.shards
        self._open_shards()

    def read(self, gene: int) -> Column:
        """Raises `GeneDamaged`."""
        row = self._table[gene]
        shard, offset, length = int(row["shard"]), int(row["offset"]), int(row["length"])
        if shard >= len(self._shards) or offset + length > self._shards[shard]:
            raise GeneDamaged("A gene lies outside its shard.")
        try:
            data = os.pread(self._files[shard], length, offset)
        except OSError as error:
            raise GeneDamaged(f"The gene-major store could not be read: {error.strerror}.") from error
        with self._lock:
            self.reads += 1
            self.bytes_read += len(data)
        found = Packed(data, int(row["form"]), int(row["stored"]), int(row["steps"]), int(row["crc"]))
        if found.stored > self.n_cells:
            raise GeneDamaged("A gene says that it has more values than there are cells.")
        return unpack(found, self.n_cells)

    def __del__(self) -> None:
        """Closed when nobody reads it any more: a number that another file has got since is never read."""
        for fd in (*self._files, self._held, self._folder):
            with contextlib.suppress(OSError):
                os.close(fd)

    def _read_index(self) -> Index:
        fd = os.open(INDEX, _OPEN, dir_fd=self._folder)
        with os.fdopen(fd, "rb") as file:
            text = file.read(_INDEX_BYTES + 1)
        try:
            return msgspec.json.decode(text, type=Index)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise GeneDamaged("The index of the gene-major store is damaged.") from error

    def _read_file(self, name: str, size: int) -> bytes:
        fd = os.open(name, _OPEN, dir_fd=self._folder)
        with os.fdopen(fd, "rb") as file:
            if os.fstat(fd).st_size != size:
                raise GeneDamaged(f"The {name} of the gene-major store has another size than it should.")
            return file.read(size)

    def _open_shards(self) -> None:
        for number, size in enumerate(self._shards):
            self._files.append(os.open(shard_name(number), _OPEN, dir_fd=self._folder))
            if os.fstat(self._files[-1]).st_size != size:
                raise GeneDamaged("A shard of the gene-major store has another size than it should.")
