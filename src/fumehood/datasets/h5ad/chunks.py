"""Chunks of HDF5 arrays, unpacked by us: HDF5's own deflate inflates whatever a chunk holds, a gigabyte from one
megabyte, before it compares the size with what the file declared. Here nothing becomes larger than its chunk.

It is also what makes readers run side by side: HDF5's one lock is held while the packed bytes are read, not while they
are unpacked.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded
from fumehood.datasets import grid, packing
from fumehood.datasets.h5ad.checks import DEFLATE, FLETCHER, LZF, SHUFFLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import h5py
    from numpy.typing import NDArray

    from fumehood.datasets import grid, packing
from fumehood.datasets.h5ad.checks import What

_LZF_CHUNK = 4 * limits.MIB
"""LZF is unpacked by HDF5; 3 bytes become at most 264."""


def pieces(
    id: h5py.h5d.DatasetID, what: What, place: str, start: tuple[int, ...], count: tuple[int, ...]
) -> Iterator[tuple[tuple[slice, ...], NDArray[Any] | None]]:
    """Where in the result, and the values there, in the file's own type; None where no chunk was ever written."""
    import numpy as np

    for index, inside, into in grid.cover(start, count, what.chunks, place):
        corner = tuple(number * length for number, length in zip(index, what.chunks, strict=True))
        raw = _unpacked(id, what, place, corner)
        if raw is None:
            yield into, None
        else:
            yield into, np.frombuffer(raw, what.stored).reshape(what.chunks)[inside]


def _unpacked(id: h5py.h5d.DatasetID, what: What, place: str, corner: tuple[int, ...]) -> bytes | None:
    size = math.prod(what.chunks) * what.size
    try:
        mask, raw = id.read_direct_chunk(corner)
    except (OSError, RuntimeError, ValueError):
        if id.get_chunk_info_by_coord(corner).byte_offset is None:
            return None
        raise
    for number in reversed(range(len(what.filters))):
        if mask >> number & 1:
            continue
        if len(raw) > size + packing.SLACK:
            raise packing.bomb(place, size)
        code = what.filters[number]
        if code == DEFLATE:
            raw = packing.inflated(raw, size + 4, place)
        elif code == SHUFFLE:
            raw = _in_order(raw, what.size)
        elif code == FLETCHER:
            raw = _summed(raw, place)
        elif code == LZF:
            raw = _expanded(raw, size, place)
    if len(raw) != size:
        raise DatasetMemberUnreadable(f"A chunk of {place} has {len(raw):,} bytes, not {size:,}.", place=place)
    return bytes(raw)


def _in_order(raw: bytes, size: int) -> bytes:
    """The inverse of shuffle: byte 0 of all values, then byte 1 of all; a rest stays at the end."""
    import numpy as np

    if size < 2:
        return raw
    whole = len(raw) // size * size
    values = np.frombuffer(raw, np.uint8, whole).reshape(size, -1).T
    return values.tobytes() + raw[whole:]


def _summed(raw: bytes, place: str) -> bytes:
    """Without the four bytes of the Fletcher sum, which has to be right."""
    import numpy as np

    data, said = raw[:-4], int.from_bytes(raw[-4:], "little")
    words = np.frombuffer(data + b"\0" * (len(data) % 2), ">u2").astype(np.uint64)
    weights = np.arange(words.size, 0, -1, dtype=np.uint64) % np.uint64(65_535)
    first, second = int(words.sum()) % 65_535, int((words * weights).sum()) % 65_535
    if (said & 0xFFFF) % 65_535 != first or (said >> 16) % 65_535 != second:
        raise DatasetMemberUnreadable(f"A chunk of {place} is damaged: its sum is another.", place=place)
    return data


def _expanded(raw: bytes, size: int, place: str) -> bytes:
    """LZF, which only HDF5 speaks: by way of a file in memory, one chunk long."""
    import h5py

    if size > _LZF_CHUNK:
        raise LimitExceeded(f"{place} has chunks of {size:,} bytes packed by LZF.", place=place)
    with h5py.File.in_memory() as scratch:
        array = scratch.create_dataset("x", shape=(size,), dtype="u1", chunks=(size,), compression="lzf")
        array.id.write_direct_chunk((0,), raw)
        return array[()].tobytes()  # type: ignore[no-any-return]
