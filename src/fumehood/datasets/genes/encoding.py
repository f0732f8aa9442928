"""A gene on the wire: 32 bytes of header, then the smaller of two forms. Little endian throughout.

    offset  type  what
    0       4     "FHG1"
    4       u8    form: 1 dense, 2 sparse
    5       u8    bits of a value: 8, 16 (quantised) or 32 (float)
    6       u16   0
    8       u32   n: number of cells
    12      u32   k: number of values that follow
    16      f32   least finite value of the gene over all cells
    20      f32   greatest finite value; above the least one, also of a gene that is the same everywhere
    24      u64   0

Dense: k = n values. Sparse: k values, zeros to a multiple of four bytes, then u16 steps to the end: each is the number
of cells, all zero, before the next value's cell; 65535 stands for 65535 such cells and has no value. What is not listed
is exactly zero. A code is quantise.py's; the highest one (255, 65535; NaN among floats) says that a value is missing.
A decoder refuses what does not add up: these bytes also come back from folders that others wrote.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final, Literal

from fumehood.core.errors import GeneDamaged
from fumehood.datasets.genes.column import Column
from fumehood.datasets.genes.quantise import finite_range, quantise, restore, span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAGIC: Final = b"FHG1"
DENSE: Final = 1
SPARSE: Final = 2
HEADER: Final = struct.Struct("<4sBBHIIffQ")
FAR: Final = 65535
Width = Literal[8, 16, 32]
_TYPES: Final = {8: "<u1", 16: "<u2", 32: "<f4"}


def encode(column: Column, bits: Width) -> bytes:
    import numpy as np

    width = bits // 8
    values, steps, form = column.values, None, DENSE
    if column.cells is not None:
        steps = steps_of(column.cells)
        if _padded(values.size * width) + steps.nbytes < column.n_cells * width:
            form = SPARSE
        else:
            values = column.dense()
    found = finite_range(values)
    if form == SPARSE and values.size < column.n_cells:
        low, high = found or (0.0, 0.0)
        found = min(low, 0.0), max(high, 0.0)
    low, high = span(found)
    if bits == 32:
        codes: NDArray[Any] = np.ascontiguousarray(values, "<f4")
    else:
        codes = quantise(values, low, high, bits).astype(_TYPES[bits], copy=False)
    head = HEADER.pack(MAGIC, form, bits, 0, column.n_cells, codes.size, low, high, 0)
    if steps is None or form == DENSE:
        return head + codes.tobytes()
    return b"".join((head, codes.tobytes(), bytes(_padded(codes.nbytes) - codes.nbytes), steps.tobytes()))


def decode(data: bytes | memoryview) -> Column:
    """What `encode` said, values within half a step. Raises `GeneDamaged`."""
    import numpy as np

    if len(data) < HEADER.size:
        raise GeneDamaged("A gene ends before its header does.")
    magic, form, bits, zero, n_cells, stored, low, high, rest = HEADER.unpack_from(data)
    if magic != MAGIC or bits not in _TYPES or zero or rest or form not in (DENSE, SPARSE):
        raise GeneDamaged("This is not a gene.")
    body = memoryview(data)[HEADER.size :]
    width = bits // 8
    if len(body) < stored * width or stored > n_cells:
        raise GeneDamaged("A gene is shorter than it says.")
    codes = np.frombuffer(body, _TYPES[bits], stored)
    values = codes.astype(np.float32) if bits == 32 else restore(codes, low, high)
    if form == DENSE:
        if stored != n_cells or len(body) != stored * width:
            raise GeneDamaged("A gene has another number of values than cells.")
        return Column(n_cells, None, values)
    tail = body[_padded(stored * width) :]
    if len(tail) % 2:
        raise GeneDamaged("A gene's steps end in the middle.")
    return Column(n_cells, cells_of(np.frombuffer(tail, "<u2"), stored, n_cells), values)


def _padded(size: int) -> int:
    return -size % 4 + size


def steps_of(cells: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    if cells.size == 0:
        return np.zeros(0, "<u2")
    gaps = np.empty(cells.size, np.int64)
    gaps[0] = cells[0]
    np.subtract(cells[1:], cells[:-1], out=gaps[1:], dtype=np.int64)
    gaps[1:] -= 1
    far = gaps // FAR
    if not far.any():
        return gaps.astype("<u2")
    ends = np.cumsum(far + 1) - 1
    steps = np.full(int(ends[-1]) + 1, FAR, "<u2")
    steps[ends] = gaps % FAR
    return steps


def cells_of(steps: NDArray[Any], stored: int, n_cells: int) -> NDArray[Any]:
    import numpy as np

    real = steps != FAR
    if int(real.sum()) != stored or (steps.size and not real[-1]):
        raise GeneDamaged("A gene has another number of steps than values.")
    ends = np.cumsum(steps.astype(np.int64) + real)
    if stored and int(ends[-1]) > n_cells:
        raise GeneDamaged("A gene names a cell that there is not.")
    cells: NDArray[np.uint32] = (ends[real] - 1).astype(np.uint32)
    return cells
