"""Names of cells or genes, as few bytes as they can be: a million Python strings are 70 MB, these are 20."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Names(Sequence[str]):
    """A sequence of texts in one piece of bytes. Bytes that are no UTF-8 are shown as replacement characters."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._fill([list(texts)])

    @classmethod
    def of_blocks(cls, blocks: Iterable[list[bytes]]) -> Names:
        self = cls.__new__(cls)
        self._fill(blocks)
        return self

    def _fill(self, blocks: Iterable[list[bytes]]) -> None:
        import numpy as np

        pieces, lengths = bytearray(), []
        for block in blocks:
            lengths.append(np.fromiter(map(len, block), np.uint32, len(block)))
            pieces += b"".join(block)
        self._lengths: NDArray[np.uint32] = np.concatenate(lengths) if lengths else np.zeros(0, np.uint32)
        self._bytes = bytes(pieces)
        ends = np.cumsum(self._lengths, dtype=np.uint64)
        self._ends: NDArray[np.unsignedinteger] = ends.astype(np.uint32) if len(pieces) < 2**32 else ends

    def __len__(self) -> int:
        return len(self._lengths)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        end = int(self._ends[index])
        return self._bytes[end - int(self._lengths[index]) : end].decode("utf-8", "replace")

    def __iter__(self) -> Iterator[str]:
        start = 0
        for length in self._lengths.tolist():
            yield self._bytes[start : start + length].decode("utf-8", "replace")
            start += length

    def take(self, which: NDArray[np.uint32]) -> list[str]:
        return [self[int(i)] for i in which]

    def digest(self) -> str:
        """SHA-256 over the digests of the lengths (u32, little endian) and of the bytes: no two lists share it."""
        lengths = hashlib.sha256(self._lengths.astype("<u4").tobytes()).digest()
        return hashlib.sha256(lengths + hashlib.sha256(self._bytes).digest()).hexdigest()
