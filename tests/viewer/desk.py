"""A viewer without a browser: its transport is a list, its page whatever a test says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fumehood.protocol import viewer as wire
from fumehood.viewer.cells import pack
from fumehood.viewer.transport import Answered, Finding, Hear
from fumehood.viewer.viewer import Viewer


class Source:
    """Names and nothing behind them."""

    kind = "memory"
    name = "invented"
    adata: Any = None
    table: Any = None
    column_keys = ("louvain", "n_counts")
    embedding_keys = ("X_umap",)

    def __init__(self, n_cells: int) -> None:
        self.n_cells = n_cells
        self.read: list[int] = []

    def gene_names(self) -> Sequence[str]:
        return ["MS4A1", "CD3E", "louvain"]

    def cell_names(self, cells: NDArray[np.uint32] | None = None) -> Sequence[str]:
        places = range(self.n_cells) if cells is None else cells.tolist()
        self.read.append(len(places))
        return [f"cell-{place}" for place in places]

    def close(self) -> None: ...


class Wire:
    name: Literal["comm", "http"] = "comm"
    viewer = "v1"

    def __init__(self) -> None:
        self.answered: Answered = lambda ask, answer: None
        self.said: list[tuple[wire.Command | wire.Welcome, tuple[bytes, ...]]] = []
        self.threaded = True

    def link(self) -> str:
        return ""

    def send(self, message: wire.Command | wire.Welcome, buffers: Sequence[bytes]) -> None:
        self.said.append((message, tuple(buffers)))

    def display(self) -> None: ...
    def beside(self) -> bool:
        return self.threaded

    def awaited(self) -> bool:
        return True

    def findings(self) -> list[Finding]:
        return []

    def close(self) -> None: ...

    def kinds(self) -> list[str]:
        return [str(message.__struct_config__.tag) for message, _ in self.said]


class Desk:
    def __init__(self, n_cells: int = 1000) -> None:
        self.source = Source(n_cells)
        self.wire = Wire()
        self.hear: Hear
        self.viewer = Viewer(self.source, self._connect)  # type: ignore[arg-type]  # as much of a source as is used
        self.sequences: dict[str, int] = {}

    def _connect(self, hear: Hear) -> Wire:
        self.hear = hear
        return self.wire

    def say(self, kind: type[Any], *buffers: bytes, page: str = "p1", **values: Any) -> None:
        number = self.sequences[page] = self.sequences.get(page, 0) + 1
        self.hear(kind(viewer="v1", page=page, sequence=number, **values), buffers)

    def ready(self, page: str = "p1") -> None:
        self.say(wire.Ready, page=page, n_cells=self.source.n_cells, dimensions=2, embedding="X_umap")

    def select(self, places: Sequence[int] | NDArray[np.uint32], page: str = "p1") -> None:
        cells, data = pack(np.asarray(places, np.uint32), self.source.n_cells)
        self.say(wire.Selection, data, page=page, cells=cells, source="lasso")
