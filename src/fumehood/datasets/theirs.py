"""The names of the cellucid project (`dataset_identity.json`, `obs/…`, `var/…`), so that its pages work with ours.

A name of a column or gene stands in them as it is, or made safe for a file; `layout.by_file_name` knows which is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fumehood.core.limits import DATASET_COMPRESS_AT_ONCE
from fumehood.datasets import manifests
from fumehood.datasets.centroids import centroids, outliers
from fumehood.datasets.compressing import TooFull, compress, compress_pieces
from fumehood.datasets.embeddings import latent_key, placed
from fumehood.datasets.genes.quantise import finite_range
from fumehood.datasets.layout import by_file_name, index_type
from fumehood.datasets.ours import Found, OurNames, bytes_of, json_of, routes
from fumehood.datasets.resource import BYTES, GZIP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import Column, Dataset
    from fumehood.datasets.genes.reading import Genes

_AT_ONCE: Final = 2
"""Columns whose centroids are computed side by side: what they need meanwhile is some ten bytes a cell each."""


class TheirNames(OurNames):
    """Theirs, made of the same columns."""

    def __init__(self, dataset: Dataset, genes: Genes, latent: str) -> None:
        """`latent`: the member of `obsm` that the user chose for distances."""
        super().__init__(dataset, genes)
        self._latent = latent

    def _manifest(self, name: str) -> Found | None:
        makers: dict[str, Callable[[], dict[str, Any]]] = {
            "dataset_identity": self._identity,
            "obs_manifest": self._obs_manifest,
            "var_manifest": lambda: manifests.var_manifest(self.dataset, self.dataset.gene_names()),
        }
        if self.dataset.graph is not None:
            makers["connectivity_manifest"] = self._connectivity_manifest
        make = makers.get(name)
        return None if make is None else json_of(make)

    def _identity(self) -> dict[str, Any]:
        self.genes.prepare_soon()
        return manifests.identity(
            self.dataset, None if self.dataset.graph is None else int(self.dataset.edges()[0].size)
        )

    def _obs_manifest(self) -> dict[str, Any]:
        import numpy as np

        widths = {embedding.key: embedding.width for embedding in self.dataset.embeddings}
        ranges = {
            column.key: finite_range(self.dataset.values(column.key))
            for column in manifests.of_kind(self.dataset, "continuous")
        }
        categorical = manifests.of_kind(self.dataset, "category")
        centres: dict[str, dict[str, list[dict[str, Any]]]] = {
            column.key: {str(number): [] for number in self.drawn_in} for column in categorical
        }
        for number, key in self.drawn_in.items():  # one embedding in memory at a time
            points = np.asfortranarray(placed(self.dataset.points(key, number))[0])  # all columns share its planes
            with ThreadPoolExecutor(_AT_ONCE, "fumehood-centroids") as pool:
                found = pool.map(partial(self._centroids, points=points), categorical)
            for column, one in zip(categorical, found, strict=True):
                centres[column.key][str(number)] = one
        return manifests.obs_manifest(self.dataset, latent_key(self._latent, widths), ranges, centres)

    def _centroids(self, column: Column, points: NDArray[Any]) -> list[dict[str, Any]]:
        names = column.categories
        return [
            {"category": names[found.category], "position": list(found.position), "n_points": found.points}
            for found in centroids(points, self.dataset.codes(column.key), len(names))
        ]

    def _connectivity_manifest(self) -> dict[str, Any]:
        import numpy as np

        sources, targets = self.dataset.edges()
        degrees = np.bincount(sources, minlength=1) if sources.size else np.zeros(1, np.int64)
        if targets.size:
            more = np.bincount(targets, minlength=degrees.size)
            more[: degrees.size] += degrees
            degrees = more
        return manifests.connectivity_manifest(self.dataset, int(sources.size), int(degrees.max()))

    @property
    def _columns(self) -> dict[str, int]:
        return self.remembered("columns", lambda: by_file_name(column.key for column in self.dataset.columns))

    @property
    def _genes(self) -> dict[str, int]:
        return self.remembered("genes", lambda: by_file_name(self.dataset.gene_names()))

    def _their_points(self, dimensions: str) -> Found | None:
        key = self.drawn_in.get(int(dimensions))
        return None if key is None else self.points_of(key, int(dimensions))

    def _their_values(self, name: str) -> Found | None:
        index = self._columns.get(name)
        return None if index is None else self.column_of(str(index), "values")

    def _their_codes(self, name: str, ending: str) -> Found | None:
        index = self._columns.get(name)
        if index is None or self.dataset.columns[index].kind != "category":
            return None
        kind = manifests.codes_type(len(self.dataset.columns[index].categories))
        return self.column_of(str(index), "codes") if kind == f"uint{ending}" else None

    def _their_outliers(self, name: str) -> Found | None:
        index = self._columns.get(name)
        if index is None or self.dataset.columns[index].kind != "category":
            return None
        column = self.dataset.columns[index]
        return Found(BYTES, 4 * self.dataset.n_cells, lambda: bytes_of(self._outliers(column), "<f4"))

    def _outliers(self, column: Column) -> NDArray[Any]:
        codes, latent = self.dataset.codes(column.key), self.dataset.latent()
        return outliers(None if latent is None else latent.values, codes, len(column.categories))

    def _their_gene(self, name: str) -> Found | None:
        index = self._genes.get(name)
        if index is None:
            return None
        size = 4 * self.dataset.n_cells

        def plain() -> memoryview:
            return bytes_of(self.genes.column(index).dense(), "<f4")

        def packed() -> bytes:
            column = self.genes.column(index)
            if not column.mostly_zeros:
                raise TooFull
            return compress_pieces(column.pieces(), size)

        # Of what is smaller, a reader waits for the compression anyway.
        return Found(BYTES, size, plain, plain=False, zstd=packed if size > DATASET_COMPRESS_AT_ONCE else None)

    def _their_edges(self, end: str) -> Found | None:
        return self.edges_of(end == "src", index_type(self.dataset.n_cells))

    def _their_vector(self, id: str, dimensions: str, packed: str | None) -> Found | None:
        for field in self.dataset.vectors:
            number = int(dimensions)
            if field.id == id and field.basis == "umap" and number in field.dimensions and number in self.drawn_in:
                found = self.vector_of(field.id, self.drawn_in[number], number)
                return found if packed is None else Found(GZIP, None, partial(_packed, found.make))
        return None


def _packed(make: Callable[[], bytes | memoryview]) -> bytes:
    return compress("gzip", make())


THEIRS: Final = routes(
    (r"(dataset_identity|obs_manifest|var_manifest|connectivity_manifest)\.json", TheirNames._manifest),
    (r"points_([123])d\.bin", TheirNames._their_points),
    (r"obs/(.+)\.values\.f32", TheirNames._their_values),
    (r"obs/(.+)\.codes\.u(8|16)", TheirNames._their_codes),
    (r"obs/(.+)\.outliers\.f32", TheirNames._their_outliers),
    (r"var/(.+)\.values\.f32", TheirNames._their_gene),
    (r"connectivity/edges\.(src|dst)\.bin", TheirNames._their_edges),
    (r"vectors/(.+)_([123])d\.bin(\.gz)?", TheirNames._their_vector),
)
