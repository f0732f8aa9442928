"""Reads of HDF5 arrays, each bounded before memory is asked for.

Three bounds: what is read at once, what the array declares against what the file holds of it, and, of texts whose
length varies, the sum of the lengths, which is read before one of them is.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded
from fumehood.datasets import grid
from fumehood.datasets.h5ad import chunks
from fumehood.datasets.h5ad.checks import DEFLATE, LZF

if TYPE_CHECKING:
    from typing import Any

    import h5py
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.h5ad.checks import What
    from fumehood.datasets.h5ad.heaps import Heaps

_RATIO = {DEFLATE: 1_100, LZF: 100}
"""How many times smaller than its content something packed can be."""
_SMALL = 16 * limits.MIB


def held(id: h5py.h5d.DatasetID, what: What, place: str) -> None:
    """Refuses an array that declares more than the file has of it: AnnData writes every value."""
    declared = math.prod(what.shape) * what.size
    if declared <= _SMALL:
        return
    there = id.get_storage_size() * math.prod(_RATIO.get(code, 1) for code in what.filters)
    if there < declared:
        raise DatasetMemberUnreadable(
            f"{place} declares {declared:,} bytes, and the file has {id.get_storage_size():,} of it.",
            hint="The file is damaged, or made to fill memory.",
            place=place,
        )


def numbers(id: h5py.h5d.DatasetID, what: What, place: str, ranges: tuple[slice, ...]) -> NDArray[Any]:
    if what.sort == "text":
        raise DatasetMemberUnreadable(f"{place} holds texts, not numbers.", place=place)
    start, count = grid.bounds(what.shape, ranges, place)
    return _values(id, what, place, start, count, what.dtype)


def field(id: h5py.h5d.DatasetID, what: What, place: str, name: str) -> NDArray[Any]:
    """One column of a table of records, without the others."""
    import numpy as np

    if what.sort != "record" or name not in (what.dtype.names or ()):
        raise DatasetMemberUnreadable(f"{place} has no column {name!r}.", place=place)
    alone = np.dtype([(name, what.dtype[name])])
    rows = _values(id, what, place, (0,) * len(what.shape), what.shape, alone)
    return np.ascontiguousarray(rows[name])


def texts(
    id: h5py.h5d.DatasetID, what: What, place: str, start: int, stop: int, descriptor: int, heaps: Heaps
) -> list[bytes]:
    """`descriptor` is HDF5's own of the file: the lengths are read beside it."""
    import numpy as np

    if what.sort != "text":
        raise DatasetMemberUnreadable(f"{place} holds no texts.", place=place)
    begin, count = grid.bounds(what.shape, (slice(start, stop),), place)
    if not what.variable:
        if count[0] * what.size > limits.DATASET_TEXT_BLOCK:
            raise LimitExceeded(f"The texts of {place} are too long.", place=place)
        found: list[bytes] = _values(id, what, place, begin, count, what.dtype).tolist()
        return found
    places = _places(id, what, place, begin, count, descriptor)
    lengths = places["length"]
    if lengths.size and int(lengths.max()) > limits.DATASET_TEXT:
        raise LimitExceeded(f"{place} has a text of {int(lengths.max()):,} bytes.", place=place)
    if int(lengths.sum(dtype=np.uint64)) > limits.DATASET_TEXT_BLOCK:
        raise LimitExceeded(f"The texts of {place} are too long.", place=place)
    heaps.look(places["heap"], place)
    values = np.empty(count, np.dtype("O", metadata={"vlen": bytes}))
    return [text or b"" for text in _plain(id, what, begin, values).tolist()]


def _values(
    id: h5py.h5d.DatasetID,
    what: What,
    place: str,
    start: tuple[int, ...],
    count: tuple[int, ...],
    dtype: np.dtype[Any],
) -> NDArray[Any]:
    import numpy as np

    size = math.prod(count) * dtype.itemsize
    if size > limits.DATASET_COLUMN:
        raise LimitExceeded(f"{size:,} bytes of {place} were to be read at once.", place=place)
    values = np.empty(count, dtype)
    if not what.filters or not values.size:
        return _plain(id, what, start, values)
    for into, part in chunks.pieces(id, what, place, start, count):
        if part is None:
            corner = tuple(first + one.start for first, one in zip(start, into, strict=True))
            values[into] = _plain(id, what, corner, np.empty(values[into].shape, dtype))
        elif dtype.names:
            for name in dtype.names:
                values[name][into] = part[name]
        else:
            values[into] = part
    return values


def _plain(id: h5py.h5d.DatasetID, what: What, start: tuple[int, ...], values: NDArray[Any]) -> NDArray[Any]:
    """What is not packed, or was looked at: read by HDF5."""
    import h5py

    if values.size == 0:
        return values
    memory = h5py.h5t.py_create(values.dtype)
    if not what.shape:
        id.read(h5py.h5s.ALL, h5py.h5s.ALL, values, memory)
        return values
    space = id.get_space()
    turn = max(_SMALL * len(values) // max(values.nbytes, 1), 1)  # others wait for HDF5 no longer than one takes
    for first in range(0, len(values), turn):
        part = values[first : first + turn]
        space.select_hyperslab((start[0] + first, *start[1:]), part.shape)
        id.read(h5py.h5s.create_simple(part.shape), space, part, memory)
    return values


def _places(
    id: h5py.h5d.DatasetID,
    what: What,
    place: str,
    start: tuple[int, ...],
    count: tuple[int, ...],
    descriptor: int,
) -> NDArray[Any]:
    """Where each text lies: its length, its heap, its number there. Read from the file as they lie there."""
    import numpy as np

    if what.chunks:
        places = np.zeros(count, what.stored)
        for into, part in chunks.pieces(id, what, place, start, count):
            if part is not None:
                places[into] = part
        return places
    offset = id.get_offset()
    if offset is None:
        return np.zeros(count, what.stored)  # nothing was ever written
    wanted = count[0] * what.size
    raw = os.pread(descriptor, wanted, offset + start[0] * what.size)
    if len(raw) != wanted:
        raise DatasetMemberUnreadable(f"{place} ends before its content.", place=place)
    found: NDArray[Any] = np.frombuffer(raw, what.stored)
    return found
