"""Genes of a matrix that lies cell by cell, before its gene-major store is there.

A gene costs one pass over the matrix, in pieces; all genes that are waited for share it. The pass goes round and round:
one that comes in the middle of it begins there, and is whole when the pass is back, so nobody waits for longer than
one round. What comes next is read ahead by two threads, because unpacking is what takes long. All of them live while
somebody waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from fumehood.datasets.genes.blocks import Blocks
from fumehood.datasets.genes.column import Column, column_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import MatrixReader

_AHEAD: Final = 2


class _Waiting:
    def __init__(self, gene: int) -> None:
        self.gene = gene
        self.parts: dict[int, tuple[NDArray[Any], NDArray[Any]]] = {}
        self.done: Future[Column] = Future()


class Scanner:
    def __init__(self, reader: Callable[[], MatrixReader]) -> None:
        """`reader` is asked anew when a pass begins that nobody waited for: in memory there may be another matrix."""
        self._reader = reader
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._running = False
        self._closed = False
        self.pieces_read = 0
        """For tests that count."""

    def column(self, gene: int) -> Column:
        """Raises what reading raises; `RuntimeError` after `close`."""
        mine = _Waiting(gene)
        with self._lock:
            if self._closed:
                raise RuntimeError("the scanner is closed")
            self._waiting.append(mine)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="fumehood-genes", daemon=True).start()
        return mine.done.result()

    def close(self) -> None:
        with self._lock:
            self._closed = True

    def _run(self) -> None:
        try:
            with ThreadPoolExecutor(_AHEAD, "fumehood-genes-read") as pool:
                self._round(Blocks(self._reader()), pool)
        except BaseException as error:  # noqa: BLE001 - it is told to everybody who waits
            with self._lock:
                failed, self._waiting = self._waiting, []
                self._running = False
            for one in failed:
                one.done.set_exception(error)

    def _round(self, blocks: Blocks, pool: ThreadPoolExecutor) -> None:
        count, number = max(blocks.count, 1), 0
        ahead: dict[int, Future[Any]] = {}
        while waiting := self._those_who_wait():
            if blocks.count:
                for coming in range(number, number + _AHEAD + 1):
                    if coming % count not in ahead:
                        ahead[coming % count] = pool.submit(blocks.load, coming % count)
                self._piece(blocks, number, ahead.pop(number).result(), waiting)
            for one in waiting:
                if len(one.parts) == blocks.count:
                    self._leave(one)
                    one.done.set_result(_whole(blocks.n_cells, one))
            number = (number + 1) % count

    def _those_who_wait(self) -> list[_Waiting]:
        with self._lock:
            if self._closed and self._waiting:
                raise RuntimeError("the scanner is closed")
            if not self._waiting:
                self._running = False
            return list(self._waiting)

    def _leave(self, one: _Waiting) -> None:
        with self._lock:
            self._waiting.remove(one)

    def _piece(self, blocks: Blocks, number: int, loaded: Any, waiting: list[_Waiting]) -> None:
        import numpy as np

        genes = np.unique(np.array([one.gene for one in waiting], np.uint32))
        found = dict(zip(genes.tolist(), blocks.columns(number, loaded, genes), strict=True))
        self.pieces_read += 1
        for one in waiting:
            one.parts[number] = found[one.gene]


def _whole(n_cells: int, one: _Waiting) -> Column:
    import numpy as np

    if not one.parts:
        return column_of(n_cells, np.zeros(0, np.uint32), np.zeros(0, np.float32))
    parts = [one.parts[number] for number in sorted(one.parts)]
    return column_of(n_cells, np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))
