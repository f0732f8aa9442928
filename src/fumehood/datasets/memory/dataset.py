"""An AnnData object as a `Dataset`. It stays the user's: nothing is written to it, and nothing of it is kept.

What is read is what the object has at that moment: new columns, embeddings and graphs appear, a matrix that took the
place of another is read, and the other is not held. It may not lose or gain cells or genes: then positions mean
something else, and every reader says so.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberMissing, DatasetReplaced, HoodError, NotAnnData
from fumehood.datasets import aliases, embeddings, graph, lengths, matrices, near, vectors
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
from fumehood.datasets.memory import arrays
from fumehood.datasets.memory.columns import FrameColumn, one_of, series
from fumehood.datasets.memory.spaces import Spaces, look, numeric, shape_of
from fumehood.datasets.names import Names

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.aliases import Alias
    from fumehood.datasets.dataset import MatrixReader
    from fumehood.datasets.lengths import Scale


_RAW = ("raw", "raw/X")


def is_anndata(source: object) -> bool:
    """By what it has: AnnData need not be imported to know that something else is none."""
    return all(hasattr(source, name) for name in ("obs", "var", "obsm", "obs_names", "var_names", "n_obs", "X"))


class MemoryDataset:
    """See `dataset.Dataset`."""

    def __init__(self, adata: Any, options: OpenOptions) -> None:
        if not is_anndata(adata):
            raise NotAnnData(f"An object of {type(adata).__name__!r} is not AnnData.")
        self._adata, self._options = adata, options
        self._lock, self._drawing = threading.Lock(), threading.Lock()
        self.kind: Literal["memory"] = "memory"
        file = getattr(adata, "filename", None)
        self.path: Path | None = Path(file) if file else None
        self.id = options.id or (self.path.name.removesuffix(".h5ad") if self.path else "anndata")
        self.name = options.name or self.id
        self.n_cells = int(adata.n_obs)
        self._shape = (int(adata.n_obs), int(adata.n_vars))
        self._found: dict[str, tuple[Any, FrameColumn]] = {}
        self._names: dict[str, tuple[Any, Names]] = {}
        self._spaces: Spaces | None = None
        self._edges: tuple[Callable[[], Any], tuple[NDArray[Any], NDArray[Any]]] | None = None
        self._of_view: tuple[str, Any] | None = None
        self._of_file: tuple[Any, MatrixReader] | None = None
        self._wanted = options.matrix
        if options.matrix == "X" and not adata.isbacked and adata.X is None:  # genes are those of another matrix then
            there = [*(f"layers/{name}" for name in adata.layers), *(["raw"] if adata.raw is not None else [])]
            self._wanted = next(iter(there), "X")
        self.n_genes = self.matrix().shape[1]
        assert self._seen().embeddings

    @property
    def embeddings(self) -> tuple[Embedding, ...]:
        return self._seen().embeddings

    @property
    def vectors(self) -> tuple[VectorField, ...]:
        return self._seen().vectors

    @property
    def notes(self) -> tuple[Note, ...]:
        notes = []
        for key in dict.fromkeys(map(str, self._live().obs.columns)):
            try:
                if self._column(key).names:
                    notes.append(Note(f"obs/{key}", f"obs/{key} has names, not categories."))
            except HoodError as error:
                notes.append(Note(f"obs/{key}", error.message))
        return (*self._seen().notes, *notes)

    @property
    def columns(self) -> tuple[Column, ...]:
        found = []
        for key in dict.fromkeys(map(str, self._live().obs.columns)):
            try:
                column = self._column(key)
            except HoodError:
                continue
            if column.names:
                continue
            found.append(Column(key, column.kind, column.categories))
        return tuple(found)

    @property
    def graph(self) -> GraphInfo | None:
        key, found = self._neighbours()
        if found is None:
            return None
        stored = getattr(found, "nnz", None)
        return GraphInfo(key, int(stored) if stored is not None else self.n_cells * self.n_cells)

    # -- names

    def gene_names(self) -> Names:
        adata, column = self._live(), self._options.genes
        var = adata.raw.var if self._wanted in _RAW else adata.var
        if not column:
            return self._of("genes", var.index)
        if column not in var:
            raise near.missing("column of var", column, map(str, var.columns))
        return self._of("genes", var[column])

    def gene_aliases(self) -> list[Alias]:
        adata, used = self._live(), self._options.genes
        var = adata.raw.var if self._wanted in _RAW else adata.var
        keys = [key for key in map(str, var.columns) if key in var]

        def texts(key: str) -> Names:
            found = var[key] if key else var.index
            return Names(str(name).encode("utf-8", "surrogatepass") for name in found)

        return aliases.read(keys, used, self.gene_names(), texts)

    def cell_names(self, cells: NDArray[np.uint32] | None = None) -> Sequence[str]:
        names = self._of("cells", self._live().obs_names)
        if cells is None:
            return names
        if cells.size and int(cells.max()) >= self.n_cells:
            raise DatasetMemberMissing(f"There is no cell {int(cells.max()):,}: there are {self.n_cells:,}.")
        return names.take(cells)

    def _of(self, what: str, values: Any) -> Names:
        """Kept until the object has other ones."""
        with self._lock:
            known = self._names.get(what)
            if known is None or known[0] is not values:
                known = values, Names(str(value).encode("utf-8", "surrogatepass") for value in values)
                self._names[what] = known
            return known[1]

    def fingerprint(self) -> Fingerprint:
        cells = self._of("cells", self._live().obs_names).digest()
        return Fingerprint("memory", self.id, self.n_cells, self.n_genes, cells, self.gene_names().digest())

    # -- values

    def codes(self, key: str) -> NDArray[Any]:
        return self._column(key).codes()

    def values(self, key: str) -> NDArray[np.float32]:
        return self._column(key).values()

    def points(self, key: str, dimensions: int) -> NDArray[np.float32]:
        embeddings.asked(self.embeddings, key, dimensions)
        return self._space(key, dimensions)

    def vector(self, id: str, dimensions: int) -> NDArray[np.float32]:
        return self._space(vectors.asked(self.vectors, id, dimensions), dimensions)

    def latent(self) -> Latent | None:
        widths = self._seen().widths
        key = embeddings.latent_key(self._options.latent, widths)
        return None if key is None else Latent(key, self._space(key, min(widths[key], limits.DATASET_LATENT)))

    def scales(self) -> tuple[Scale, ...]:
        return lengths.of_object(self._live().uns)

    def gene(self, index: int) -> NDArray[np.float32]:
        return matrices.gene(self.reader(), index)

    def gene_sparse(self, index: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]] | None:
        return matrices.gene_sparse(self.reader(), index)

    def matrix(self) -> MatrixInfo:
        return self.reader().info

    def reader(self) -> MatrixReader:
        """Made anew each time: who keeps it keeps the matrix."""
        return self._reader(self._live())

    def edges(self) -> tuple[NDArray[Any], NDArray[Any]]:
        key, neighbours = self._neighbours()
        if neighbours is None:
            raise DatasetMemberMissing("The dataset has no neighbour graph in `obsp`.")
        with self._drawing:
            if self._edges is None or self._edges[0]() is not neighbours:
                found = arrays.SparseReader(_as_csr(neighbours), key)
                drawn = graph.edges(found.indptr(), found.entries, self.n_cells)
                self._edges = _weakly(neighbours), drawn
            return self._edges[1]

    def close(self) -> None:
        """The object is the user's, and stays open."""

    # -- the object

    def _live(self) -> Any:
        if (int(self._adata.n_obs), int(self._adata.n_vars)) != self._shape:
            raise DatasetReplaced(f"{self.name} has other cells or genes than when it was opened.")
        return self._adata

    def _column(self, key: str) -> FrameColumn:
        obs = self._live().obs
        if key not in obs.columns:
            raise near.missing("column", key, map(str, obs.columns))
        dtype = one_of(obs, key).dtype
        with self._lock:
            known = self._found.get(key)
            if known is None or known[0] != dtype:
                known = dtype, FrameColumn(self._adata, key, f"obs/{key}")
                self._found[key] = known
            return known[1]

    def _space(self, key: str, columns: int) -> NDArray[np.float32]:
        import numpy as np

        obsm = self._live().obsm
        if key not in obsm:
            raise near.missing("member of obsm", key, obsm.keys())
        value = obsm[key]
        if hasattr(value, "iloc"):
            parts = [series(value, name) for name in numeric(value)[:columns]]
            return np.column_stack([part.to_numpy(np.float32, na_value=np.nan) for part in parts])
        if len(value.shape) == 2:
            value = value[:, :columns]
        found = arrays.dense(value)
        return found[:, None] if found.ndim == 1 else found

    def _seen(self) -> Spaces:
        """The members of `obsm`, looked at again when there are others."""
        adata = self._live()
        obsm = adata.obsm
        # The members of a view are copies; their names are looked at alone.
        sign = tuple(obsm.keys()) if adata.is_view else tuple((key, shape_of(obsm[key])) for key in obsm)
        with self._lock:
            if self._spaces is None or self._spaces.sign != sign:
                self._spaces = look(obsm, sign)
            return self._spaces

    def _neighbours(self) -> tuple[str, Any]:
        adata = self._live()
        if adata.is_view and self._of_view is not None:  # a view's graph is a copy, made once
            return self._of_view
        keys = [key for key in adata.obsp if key.endswith("connectivities")]
        key = "connectivities" if "connectivities" in keys else next(iter(keys), "")
        found = key, adata.obsp[key] if key else None
        self._of_view = found if adata.is_view else None
        return found

    def _reader(self, adata: Any) -> MatrixReader:
        import numpy as np

        wanted = self._wanted
        if wanted in _RAW:
            if adata.raw is None:
                raise DatasetMemberMissing("The dataset has no raw.", hint="Name another matrix: X or layers/NAME.")
            return arrays.reader(adata.raw.X, "raw/X")
        if adata.is_view:
            whole = adata._adata_ref
            cells, genes = np.arange(whole.n_obs)[adata._oidx], np.arange(whole.n_vars)[adata._vidx]
            found = self._reader(whole)
            every = np.array_equal(genes, np.arange(whole.n_vars))
            if every and isinstance(found, arrays.SparseReader) and found.info.layout == "csr":
                return arrays.RowsReader(found, cells, wanted)
            return arrays.ViewReader(found, cells, genes, wanted)
        if wanted.startswith("layers/"):
            layer = wanted.removeprefix("layers/")
            if layer not in adata.layers:
                raise near.missing("layer", layer, adata.layers.keys())
            return arrays.reader(adata.layers[layer], wanted)
        if adata.isbacked and adata.filename:
            return self._backed(adata)
        if adata.X is None:
            raise DatasetMemberMissing("The dataset has no X, no layers and no raw.", hint="Give it a matrix.")
        return arrays.reader(adata.X, "X")

    def _backed(self, adata: Any) -> MatrixReader:
        """The matrix of a backed object, read by our own reader from the file that the object has open."""
        from fumehood.datasets.h5ad.tree import H5Tree

        lent = adata.file._file if adata.file.is_open else None
        with self._lock:
            if self._of_file is None or self._of_file[0] is not lent:
                node = H5Tree(Path(adata.filename), lent).root.get("X")
                if node is None:
                    raise DatasetMemberMissing("The dataset has no X.", hint="Name another matrix: raw or layers/NAME.")
                self._of_file = lent, matrices.reader_of(node, "X", "h5ad", Path(adata.filename))
            return self._of_file[1]


def _weakly(value: Any) -> Callable[[], Any]:
    """So that a graph which the user has replaced is not held; what cannot be watched is read again."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: None


def _as_csr(value: Any) -> Any:
    import scipy.sparse

    if hasattr(value, "compute"):
        value = value.compute()
    if hasattr(value, "to_memory"):
        value = value.to_memory()
    return scipy.sparse.csr_matrix(value)
