"""A gene as the gene-major store keeps it: without loss, small, and unpacked in well under a millisecond.

A sparse gene is the steps between its cells (as on the wire) and then its values, both compressed together with zstd;
counts are kept as whole numbers of one or two bytes, other values with their bytes sorted by place, which is what makes
floats compressible. A gene that would be larger so is kept dense. Each has a CRC of its packed bytes: what comes back
damaged is refused, never drawn.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fumehood.core.errors import GeneDamaged
from fumehood.datasets.genes.column import Column
from fumehood.datasets.genes.encoding import cells_of, steps_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DENSE: Final = 1
_BYTES: Final = 2
_WORDS: Final = 4
_LEVEL: Final = 1


class Packed(NamedTuple):
    """`form` says how the values are kept; `stored` and `steps` how many of each there are."""

    data: bytes
    form: int
    stored: int
    steps: int
    crc: int


class Packer:
    """One compressor for many genes."""

    def __init__(self) -> None:
        import zstandard

        self._zstd = zstandard.ZstdCompressor(level=_LEVEL)

    def pack(self, column: Column) -> Packed:
        form, steps = 0, b""
        values = column.values
        if column.cells is None or values.nbytes + column.cells.nbytes // 2 >= 4 * column.n_cells:
            form, values = _DENSE, column.dense()
        else:
            steps = steps_of(column.cells).tobytes()
        kind, body = _pack_values(values)
        data = self._zstd.compress(steps + body)
        return Packed(data, form | kind, values.size, len(steps) // 2, zlib.crc32(data))


def unpack(packed: Packed, n_cells: int) -> Column:
    """Raises `GeneDamaged`."""
    import numpy as np
    import zstandard

    if zlib.crc32(packed.data) != packed.crc:
        raise GeneDamaged("A gene in the gene-major store has another checksum than when it was written.")
    width = 1 if packed.form & _BYTES else 2 if packed.form & _WORDS else 4
    size = 2 * packed.steps + width * packed.stored
    try:
        data = zstandard.ZstdDecompressor().decompress(packed.data, max_output_size=size)
    except zstandard.ZstdError as error:
        raise GeneDamaged("A gene in the gene-major store does not unpack.") from error
    if len(data) != size:
        raise GeneDamaged("A gene in the gene-major store has another size than it says.")
    values = _unpack_values(data[2 * packed.steps :], width)
    if packed.form & _DENSE:
        if packed.stored != n_cells:
            raise GeneDamaged("A gene in the gene-major store has another number of values than cells.")
        return Column(n_cells, None, values)
    return Column(n_cells, cells_of(np.frombuffer(data, "<u2", packed.steps), packed.stored, n_cells), values)


def _pack_values(values: NDArray[Any]) -> tuple[int, bytes]:
    import numpy as np

    if values.size == 0:
        return 0, b""
    low, high = values.min(), values.max()
    if low >= 0 and high <= 65_535:  # false for NaN, too
        small = high <= 255
        whole = values.astype(np.uint8 if small else "<u2")
        if np.array_equal(whole, values):
            return (_BYTES if small else _WORDS), whole.tobytes()
    return 0, np.ascontiguousarray(values, "<f4").view(np.uint8).reshape(-1, 4).T.tobytes()


def _unpack_values(data: bytes, width: int) -> NDArray[Any]:
    import numpy as np

    if width < 4:
        return np.frombuffer(data, np.uint8 if width == 1 else "<u2").astype(np.float32)
    planes = np.frombuffer(data, np.uint8).reshape(4, -1)
    return np.ascontiguousarray(planes.T).view("<f4").reshape(-1).astype(np.float32, copy=False)
