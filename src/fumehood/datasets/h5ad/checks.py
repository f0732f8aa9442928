"""What an array of an HDF5 file is, decided from its creation properties and type before its space is asked for.

The order matters: asking a virtual dataset for its shape opens the files that it is made of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, DatasetReachesOut, LimitExceeded

if TYPE_CHECKING:
    from typing import Any

    import h5py
    import numpy as np

    from fumehood.datasets.tree import Sort

DEFLATE, SHUFFLE, FLETCHER, LZF = 1, 2, 3, 32000
_BUILT_IN = {DEFLATE, SHUFFLE, FLETCHER, LZF}
_FIRST_PLUGIN = 256
_AXES = 3
_PLACE = 16
"""Bytes by which a file says where a text of any length is: its length, the heap, its number there."""
_RECORD = 1024 * 1024


@dataclass(frozen=True, slots=True)
class What:
    """An array that may be read."""

    sort: Sort
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    """In memory."""
    stored: np.dtype[Any]
    """As the bytes of the file have it."""
    size: int
    """Bytes of one value in the file; 16 of a text of variable length."""
    variable: bool
    chunks: tuple[int, ...]
    filters: tuple[int, ...]


def array(id: h5py.h5d.DatasetID, place: str) -> What:
    import h5py

    try:
        made = outside(id, place)
        layout = made.get_layout()
        filters = _filters(made, place)
        kind = id.get_type()
        sort, dtype, variable = _type(kind, place)
        space = id.get_space()
        if space.get_simple_extent_type() == h5py.h5s.NULL:
            raise DatasetMemberUnreadable(f"{place} is empty.", place=place)
        shape = tuple(int(length) for length in space.get_simple_extent_dims())
        chunks = tuple(int(length) for length in made.get_chunk()) if layout == h5py.h5d.CHUNKED else ()
        size = _PLACE if variable else kind.get_size()
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise DatasetMemberUnreadable(f"{place} cannot be read: it is damaged.", place=place) from error
    if len(shape) > _AXES:
        raise DatasetMemberUnreadable(f"{place} has {len(shape)} axes.", place=place)
    if chunks and math.prod(chunks) * size > limits.DATASET_CHUNK:
        raise LimitExceeded(f"{place} has chunks of {math.prod(chunks) * size:,} bytes.", place=place)
    if variable and (layout == h5py.h5d.COMPACT or len(shape) != 1):
        raise DatasetMemberUnreadable(f"{place} has its texts where they are not read.", place=place)
    return What(sort, shape, dtype, _stored(kind, sort, variable), size, variable, chunks, filters)


def outside(id: h5py.h5d.DatasetID, place: str) -> Any:
    """The creation properties of an array whose bytes are all in this file."""
    import h5py

    made = id.get_create_plist()
    if made.get_external_count():
        file = made.get_external(0)[0]
        raise DatasetReachesOut(
            f"The bytes of {place} lie in another file, {file.decode('utf-8', 'replace')[:200]!r}.",
            place=place,
            kind="external storage",
        )
    if made.get_layout() == h5py.h5d.VIRTUAL:
        raise DatasetReachesOut(f"{place} is put together from other files.", place=place, kind="virtual dataset")
    return made


def _stored(kind: Any, sort: Sort, variable: bool) -> np.dtype[Any]:
    import numpy as np

    if variable:
        return np.dtype([("length", "<u4"), ("heap", "<u8"), ("number", "<u4")])
    if sort == "text":
        return np.dtype(f"S{kind.get_size()}")
    found: np.dtype[Any] = kind.dtype
    return np.dtype("u1") if found.kind == "b" else found


def _filters(made: Any, place: str) -> tuple[int, ...]:
    found = []
    for index in range(made.get_nfilters()):
        code, _, _, name = made.get_filter(index)
        label = name.decode("utf-8", "replace")[:80]
        if code >= _FIRST_PLUGIN and code not in _BUILT_IN:
            raise DatasetReachesOut(
                f"{place} needs the plugin {label!r} (filter {code}), code that HDF5 would load.",
                hint='Write it again with `adata.write_h5ad(..., compression="gzip")`.',
                place=place,
                kind="plugin",
            )
        if code not in _BUILT_IN or code in found:
            raise DatasetMemberUnreadable(f"{place} is packed by {label!r} (filter {code}).", place=place)
        found.append(code)
    return tuple(found)


def _type(kind: Any, place: str) -> tuple[Sort, np.dtype[Any], bool]:
    import h5py
    import numpy as np

    if kind.get_class() == h5py.h5t.STRING:
        if kind.is_variable_str():
            return "text", np.dtype("O"), True
        if kind.get_size() > limits.DATASET_TEXT:
            raise LimitExceeded(f"The texts of {place} have {kind.get_size():,} bytes each.", place=place)
        return "text", np.dtype(f"S{kind.get_size()}"), False
    if kind.get_class() == h5py.h5t.COMPOUND:
        return "record", _record(kind, place), False
    return "number", _number(kind, place), False


def _number(kind: Any, place: str) -> np.dtype[Any]:
    import h5py

    names = {
        h5py.h5t.REFERENCE: "references",
        h5py.h5t.VLEN: "lists of any length",
        h5py.h5t.OPAQUE: "bytes of no known meaning",
        h5py.h5t.ARRAY: "arrays",
        h5py.h5t.BITFIELD: "bit fields",
        h5py.h5t.TIME: "times",
    }
    group, size = kind.get_class(), kind.get_size()
    if group == h5py.h5t.ENUM:
        group = h5py.h5t.INTEGER
    if (group == h5py.h5t.INTEGER and size in (1, 2, 4, 8)) or (group == h5py.h5t.FLOAT and size in (2, 4, 8)):
        dtype: np.dtype[Any] = kind.dtype.newbyteorder("=")
        return dtype
    raise DatasetMemberUnreadable(f"{place} holds {names.get(group, 'values')} that are not read.", place=place)


def _record(kind: Any, place: str) -> np.dtype[Any]:
    """A table of old files: numbers, texts of fixed length, and short rows of numbers."""
    import h5py
    import numpy as np

    count = kind.get_nmembers()
    if count > limits.DATASET_MEMBERS or kind.get_size() > _RECORD:
        raise LimitExceeded(f"{place} has {count:,} columns in records of {kind.get_size():,} bytes.", place=place)
    fields: list[tuple[Any, ...]] = []
    for index in range(count):
        name = kind.get_member_name(index).decode("utf-8", "replace")
        member = kind.get_member_type(index)
        inside = f"{place}[{name!r}]"
        group = member.get_class()
        if group == h5py.h5t.STRING and not member.is_variable_str():
            fields.append((name, np.dtype(f"S{member.get_size()}")))
        elif group == h5py.h5t.ARRAY:
            fields.append((name, _number(member.get_super(), inside), member.get_array_dims()))
        else:
            fields.append((name, _number(member, inside)))
    return np.dtype(fields)
