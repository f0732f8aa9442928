"""Edges of a neighbour graph: symmetric, without weights and loops, each once and sorted. Pure, no loop in Python.

Neighbour graphs are nearly always symmetric: then the entries above the diagonal are the edges. Whether it is so is
found by sums of mixed keys over both halves, in bounded turns, so that a graph of a million cells costs little more
memory than its edges. Otherwise the halves are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from fumehood.core import limits

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    Read = Callable[[int, int], tuple[NDArray[np.uint32], NDArray[np.float32]]]


_TURN = limits.DATASET_SCAN // 4


def edges(starts: NDArray[np.int64], read: Read, n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """`read(start, stop)` gives column and weight of entries; without weight no edge. uint16, from 65,536 uint32."""
    import numpy as np

    above = below = 0
    counts = [0, 0]
    for keys, is_above in _keys(starts, read, n):
        up = int(is_above.sum())
        counts[0] += up
        counts[1] += keys.size - up
        mixed = _mixed(keys)
        above = (above + int(mixed[is_above].sum(dtype=np.uint64))) % 2**64
        below = (below + int(mixed[~is_above].sum(dtype=np.uint64))) % 2**64
    symmetric = counts[0] == counts[1] and above == below
    found = np.empty(counts[0] if symmetric else counts[0] + counts[1], np.uint64)
    filled = 0
    for keys, is_above in _keys(starts, read, n):
        taken = keys[is_above] if symmetric else keys
        found[filled : filled + taken.size] = taken
        filled += taken.size
    if found.size > 1 and not bool((found[1:] > found[:-1]).all()):
        found.sort()
        found = found[np.concatenate(([True], found[1:] != found[:-1]))]
    kind = np.uint16 if n <= 65_535 else np.uint32
    width = np.uint64(max(n, 1))
    sources, destinations = np.empty(found.size, kind), np.empty(found.size, kind)
    for start in range(0, found.size, _TURN):
        part = slice(start, start + _TURN)
        sources[part], destinations[part] = np.divmod(found[part], width)
    return sources, destinations


def _keys(starts: NDArray[np.int64], read: Read, n: int) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.bool_]]]:
    """smaller * n + larger of each entry that is no loop, and whether it lies above the diagonal."""
    import numpy as np

    total = int(starts[-1])
    for start in range(0, total, _TURN):
        stop = min(start + _TURN, total)
        first = int(np.searchsorted(starts, start, side="right")) - 1
        last = int(np.searchsorted(starts, stop, side="left"))
        bounds = np.clip(starts[first : last + 1], start, stop)
        lengths: NDArray[np.int64] = bounds[1:] - bounds[:-1]
        rows = np.repeat(np.arange(first, last, dtype=np.uint64), lengths)
        found, weights = read(start, stop)
        columns = found.astype(np.uint64)
        kept = (rows != columns) & (weights != 0)
        rows, columns = rows[kept], columns[kept]
        yield np.minimum(rows, columns) * np.uint64(n) + np.maximum(rows, columns), rows < columns


def _mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """splitmix64: sums of these agree by accident once in 2⁶⁴."""
    import numpy as np

    mixed = keys + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
