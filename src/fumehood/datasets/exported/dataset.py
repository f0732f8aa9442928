"""An export as a `Dataset`, and as the table of the files that it declares.

Quantised numbers are restored, so the rest of the program need not know that they were; a page that reads the folder's
own files gets them byte by byte as they are. A folder holds no names of cells unless ours wrote it: then a cell's name
is its number.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from fumehood.core.errors import DatasetMemberMissing, DatasetUnreadable
from fumehood.core.limits import DATASET_GENES
from fumehood.datasets import near
from fumehood.datasets.dataset import (
    Column,
    Embedding,
    Fingerprint,
    GraphInfo,
    Latent,
    MatrixInfo,
    MatrixReader,
    Note,
    OpenOptions,
    VectorField,
)
from fumehood.datasets.exported import manifests
from fumehood.datasets.exported.files import Declared, Files, declared
from fumehood.datasets.exported.manifests import Edges, Field, Manifest, Numbers
from fumehood.datasets.genes import column, encoding
from fumehood.datasets.genes.quantise import restore
from fumehood.datasets.names import Names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.aliases import Alias
    from fumehood.datasets.lengths import Scale

IDENTITY: Final = "dataset_identity.json"
OBS: Final = "obs_manifest.json"
VAR: Final = "var_manifest.json"
GRAPH: Final = "connectivity_manifest.json"
SHARDS: Final = "gene_shards.json"


def open_exported(path: Path, options: OpenOptions | None = None) -> ExportedDataset:
    """Raises `DatasetUnreadable`, `DatasetReachesOut`, and `DatasetMemberMissing` where another matrix is wanted."""
    wanted = options or OpenOptions()
    if wanted.matrix != "X" or wanted.genes:
        raise DatasetMemberMissing(
            f"{path.name} is an export: it has one matrix, and one name for each gene.",
            hint="Say --matrix and --gene-names when it is exported.",
        )
    return ExportedDataset(path.resolve(), wanted)


class ExportedDataset:
    """See `dataset.Dataset`."""

    kind: Literal["exported"] = "exported"

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self.path: Path | None = path
        self.files = Files(path)
        self._lock = threading.Lock()
        self.declared: dict[str, Declared] = {}
        """Every file that may be asked for, by its path."""
        identity, obs = self._needed(IDENTITY), self._needed(OBS)
        manifests.generation(obs)
        self._identity = identity
        self.n_cells = n = manifests.cells(obs)
        self.id = options.id or identity.text(identity.value.get("id") or path.name)
        self.name = options.name or identity.text(identity.value.get("name") or self.id)
        self._fields = {field.name: field for field in manifests.fields(obs, n)}
        self._points = {one.key: one for one in manifests.points(identity, n)}
        self._vectors = {one.id: one for one in manifests.vectors(identity, tuple(self._points.values()), n)}
        var, shards, graph = (self._manifest(name) for name in (VAR, SHARDS, GRAPH))
        self._genes: tuple[Field, ...] = () if var is None else manifests.genes(var, n)
        self._shards = None if shards is None else Shards(shards, n)
        self._graph = None if graph is None else manifests.edges(graph)
        self._cells_file = self._names_file()
        self._declare_all()
        self.n_genes = len(self._shards.names) if self._shards is not None else len(self._genes)
        self.notes: tuple[Note, ...] = ()

    # -- what there is

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(
            Column(field.name, "continuous" if field.categories is None else "category", _given(field.categories or ()))
            for field in self._fields.values()
        )

    @cached_property
    def embeddings(self) -> tuple[Embedding, ...]:
        return tuple(
            Embedding(one.key, one.dimension, one.dimension)  # type: ignore[arg-type]
            for one in self._points.values()
        )

    @cached_property
    def vectors(self) -> tuple[VectorField, ...]:
        return tuple(
            VectorField(one.id, one.label, one.basis, tuple((size, key) for size, key, _ in one.files))
            for one in self._vectors.values()
        )

    @property
    def graph(self) -> GraphInfo | None:
        return None if self._graph is None else GraphInfo("connectivities", 2 * self._graph.count)

    def scales(self) -> tuple[Scale, ...]:
        """An export has no `uns`."""
        return ()

    def gene_aliases(self) -> tuple[Alias, ...]:
        """An export has one name for each gene."""
        return ()

    def gene_names(self) -> Sequence[str]:
        return self._shards.names if self._shards is not None else [field.name for field in self._genes]

    def cell_names(self, cells: NDArray[np.uint32] | None = None) -> Sequence[str]:
        if cells is not None and cells.size and int(cells.max()) >= self.n_cells:
            raise DatasetMemberMissing(f"There is no cell {int(cells.max()):,}: there are {self.n_cells:,}.")
        names = self._cell_names
        if names is None:
            return [str(cell) for cell in (range(self.n_cells) if cells is None else cells.tolist())]
        return names if cells is None else names.take(cells)

    def fingerprint(self) -> Fingerprint:
        ours = self._ours.get("fingerprint")
        said = ours if isinstance(ours, dict) else {}
        cells = said.get("cells") if isinstance(said.get("cells"), str) else self._digest(self.cell_names())
        genes = said.get("genes") if isinstance(said.get("genes"), str) else self._digest(self.gene_names())
        return Fingerprint(self.kind, self.id, self.n_cells, self.n_genes, str(cells), str(genes))

    # -- values

    def codes(self, key: str) -> NDArray[Any]:
        field = self._field(key)
        if field.categories is None:
            raise DatasetMemberMissing(f"{key} is no column of categories.")
        codes = self._array(field.numbers)
        missing = codes.dtype.type(-1 % (1 << 8 * codes.dtype.itemsize))
        wrong = (codes >= len(field.categories)) & (codes != missing)
        if wrong.any():
            raise DatasetUnreadable(f"The codes of {key} name a category that there is not.")
        return codes

    def values(self, key: str) -> NDArray[np.float32]:
        return self._restored(self._field(key).numbers)

    def points(self, key: str, dimensions: int) -> NDArray[np.float32]:
        import numpy as np

        one = self._points.get(key)
        if one is None:
            raise near.missing("embedding", key, self._points)
        if not 1 <= dimensions <= one.dimension:
            raise DatasetMemberMissing(f"{key} has {one.dimension} dimensions, not {dimensions}.")
        found = np.frombuffer(self.files.content(one.file), "<f4").reshape(self.n_cells, one.dimension)
        return np.ascontiguousarray(found[:, :dimensions])

    def vector(self, id: str, dimensions: int) -> NDArray[np.float32]:
        import numpy as np

        one = self._vectors.get(id)
        if one is None:
            raise near.missing("vector field", id, self._vectors)
        for size, _, file in one.files:
            if size == dimensions:
                return np.frombuffer(self.files.content(file), "<f4").reshape(self.n_cells, size)
        raise DatasetMemberMissing(f"The vector field {id} has no {dimensions} dimensions.")

    def gene(self, index: int) -> NDArray[np.float32]:
        found = self._gene(index)
        return found.dense()

    def gene_sparse(self, index: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]] | None:
        if self._shards is None:
            return None
        found = self._gene(index)
        return None if found.cells is None else (found.cells, found.values)

    def edges(self) -> tuple[NDArray[Any], NDArray[Any]]:
        if self._graph is None:
            raise DatasetMemberMissing("The dataset has no neighbour graph.")
        return self._ends(self._graph, self._graph.sources), self._ends(self._graph, self._graph.targets)

    def latent(self) -> Latent | None:
        return None

    def matrix(self) -> MatrixInfo:
        return MatrixInfo("X", "csc", (self.n_cells, self.n_genes), "float32", self.kind)

    def reader(self) -> MatrixReader:
        raise DatasetMemberMissing("An export has genes, and no matrix.")

    def close(self) -> None:
        """The folder is closed when nobody reads from it any more."""

    # -- opening

    def _manifest(self, name: str) -> Manifest | None:
        file = declared(name, None, name)
        if self.files.stat(file) is None:
            return None
        try:
            value = msgspec.json.decode(self.files.content(file))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise DatasetUnreadable(f"{name} in {self.files.place.name} is no JSON that can be read.") from error
        self.declared[name] = file
        return Manifest(name, value)

    def _needed(self, name: str) -> Manifest:
        found = self._manifest(name)
        if found is None:
            self.files.open(declared(name, None, name)).close()  # says what is wrong with it
            raise DatasetUnreadable(f"{self.files.place.name} has no {name}.")
        return found

    @property
    def _ours(self) -> Mapping[str, Any]:
        return self._identity.mapping(self._identity.value.get("_fumehood") or {})

    def _names_file(self) -> Declared | None:
        path = self._ours.get("cells")
        return None if path is None else declared(path, None, IDENTITY)

    def _declare_all(self) -> None:
        files: list[Declared] = [one.file for one in self._points.values()]
        files += [file for one in self._vectors.values() for _, _, file in one.files]
        for field in (*self._fields.values(), *self._genes):
            files.append(field.numbers.file)
            if field.outliers is not None:
                files.append(field.outliers.file)
        if self._graph is not None:
            files += [self._graph.sources, self._graph.targets]
            files += [] if self._graph.weights is None else [self._graph.weights]
        if self._shards is not None:
            files += self._shards.files
        files += [] if self._cells_file is None else [self._cells_file]
        self.declared.update({file.path: file for file in files})

    @cached_property
    def _cell_names(self) -> Names | None:
        if self._cells_file is None:
            return None
        try:
            listed = msgspec.json.decode(self.files.content(self._cells_file), type=list[str])
        except msgspec.DecodeError as error:
            raise DatasetUnreadable(f"{self._cells_file.path} is no list of names.") from error
        if len(listed) != self.n_cells:
            raise DatasetUnreadable(f"{self._cells_file.path} has {len(listed):,} names of {self.n_cells:,} cells.")
        return Names(name.encode() for name in listed)

    @staticmethod
    def _digest(names: Sequence[str]) -> str:
        return Names(name.encode() for name in names).digest()

    # -- reading

    def _field(self, key: str) -> Field:
        if key not in self._fields:
            raise near.missing("column", key, self._fields)
        return self._fields[key]

    def _array(self, numbers: Numbers) -> NDArray[Any]:
        import numpy as np

        return np.frombuffer(self.files.content(numbers.file), np.dtype(numbers.type).newbyteorder("<"))

    def _restored(self, numbers: Numbers) -> NDArray[np.float32]:
        found = self._array(numbers)
        if numbers.low is None or numbers.high is None:
            return found.astype("<f4", copy=False)
        values: NDArray[np.float32] = restore(found, numbers.low, numbers.high)
        return values

    def _gene(self, index: int) -> column.Column:
        if not 0 <= index < self.n_genes:
            raise DatasetMemberMissing(f"There is no gene {index:,}: there are {self.n_genes:,}.")
        if self._shards is not None:
            return self._shards.read(self.files, index)
        return column.Column(self.n_cells, None, self._restored(self._genes[index].numbers))

    def _ends(self, graph: Edges, file: Declared) -> NDArray[Any]:
        import numpy as np

        found = np.frombuffer(self.files.content(file), np.dtype(graph.type).newbyteorder("<"))
        if found.size and int(found.max()) >= self.n_cells:
            raise DatasetUnreadable(f"{file.path} names a cell that there is not.")
        return found


class Shards:
    """Genes of ours, many in a file, each a gene on the wire compressed by itself."""

    def __init__(self, manifest: Manifest, n: int) -> None:
        said = manifest.value
        if said.get("format") != "fumehood_genes" or said.get("version") != 1:
            raise manifest.bad("is of a version that is not read")
        if manifest.count(said.get("n_cells"), n) != n:
            raise manifest.bad("is of another number of cells")
        self._n = n
        self.names = [manifest.text(name) for name in manifest.list(said.get("names"), DATASET_GENES)]
        self.files: list[Declared] = []
        self._places: list[tuple[int, int, int]] = []
        """(shard, start, length) of each gene."""
        for number, one in enumerate(manifest.list(said.get("shards"), DATASET_GENES)):
            entry = manifest.mapping(one)
            start = 0
            for length in manifest.list(entry.get("lengths"), DATASET_GENES):
                size = manifest.count(length, 8 * n + 4096)
                self._places.append((number, start, size))
                start += size
            self.files.append(manifest.file(entry.get("path"), start))
        if len(self._places) != len(self.names):
            raise manifest.bad("has another number of genes than names")

    def read(self, files: Files, index: int) -> column.Column:
        shard, start, length = self._places[index]
        data = files.part(self.files[shard], start, length)
        found = encoding.decode(files.unpacked(self.files[shard], data, 8 * self._n + 4096))
        if found.n_cells != self._n:
            raise DatasetUnreadable(f"A gene in {self.files[shard].path} is of another number of cells.")
        return found


def _given(categories: tuple[str, ...]) -> Any:
    return lambda: categories
