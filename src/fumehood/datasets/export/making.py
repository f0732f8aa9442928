"""One step of an export, done: the member of the dataset becomes files. What it found out is its facts.

The same function runs in a thread here and on a worker of a cluster, so it takes the dataset and a place and nothing
else; it holds one column or one block of genes at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from fumehood.datasets.centroids import centroids, outliers
from fumehood.datasets.embeddings import Placement, placed
from fumehood.datasets.export import packing
from fumehood.datasets.export.options import Options, ending
from fumehood.datasets.export.pieces import Held, Piece, Spilled, gathered, turn
from fumehood.datasets.export.places import FILES, SCRATCH, Place, Receipt, Written, written
from fumehood.datasets.export.plan import Plan, Step
from fumehood.datasets.export.shards import Shard
from fumehood.datasets.genes.column import Column, column_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import Dataset


class Maker:
    """Of one dataset and plan; any number of threads may make steps."""

    def __init__(self, dataset: Dataset, plan: Plan, options: Options, place: Place) -> None:
        self._dataset, self._plan, self._options, self._place = dataset, plan, options, place
        self._lock = threading.Lock()
        self._latent: NDArray[Any] | None = None
        self._drawn: dict[tuple[str, int], tuple[NDArray[Any], Placement]] = {}
        self._pieces: dict[int, Piece] = {}
        self.stored: tuple[int, ...] = ()
        """Values in each scratch file, once they are there."""
        self._makers: dict[str, Callable[[Step], Iterator[tuple[str, bytes]]]] = {
            "gather": self._gather,
            "points": self._points,
            "vector": self._vector,
            "values": self._values,
            "codes": self._codes,
            "edges": self._edges,
            "genes": self._genes,
            "names": self._names,
        }
        self._facts: dict[str, dict[str, Any]] = {}

    def make(self, step: Step) -> Receipt:
        """Raises `HoodError`."""
        facts = self._facts[step.id] = {}
        files: list[Written] = []
        for path, data in self._makers[step.kind](step):
            self._place.put(path, data)
            files.append(written(path, data))
        del self._facts[step.id]
        return Receipt(step.id, tuple(files), facts)

    # -- genes

    def _gather(self, step: Step) -> Iterator[tuple[str, bytes]]:
        piece = turn(self._dataset.reader(), step.start, step.stop, self._rows)
        if not self._plan.spill:
            with self._lock:
                self._pieces[step.start] = piece
            return
        self._facts[step.id]["stored"] = int(piece.values.size)
        yield f"{SCRATCH}{step.stem}", piece.packed()

    @cached_property
    def _rows(self) -> NDArray[Any] | None:
        """Where each cell begins, of a matrix that lies by cells; held, so that no step reads it anew."""
        reader = self._dataset.reader()
        return reader.indptr() if reader.info.layout == "csr" else None

    def spilled(self, stored: tuple[int, ...]) -> None:
        """The scratch files are there: from here on genes are read from them."""
        self.stored = stored
        by_cells = self._dataset.matrix().layout == "csr"
        for step, count in zip(self._plan.gather, stored, strict=True):
            path = f"{SCRATCH}{step.stem}"
            self._pieces[step.start] = Spilled(self._place, path, self._dataset.n_genes, count, by_cells)

    def _columns(self, step: Step) -> Iterator[tuple[str, Column]]:
        """Genes of a block that are neighbours in the matrix are read together."""
        run: list[tuple[int, str]] = []
        for gene in (*step.genes, None):
            if run and (gene is None or gene[0] != run[-1][0] + 1):
                first, stop = run[0][0], run[-1][0] + 1
                yield from zip((stem for _, stem in run), self._read(first, stop), strict=True)
                run = []
            if gene is not None:
                run.append(gene)

    def _read(self, first: int, stop: int) -> list[Column]:
        n = self._dataset.n_cells
        if self._pieces:
            return gathered([self._pieces[start] for start in sorted(self._pieces)], n, first, stop)
        if self._dataset.kind == "exported":
            return [self._one(gene) for gene in range(first, stop)]
        reader = self._dataset.reader()
        if reader.info.layout == "csc":
            bounds = reader.indptr()[first : stop + 1]
            cells, values = reader.entries(int(bounds[0]), int(bounds[-1]))
            parts = Held(bounds - bounds[0], cells, values).genes(0, stop - first)
            return [column_of(n, cells, values) for cells, values in parts if cells is not None]
        block = reader.block(slice(0, n), slice(first, stop))
        return [Column(n, None, block[:, index]) for index in range(stop - first)]

    def _one(self, gene: int) -> Column:
        found = self._dataset.gene_sparse(gene)
        if found is None:
            return Column(self._dataset.n_cells, None, self._dataset.gene(gene))
        return column_of(self._dataset.n_cells, *found)

    def _genes(self, step: Step) -> Iterator[tuple[str, bytes]]:
        options = self._options
        ranges = self._facts[step.id]["ranges"] = []
        shard = Shard(self._dataset.n_cells, options) if options.genes in ("shards", "both") else None
        for stem, found in self._columns(step):
            column = sparse(found)
            if shard is not None:
                ranges.append(shard.add(column))
            if options.genes in ("files", "both"):
                made = packing.gene(column, options.gene_bits, options.gzip)
                if shard is None:
                    ranges.append((made.low, made.high))
                yield f"{FILES}var/{stem}.values.{ending(options.gene_bits)}{options.suffix}", made.data
        if shard is not None:
            path = f"genes/{step.start}.shard"
            self._facts[step.id]["shard"] = shard.entry(path)
            yield f"{FILES}{path}", shard.data()

    # -- cells

    def _points(self, step: Step) -> Iterator[tuple[str, bytes]]:
        points = self._placed(step.key, step.start)[0]
        yield f"{FILES}points_{step.start}d.bin{self._options.suffix}", self._floats(points)

    def _vector(self, step: Step) -> Iterator[tuple[str, bytes]]:
        import numpy as np

        factor = self._placed(self._plan.dimensions[step.start], step.start)[1].factor
        vectors = self._dataset.vector(step.key, step.start) * np.float32(factor)
        yield f"{FILES}vectors/{step.stem}.bin{self._options.suffix}", self._floats(vectors)

    def _placed(self, key: str, dimensions: int) -> tuple[NDArray[Any], Placement]:
        """Of the drawn embeddings alone, at most three; every categorical column needs them."""
        with self._lock:
            found = self._drawn.get((key, dimensions))
            if found is None:
                found = self._drawn[key, dimensions] = placed(self._dataset.points(key, dimensions))
            return found

    def _floats(self, values: NDArray[Any]) -> bytes:
        import numpy as np

        return packing.gzipped(np.ascontiguousarray(values, "<f4").data.cast("B"), self._options.gzip)

    def _values(self, step: Step) -> Iterator[tuple[str, bytes]]:
        options = self._options
        made = packing.numbers(self._dataset.values(step.key), options.column_bits, options.gzip)
        self._facts[step.id]["range"] = (made.low, made.high)
        yield f"{FILES}obs/{step.stem}.values.{ending(options.column_bits)}{options.suffix}", made.data

    def _codes(self, step: Step) -> Iterator[tuple[str, bytes]]:
        import numpy as np

        options, facts = self._options, self._facts[step.id]
        codes = self._dataset.codes(step.key)
        width = 8 * codes.dtype.itemsize
        categories = self._column(step.key).categories
        data = np.ascontiguousarray(codes, f"<u{width // 8}").data.cast("B")
        yield f"{FILES}obs/{step.stem}.codes.u{width}{options.suffix}", packing.gzipped(data, options.gzip)
        facts["centroids"] = {
            str(number): [
                {"category": categories[one.category], "position": one.position, "n_points": one.points}
                for one in centroids(self._placed(key, number)[0], codes, len(categories))
            ]
            for number, key in self._plan.dimensions.items()
        }
        far = outliers(self._distances(), codes, len(categories))
        made = packing.numbers(far, 32 if options.column_bits == 32 else 8, options.gzip)
        facts["range"] = (made.low, made.high)
        last = "f32" if options.column_bits == 32 else "u8"
        yield f"{FILES}obs/{step.stem}.outliers.{last}{options.suffix}", made.data

    def _distances(self) -> NDArray[Any] | None:
        with self._lock:
            if self._latent is None:
                found = self._dataset.latent()
                self._latent = None if found is None else found.values
            return self._latent

    def _column(self, key: str) -> Any:
        return next(column for column in self._dataset.columns if column.key == key)

    def _edges(self, step: Step) -> Iterator[tuple[str, bytes]]:
        import numpy as np

        sources, targets = self._dataset.edges()
        degrees = np.bincount(sources, minlength=self._dataset.n_cells)
        degrees += np.bincount(targets, minlength=self._dataset.n_cells)
        facts = self._facts[step.id]
        facts["edges"], facts["most"] = int(sources.size), int(degrees.max(initial=0))
        for name, values in (("src", sources), ("dst", targets)):
            data = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).data.cast("B")
            yield (
                f"{FILES}connectivity/edges.{name}.bin{self._options.suffix}",
                packing.gzipped(data, self._options.gzip),
            )

    def _names(self, step: Step) -> Iterator[tuple[str, bytes]]:
        """Ours: which cell is which, so that a selection in the page has names."""
        data = msgspec.json.encode(list(self._dataset.cell_names()))
        yield f"{FILES}cells.json{self._options.suffix}", packing.gzipped(data, self._options.gzip)


def sparse(column: Column) -> Column:
    """A gene of a dense matrix is mostly zeros, too: then the same bytes are written as of a sparse one."""
    import numpy as np

    if column.cells is not None:
        return column
    cells = np.flatnonzero(column.values)
    if cells.size > column.n_cells // 2:
        return column
    return Column(column.n_cells, cells.astype(np.uint32), column.values[cells])
