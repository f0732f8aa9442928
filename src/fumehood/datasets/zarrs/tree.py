"""A zarr store, version 2 or 3, as a tree. Our own reader of a small part of zarr: what AnnData is written in.

Why not zarr's: it follows symbolic links, builds codecs by the names that a file gives, unpacks a chunk to whatever
size it claims, and reads through an event loop, at a millisecond a chunk. A member is found by its own metadata;
consolidated metadata, which could tell another story, are not read.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded
from fumehood.datasets import grid, packing
from fumehood.datasets.zarrs import metadata

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.tree import Sort
    from fumehood.datasets.zarrs.metadata import Attributes, Meta
    from fumehood.datasets.zarrs.places import Place, Steps

_INDEXES = 64
_NONE = 2**64 - 1


class ZarrTree:
    def __init__(self, place: Place) -> None:
        self.place = place
        found = _node(self, ())
        if not isinstance(found, ZarrFolder):
            raise DatasetMemberUnreadable("The folder is no zarr group.")
        self.root: ZarrFolder = found

    def metadata(self, steps: Steps, name: str) -> bytes | None:
        return self.place.read((*steps, name), 0, limits.DATASET_METADATA + 1)

    def close(self) -> None:
        self.place.close()


def _node(tree: ZarrTree, steps: Steps) -> ZarrFolder | ZarrArray | None:
    place = "/".join(steps) or "/"
    new = tree.metadata(steps, "zarr.json")
    if new is not None:
        said: metadata.Group = metadata.decoded(new, metadata.Group, place)
        if said.zarr_format != 3:
            raise DatasetMemberUnreadable(f"{place} is of zarr version {said.zarr_format}.", place=place)
        if said.node_type == "array":
            return ZarrArray(tree, steps, metadata.array_v3(new, place))
        return ZarrFolder(tree, steps, said.attributes)
    old = tree.metadata(steps, ".zarray")
    if old is None and tree.metadata(steps, ".zgroup") is None:
        return None
    attributes = tree.metadata(steps, ".zattrs")
    if old is not None:
        return ZarrArray(tree, steps, metadata.array_v2(old, attributes, place))
    if attributes is None:
        return ZarrFolder(tree, steps, metadata.Attributes())
    return ZarrFolder(tree, steps, metadata.decoded(attributes, metadata.Attributes, place))


class ZarrFolder:
    def __init__(self, tree: ZarrTree, steps: Steps, attributes: Attributes) -> None:
        self._tree, self._steps, self._attributes = tree, steps, attributes
        self.place = "/".join(steps)

    def attribute(self, name: str) -> Any:
        return self._attributes.get(name)

    def names(self) -> tuple[str, ...]:
        found = self._tree.place.names(self._steps)
        return tuple(name for name in found if not name.startswith(".z") and name != "zarr.json")

    def get(self, name: str) -> ZarrFolder | ZarrArray | None:
        if "/" in name:
            raise DatasetMemberUnreadable(f"{name!r} is not the name of a member.", place=f"{self.place}/{name}")
        return _node(self._tree, (*self._steps, name))


class ZarrArray:
    def __init__(self, tree: ZarrTree, steps: Steps, meta: Meta) -> None:
        self._tree, self._steps, self._meta = tree, steps, meta
        self.place = "/".join(steps)
        self.shape, self.chunks = meta.shape, meta.chunks
        self._indexes: dict[tuple[int, ...], NDArray[np.uint64] | None] = {}
        self._lock = threading.Lock()

    @property
    def sort(self) -> Sort:
        return self._meta.sort

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._meta.dtype

    def attribute(self, name: str) -> Any:
        return self._meta.attributes.get(name)

    def field(self, name: str) -> NDArray[Any]:
        raise DatasetMemberUnreadable(f"{self.place} is no table of records.", place=self.place)

    def held(self) -> None:
        """Refuses an array without all of its chunks: for what decides how much else is read."""
        outer = self._meta.shard or self.chunks
        for index, _, _ in grid.cover((0,) * len(self.shape), self.shape, outer, self.place):
            if self._tree.place.size(self._key(index)) is None:
                raise DatasetMemberUnreadable(
                    f"{self.place} declares {math.prod(self.shape):,} values, and has not all of its chunks.",
                    hint="The folder is damaged, or made to fill memory.",
                    place=self.place,
                )

    def read(self, *ranges: slice) -> NDArray[Any]:
        import numpy as np

        if self.sort == "text":
            raise DatasetMemberUnreadable(f"{self.place} holds texts, not numbers.", place=self.place)
        start, count = grid.bounds(self.shape, ranges, self.place)
        if math.prod(count) * self.dtype.itemsize > limits.DATASET_COLUMN:
            raise LimitExceeded(f"Too much of {self.place} was to be read at once.", place=self.place)
        values = np.empty(count, self.dtype)
        for index, inside, into in grid.cover(start, count, self.chunks, self.place):
            raw = self._chunk(index)
            values[into] = self._meta.fill if raw is None else self._values(raw)[inside]
        return values

    def texts(self, start: int, stop: int) -> list[bytes]:
        if self.sort != "text" or len(self.shape) != 1:
            raise DatasetMemberUnreadable(f"{self.place} is no list of texts.", place=self.place)
        begin, count = grid.bounds(self.shape, (slice(start, stop),), self.place)
        found: list[bytes] = []
        for index, (inside,), (into,) in grid.cover(begin, count, self.chunks, self.place):
            raw = self._chunk(index)
            if raw is None:
                found += [self._meta.fill] * (into.stop - into.start)
            else:
                found += self._texts(raw, inside)
        return found

    def _values(self, raw: bytes) -> NDArray[Any]:
        import numpy as np

        packed = self._meta.packed
        values = np.frombuffer(raw, "u1" if packed.stored.kind == "b" else packed.stored)
        if packed.axes is None:
            return values.reshape(self.chunks)
        stored = tuple(self.chunks[axis] for axis in packed.axes)
        return values.reshape(stored).transpose(tuple(np.argsort(packed.axes)))

    def _texts(self, raw: bytes, inside: slice) -> list[bytes]:
        import numpy as np
        from numcodecs.vlen import VLenBytes

        stored = self._meta.packed.stored
        if stored.kind == "S":
            return list(np.frombuffer(raw, stored)[inside].tolist())
        if stored.kind == "U":
            return [text.encode() for text in np.frombuffer(raw, stored)[inside].tolist()]
        if int.from_bytes(raw[:4], "little") != self.chunks[0]:
            raise DatasetMemberUnreadable(
                f"A chunk of {self.place} has not the texts that it should.", place=self.place
            )
        try:
            texts: list[bytes] = VLenBytes().decode(raw)[inside].tolist()
        except (ValueError, RuntimeError, TypeError) as error:
            raise DatasetMemberUnreadable(f"A chunk of {self.place} is damaged.", place=self.place) from error
        if any(len(text) > limits.DATASET_TEXT for text in texts):
            raise LimitExceeded(
                f"{self.place} has a text of more than {limits.DATASET_TEXT:,} bytes.", place=self.place
            )
        return texts

    # -- chunks

    def _key(self, index: tuple[int, ...]) -> Steps:
        meta = self._meta
        numbers = [str(number) for number in index]
        if meta.prefix:
            numbers = [meta.prefix, *numbers]
        elif not numbers:
            numbers = ["0"]
        return (*self._steps, *meta.separator.join(numbers).split("/"))

    def _chunk(self, index: tuple[int, ...]) -> bytes | None:
        """The unpacked bytes of one chunk; None where it was never written."""
        meta = self._meta
        size = math.prod(self.chunks) * meta.packed.stored.itemsize
        most = limits.DATASET_TEXT_BLOCK if meta.packed.variable else size
        where: tuple[int, int] | None = (0, most + packing.SLACK + 1)
        outer = index
        if meta.shard:
            outer = tuple(n * one // whole for n, one, whole in zip(index, self.chunks, meta.shard, strict=True))
            where = self._within(outer, index)
        raw = self._tree.place.read(self._key(outer), *where) if where is not None else None
        if raw is None:
            return None
        if len(raw) > most + packing.SLACK:
            raise packing.bomb(self.place, most)
        for packer in reversed(meta.packed.packers):
            raw = _UNPACK[packer](raw, most + 4 * len(meta.packed.packers), self.place)
        if not meta.packed.variable and len(raw) != size:
            raise DatasetMemberUnreadable(
                f"A chunk of {self.place} has {len(raw):,} bytes, not {size:,}.", place=self.place
            )
        return raw

    def _within(self, outer: tuple[int, ...], index: tuple[int, ...]) -> tuple[int, int] | None:
        """Where in its shard a chunk lies."""
        found = self._index(outer)
        if found is None:
            return None
        many = [whole // one for one, whole in zip(self.chunks, self._meta.shard, strict=True)]
        number = 0
        for position, length in zip(index, many, strict=True):
            number = number * length + position % length
        offset, size = (int(value) for value in found[number])
        if offset == _NONE and size == _NONE:
            return None
        if offset >= 2**62 or size > limits.DATASET_TEXT_BLOCK + packing.SLACK:
            raise DatasetMemberUnreadable(f"A shard of {self.place} points outside itself.", place=self.place)
        return offset, size

    def _index(self, outer: tuple[int, ...]) -> NDArray[np.uint64] | None:
        import numpy as np

        with self._lock:
            if outer in self._indexes:
                return self._indexes[outer]
        many = math.prod(whole // one for one, whole in zip(self.chunks, self._meta.shard, strict=True))
        key, length = self._key(outer), 16 * many + 4
        size = self._tree.place.size(key)
        found = None
        if size is not None:
            raw = self._tree.place.read(key, 0 if self._meta.index_first else max(size - length, 0), length) or b""
            if len(raw) != length:
                raise DatasetMemberUnreadable(f"A shard of {self.place} is truncated.", place=self.place)
            found = np.frombuffer(packing.summed(raw, self.place), "<u8").reshape(-1, 2)
        with self._lock:
            while len(self._indexes) >= _INDEXES:
                del self._indexes[next(iter(self._indexes))]
            self._indexes[outer] = found
        return found


_UNPACK: dict[str, Any] = {
    "blosc": packing.blosc,
    "zstd": packing.zstd,
    "gzip": lambda raw, most, place: packing.inflated(raw, most, place, gzip=True),
    "zlib": packing.inflated,
    "lz4": packing.lz4,
    "crc32c": lambda raw, most, place: packing.summed(raw, place),
}
