"""What a gene-major store was made from, as a key: another content has another key.

The key is a digest of size and time of every file of the matrix, its shape and layout, where the entries of each cell
begin, and samples of the entries. Size and time alone would take a file that was restored from an archive for the old
one; hashing all of it would cost what the store is there to save. What no key sees is a change of single values in
place that keeps size, time and structure, outside of the samples: nothing that writes h5ad or zarr does that.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fumehood.core.errors import FileMissing

if TYPE_CHECKING:
    from fumehood.datasets.dataset import MatrixReader

_SAMPLES: Final = 32
_SAMPLE: Final = 2048
_FILES: Final = 20_000
"""Of a zarr folder that are looked at for one stamp."""
_TOP: Final = 16

Stamp = tuple[tuple[str, int, int, int], ...]
"""Name, inode, size and time of change of what holds the matrix."""


def stamp(path: Path, matrix: str) -> Stamp:
    """Of the file, or of the folder's part that holds the matrix. Raises `FileMissing`."""
    try:
        found = [_entry("", path)]
        if path.is_dir():
            for place in sorted((path / matrix).rglob("*"))[:_FILES]:
                found.append(_entry(str(place.relative_to(path)), place))
        return tuple(found)
    except OSError as error:
        raise FileMissing(f"{path} is no longer there, or cannot be read.") from error


def quick_stamp(path: Path, matrix: str) -> Stamp:
    """As much of it as every request can afford: a file whole, of a folder the few entries at its top."""
    try:
        found = [_entry("", path)]
        if path.is_dir():
            places = sorted((path / matrix).iterdir())[:_TOP]
            found += [_entry(place.name, place) for place in places]
        return tuple(found)
    except OSError as error:
        raise FileMissing(f"{path} is no longer there, or cannot be read.") from error


def key(reader: MatrixReader, path: Path) -> str:
    import numpy as np

    info = reader.info
    digest = hashlib.blake2b(digest_size=20)

    def add(*parts: object) -> None:
        digest.update("\0".join(map(str, parts)).encode() + b"\1")

    add("genes", 1, info.name, info.layout, info.shape, info.dtype, info.stored)
    add(*((name, size, time) for name, _, size, time in stamp(path, info.name)))  # a copy has another inode
    if info.layout == "dense":
        cells, genes = info.shape
        for cell in np.linspace(0, max(cells - 1, 0), min(_SAMPLES, cells), dtype=np.int64).tolist():
            digest.update(reader.block(slice(cell, cell + 1), slice(0, min(genes, _SAMPLE))).tobytes())
        return digest.hexdigest()
    starts = reader.indptr()
    digest.update(starts.data.cast("B"))
    stored = int(starts[-1])
    for start in np.linspace(0, max(stored - _SAMPLE, 0), min(_SAMPLES, stored), dtype=np.int64).tolist():
        indices, values = reader.entries(start, min(start + _SAMPLE, stored))
        digest.update(indices.tobytes())
        digest.update(values.tobytes())
    return digest.hexdigest()


def _entry(name: str, place: Path) -> tuple[str, int, int, int]:
    found = place.stat()
    return name, found.st_ino, found.st_size, found.st_mtime_ns
