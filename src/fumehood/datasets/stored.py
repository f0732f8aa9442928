"""AnnData in a file or folder, as a `Dataset`. It interprets a `tree.Tree` and knows no format.

Opened means: every member that can be shown was looked at, none of its values read. What reaches out of the file is
refused there; what is merely not understood is left out, with a note.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fumehood.core import limits
from fumehood.core.errors import (
    DatasetMemberMissing,
    DatasetMemberUnreadable,
    HoodError,
    LimitExceeded,
    NotAnnData,
    Refused,
)
from fumehood.datasets import aliases, embeddings, frames, graph, lengths, matrices, near, tree, vectors
from fumehood.datasets.columns import StoredColumn, names
from fumehood.datasets.dataset import (
    Column,
    Embedding,
    Fingerprint,
    GraphInfo,
    Latent,
    MatrixInfo,
    Note,
    OpenOptions,
    VectorField,
)
from fumehood.datasets.names import Names
from fumehood.datasets.spaces import Space, space

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.aliases import Alias
    from fumehood.datasets.dataset import MatrixReader
    from fumehood.datasets.frames import Frame
    from fumehood.datasets.lengths import Scale
    from fumehood.datasets.tree import Folder, Tree


class StoredDataset:
    """See `dataset.Dataset`."""

    def __init__(self, opened: Tree, kind: Literal["h5ad", "zarr"], path: Path, options: OpenOptions) -> None:
        self._tree, self._options = opened, options
        self.kind: Literal["h5ad", "zarr"] = kind
        self.path: Path | None = path
        self.id = options.id or path.name.removesuffix(".zip").removesuffix(".h5ad").removesuffix(".zarr")
        self.name = options.name or self.id
        self._lock, self._drawing = threading.Lock(), threading.Lock()
        root = opened.root
        self._obs, self._var = _tables(root, path)
        self.n_cells = self._obs.length
        if self.n_cells > limits.DATASET_CELLS:
            raise LimitExceeded(f"{path.name} has {self.n_cells:,} cells; {limits.DATASET_CELLS:,} are shown.")
        self._notes = [*self._obs.notes]
        self._reader = self._matrix(root, options.matrix)
        self.n_genes = self._reader.info.shape[1]
        if self.n_genes > limits.DATASET_GENES:
            raise LimitExceeded(f"{path.name} has {self.n_genes:,} genes; {limits.DATASET_GENES:,} are shown.")
        self._columns = self._shown()
        self.columns = tuple(Column(key, found.kind, found.categories) for key, found in self._columns.items())
        self._spaces = self._obsm(root)
        widths = {key: found.width for key, found in self._spaces.items()}
        self.vectors: tuple[VectorField, ...] = vectors.find(widths)
        fields = [key for field in self.vectors for _, key in field.keys]
        self.embeddings: tuple[Embedding, ...] = embeddings.find(widths, fields, self._members(root))
        self._edges_from, self.graph = self._neighbours(root)
        self.notes: tuple[Note, ...] = tuple(self._notes)
        self._cells: Names | None = None
        self._genes: Names | None = None
        self._edges: tuple[NDArray[Any], NDArray[Any]] | None = None

    # -- names

    def gene_names(self) -> Names:
        with self._lock:
            if self._genes is None:
                column = self._options.genes
                self._genes = self._named_genes.texts(column) if column else self._named_genes.index()
            return self._genes

    def gene_aliases(self) -> list[Alias]:
        var, used = self._named_genes, self._options.genes
        return aliases.read(var.keys, used, self.gene_names(), lambda key: var.texts(key) if key else var.index())

    def _all_cells(self) -> Names:
        with self._lock:
            if self._cells is None:
                self._cells = self._obs.index()
            return self._cells

    def cell_names(self, cells: NDArray[np.uint32] | None = None) -> Sequence[str]:
        every = self._all_cells()
        if cells is None:
            return every
        if cells.size and int(cells.max()) >= self.n_cells:
            raise DatasetMemberMissing(f"There is no cell {int(cells.max()):,}: there are {self.n_cells:,}.")
        return every.take(cells)

    def fingerprint(self) -> Fingerprint:
        cells, genes = self._all_cells().digest(), self.gene_names().digest()
        return Fingerprint(self.kind, self.id, self.n_cells, self.n_genes, cells, genes)

    # -- values

    def codes(self, key: str) -> NDArray[Any]:
        return self._column(key).codes()

    def values(self, key: str) -> NDArray[np.float32]:
        return self._column(key).values()

    def points(self, key: str, dimensions: int) -> NDArray[np.float32]:
        embeddings.asked(self.embeddings, key, dimensions)
        return self._spaces[key].read(dimensions)

    def vector(self, id: str, dimensions: int) -> NDArray[np.float32]:
        return self._spaces[vectors.asked(self.vectors, id, dimensions)].read(dimensions)

    def latent(self) -> Latent | None:
        widths = {key: found.width for key, found in self._spaces.items()}
        key = embeddings.latent_key(self._options.latent, widths)
        if key is None:
            return None
        return Latent(key, self._spaces[key].read(min(widths[key], limits.DATASET_LATENT)))

    def scales(self) -> tuple[Scale, ...]:
        return lengths.of_file(self._tree.root)

    def gene(self, index: int) -> NDArray[np.float32]:
        return matrices.gene(self._reader, index)

    def gene_sparse(self, index: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]] | None:
        return matrices.gene_sparse(self._reader, index)

    def matrix(self) -> MatrixInfo:
        return self._reader.info

    def reader(self) -> MatrixReader:
        return self._reader

    def edges(self) -> tuple[NDArray[Any], NDArray[Any]]:
        found = self._edges_from
        if found is None:
            raise DatasetMemberMissing("The dataset has no neighbour graph in `obsp`.")
        with self._drawing:
            if self._edges is None:
                self._edges = graph.edges(found.indptr(), found.entries, self.n_cells)
            return self._edges

    def close(self) -> None:
        self._tree.close()

    # -- opening

    def _column(self, key: str) -> StoredColumn:
        if key not in self._columns:
            raise near.missing("column", key, self._columns)
        return self._columns[key]

    def _shown(self) -> dict[str, StoredColumn]:
        found = {}
        for key in self._obs.keys:
            source, place = self._obs.source(key), f"obs/{key}"
            try:
                reason = names(source, place)
            except Refused:
                raise
            except HoodError as error:
                reason = error.message
            if reason:
                self._notes.append(Note(place, reason))
            else:
                found[key] = StoredColumn(place, source)
        return found

    def _instead(self, root: Folder) -> matrices.StoredMatrix | matrices.DenseMatrix:
        """AnnData may have no X; its genes are then those of another matrix."""
        layers, raw = tree.group(root, "layers"), tree.group(root, "raw")
        there = [
            *(f"layers/{name}" for name in (layers.names() if layers is not None else ())),
            *(["raw"] if raw else []),
        ]
        if not there:
            raise DatasetMemberMissing("The dataset has no X, no layers and no raw.", hint="Write it with a matrix.")
        self._notes.append(Note("X", f"The dataset has no X: its genes are read from {there[0]}."))
        return self._matrix(root, there[0])

    def _matrix(self, root: Folder, wanted: str) -> matrices.StoredMatrix | matrices.DenseMatrix:
        self._named_genes = self._var
        node: tree.Node | None
        if wanted in ("raw", "raw/X"):
            raw = tree.group(root, "raw")
            node = raw.get("X") if raw is not None else root.get("raw.X")
            var = raw.get("var") if raw is not None else root.get("raw.var")
            if node is not None and var is not None:
                self._named_genes = frames.frame(var, None)
            wanted = "raw/X"
        elif wanted.startswith("layers/"):
            layers = tree.group(root, "layers")
            node = layers.get(wanted.removeprefix("layers/")) if layers is not None else None
            if node is None and layers is not None:
                raise near.missing("layer", wanted.removeprefix("layers/"), layers.names())
        else:
            node, wanted = root.get("X"), "X"
        if node is None and wanted == "X":
            return self._instead(root)
        if node is None:
            raise DatasetMemberMissing(
                f"The dataset has no {wanted}.", hint="Name another matrix: X, raw or layers/NAME."
            )
        found = matrices.reader_of(node, wanted, self.kind, self.path)
        expected = (self.n_cells, self._named_genes.length)
        if found.info.shape != expected:
            raise DatasetMemberUnreadable(
                f"{wanted} is {found.info.shape[0]:,} by {found.info.shape[1]:,}, but there are {expected[0]:,} cells "
                f"and {expected[1]:,} genes.",
                hint="The file is damaged, or it was not written by anndata.",
            )
        return found

    def _members(self, root: Folder) -> tuple[str, ...]:
        node = root.get("obsm")
        table, folder = tree.as_array(node), tree.as_folder(node)
        if table is not None:
            return tuple(table.dtype.names or ())
        return folder.names() if folder is not None else ()

    def _obsm(self, root: Folder) -> dict[str, Space]:
        found: dict[str, Space] = {}
        node = root.get("obsm")
        for name in self._members(root):
            try:
                assert node is not None
                found[name] = space(node, name, self.n_cells)
            except Refused:
                raise
            except HoodError as error:
                self._notes.append(Note(f"obsm/{name}", error.message))
        return found

    def _neighbours(self, root: Folder) -> tuple[matrices.StoredMatrix | None, GraphInfo | None]:
        obsp, uns = tree.group(root, "obsp"), tree.group(root, "uns")
        key, node = "connectivities", tree.group(obsp, "connectivities") if obsp is not None else None
        if node is None and uns is not None:
            old = tree.group(uns, "neighbors")
            node = tree.group(old, "connectivities") if old is not None else None
        if node is None and obsp is not None:
            key = next((name for name in obsp.names() if name.endswith("connectivities")), "")
            node = tree.group(obsp, key) if key else None
        if node is None:
            return None, None
        try:
            found = matrices.StoredMatrix(node, key, self.kind, self.path)
            if found.info.shape != (self.n_cells, self.n_cells):
                raise DatasetMemberUnreadable(f"{node.place} is not one row and column for each cell.")
            stored = found.info.stored or 0
            if stored > limits.DATASET_EDGES:
                raise LimitExceeded(f"{node.place} has {stored:,} entries.")
        except Refused:
            raise
        except HoodError as error:
            self._notes.append(Note(node.place, error.message))
            return None, None
        return found, GraphInfo(key, stored)


def _tables(root: Folder, path: Path) -> tuple[Frame, Frame]:
    obs, var = root.get("obs"), root.get("var")
    if obs is None or var is None:
        there = ", ".join(sorted(root.names())[:10]) or "nothing"
        raise NotAnnData(f"{path.name} is not AnnData: it has no {'obs' if obs is None else 'var'}; it has {there}.")
    uns = tree.group(root, "uns") if tree.as_array(obs) is not None else None
    return frames.frame(obs, uns), frames.frame(var, None)
