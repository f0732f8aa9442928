"""An opened dataset as everybody reads it: the values that describe it, and the protocol that every kind of it has.

Whoever reads (resources, doors, exports, sessions, the viewer) knows this module and no store behind it. A reader gives
whole columns, never a whole matrix, and may be called from several threads at once. What is described here was checked
when the dataset was opened; what is read is checked while it is read, and fails as a `HoodError` that names the member.

Missing values: `codes` say them by the largest value of their type, `values`, `points` and `gene` by NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.aliases import Alias
    from fumehood.datasets.lengths import Scale

Kind = Literal["h5ad", "zarr", "memory", "exported"]
ColumnKind = Literal["category", "continuous"]
Layout = Literal["csr", "csc", "dense"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `obs`. The categories of a text column are found when they are asked for: that reads the column."""

    key: str
    kind: ColumnKind
    find: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False, compare=False)

    @property
    def categories(self) -> tuple[str, ...]:
        """In the order of the codes; of a continuous column none. Remembered by the dataset."""
        return self.find()


@dataclass(frozen=True, slots=True)
class Embedding:
    """A member of `obsm` that can be drawn: as it is where it has 1 to 3 columns, else by its first ones."""

    key: str
    dimensions: Literal[1, 2, 3]
    """The most that it can be drawn in; `points` gives any number up to it."""
    width: int
    """Columns that it has: 50 of a typical `X_pca`."""


@dataclass(frozen=True, slots=True)
class VectorField:
    """Directions of the cells in an embedding, as RNA velocity has them."""

    id: str
    label: str
    basis: str
    """The name of the embedding without `X_`: "umap"."""
    keys: tuple[tuple[int, str], ...]
    """(dimensions, the member of `obsm` that holds them), ascending."""

    @property
    def dimensions(self) -> tuple[int, ...]:
        return tuple(number for number, _ in self.keys)


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """The graph of neighbours. How many edges it has is known when they were read."""

    key: str
    stored: int
    """Entries of the sparse matrix: about twice as many as edges."""


@dataclass(frozen=True, slots=True)
class Latent:
    """The space in which distances between cells mean something."""

    key: str
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MatrixInfo:
    """What the expression matrix is and where it lies, so that a gene-major store can be made of it."""

    name: str
    """"X", "raw/X" or "layers/NAME"."""
    layout: Layout
    shape: tuple[int, int]
    dtype: str
    store: Kind
    stored: int | None = None
    """Entries of a sparse matrix."""
    chunks: tuple[int, ...] = ()
    """Of a dense matrix that is stored in chunks, (cells, genes)."""
    path: Path | None = None
    """The file or folder that holds it; None in memory."""


class MatrixReader(Protocol):
    """Bounded reads of the expression matrix, for scans. Sparse: `indptr` and `entries`; dense: `block`."""

    @property
    def info(self) -> MatrixInfo: ...

    def indptr(self) -> NDArray[np.int64]:
        """Where each cell (csr) or gene (csc) begins among the entries; rises, ends at `info.stored`."""

    def entries(self, start: int, stop: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """The indices (genes of csr, cells of csc; each within the shape) and values of these entries."""

    def block(self, cells: slice, genes: slice) -> NDArray[np.float32]:
        """A part of a dense matrix, C order. The caller bounds it; `info.chunks` says what is cheap."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What says that two datasets have the same cells and genes in the same order."""

    kind: Kind
    id: str
    n_cells: int
    n_genes: int
    cells: str
    """SHA-256 over the names of the cells in their order (`names.digest`)."""
    genes: str


@dataclass(frozen=True, slots=True)
class Note:
    """A member of the dataset that is not offered, and why: a sentence for the user."""

    member: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """What a user may say about a dataset; everything else is found in it."""

    id: str = ""
    """"" is the name of the file without its ending."""
    name: str = ""
    matrix: str = "X"
    """"X", "raw" or "layers/NAME": where genes are read."""
    genes: str = ""
    """A column of `var` whose texts name the genes; "" is its index."""
    latent: str = ""
    """The member of `obsm` that distances are taken in; "" finds one."""


class Dataset(Protocol):
    """An opened dataset; every reader is column-wise and safe to call from several threads."""

    @property
    def kind(self) -> Kind: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path | None: ...
    @property
    def n_cells(self) -> int: ...
    @property
    def n_genes(self) -> int: ...
    @property
    def columns(self) -> tuple[Column, ...]: ...
    @property
    def embeddings(self) -> tuple[Embedding, ...]:
        """Those that are drawn first come first. Never empty: a dataset without any does not open."""

    @property
    def vectors(self) -> tuple[VectorField, ...]: ...
    @property
    def graph(self) -> GraphInfo | None: ...
    @property
    def notes(self) -> tuple[Note, ...]: ...

    def gene_names(self) -> Sequence[str]: ...

    def gene_aliases(self) -> Sequence[Alias]:
        """Other names of the genes, under which they are found too."""

    def cell_names(self, cells: NDArray[np.uint32] | None = None) -> Sequence[str]:
        """Of these cells, in their order; of all without them."""

    def codes(self, key: str) -> NDArray[Any]:
        """uint8 up to 254 categories, else uint16; the largest value is "missing". No column has more than 65,534."""

    def values(self, key: str) -> NDArray[np.float32]: ...

    def points(self, key: str, dimensions: int) -> NDArray[np.float32]:
        """(n_cells, dimensions), C order, as they are stored; `embeddings.placed` centres and scales them."""

    def vector(self, id: str, dimensions: int) -> NDArray[np.float32]:
        """(n_cells, dimensions), as they are stored."""

    def gene(self, index: int) -> NDArray[np.float32]: ...

    def gene_sparse(self, index: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]] | None:
        """The cells (ascending) and values that are stored; None where the matrix is dense."""

    def edges(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Sources and destinations, each edge once with source < destination, sorted; kept after the first call."""

    def latent(self) -> Latent | None: ...

    def scales(self) -> tuple[Scale, ...]:
        """What `uns["spatial"]` says of lengths, of each library; see `lengths`."""

    def matrix(self) -> MatrixInfo: ...

    def reader(self) -> MatrixReader: ...

    def fingerprint(self) -> Fingerprint: ...

    def close(self) -> None: ...
