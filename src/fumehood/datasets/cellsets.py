"""Sets of cells as bytes (`protocol.viewer.Cells`).

What comes from a page is checked when it comes, at a cost that does not depend on how it is written, and unpacked when
somebody looks: a selection of five million cells is 625 kB until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fumehood.core.errors import BadMessage
from fumehood.protocol.viewer import Cells

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def pack(places: NDArray[np.uint32], n_cells: int) -> tuple[Cells, bytes]:
    """`places`: ascending, each once."""
    import numpy as np

    if places.size * 4 <= n_cells / 8:
        return Cells("list", places.size), places.astype("<u4").tobytes()
    mask = np.zeros(n_cells, dtype=np.bool_)
    mask[places] = True
    return Cells("bits", places.size), np.packbits(mask, bitorder="little").tobytes()


def check(cells: Cells, buffers: Sequence[bytes | memoryview], n_cells: int) -> bytes:
    """The bytes of the set, of which `unpack` can be sure. Raises `BadMessage`."""
    if not 0 <= cells.buffer < len(buffers):
        raise BadMessage("The cells of a message are missing.")
    data = bytes(buffers[cells.buffer])
    if cells.form == "bits":
        if len(data) != (n_cells + 7) // 8 or int.from_bytes(data, "little") >> n_cells:
            raise BadMessage("The cells are of another dataset.")
        if int.from_bytes(data, "little").bit_count() != cells.count:
            raise BadMessage("A message has another number of cells than it says.")
        return data
    if len(data) != cells.count * 4:
        raise BadMessage("A message has another number of cells than it says.")
    import numpy as np

    places = np.frombuffer(data, "<u4")
    if places.size and (int(places[-1]) >= n_cells or not bool(np.all(places[1:] > places[:-1]))):
        raise BadMessage("The cells of a message are out of order, or not of this dataset.")
    return data


def unpack(cells: Cells, data: bytes, n_cells: int) -> NDArray[np.uint32]:
    """What was checked, ascending."""
    import numpy as np

    if cells.form == "list":
        return np.frombuffer(data, "<u4").astype(np.uint32)
    bits = np.unpackbits(np.frombuffer(data, np.uint8), count=n_cells, bitorder="little")
    return np.flatnonzero(bits).astype(np.uint32)
