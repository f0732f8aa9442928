"""Our own names: by index, so that no name of the user's has to be made safe for a path.

overview.json                  all that a viewer needs to begin, with the paths of the rest
fingerprint.json               digests of the names of cells and genes in their order, and the program's version
gene/INDEX[/8|/16|/32]         a gene as genes/encoding.py has it
genes/aliases                  a JSON list of {column, names}: other names of all genes, in their order
genes/names, cells/names/A-B   a JSON list of texts; at most limits.DATASET_NAMES cells at once
columns/INDEX/codes|values     little-endian; the type is in the overview
embeddings/INDEX/DIMENSIONS    float32, row by row, centred and scaled
vectors/INDEX/DIMENSIONS       float32 in the same scale
graph/sources, graph/targets   uint32
genes/state                    how far the gene-major store is: the one answer that changes
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

import msgspec

import fumehood
from fumehood.core.limits import DATASET_NAMES
from fumehood.datasets import manifests
from fumehood.datasets.embeddings import placed
from fumehood.datasets.genes.encoding import Width, encode
from fumehood.datasets.layout import drawn
from fumehood.datasets.resource import BYTES, GENE, JSON

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import Column, Dataset
    from fumehood.datasets.genes.reading import Genes


class Found(NamedTuple):
    content_type: str
    size: int | None
    """Where it is known before it is made."""
    make: Callable[[], bytes | memoryview]
    plain: bool = True
    """The plain body is kept; not where it is cheaply made again."""
    same: str = ""
    """What these bytes are, where two names lead to them."""
    zstd: Callable[[], bytes] | None = None
    """See `compressing.Bodies.body`."""


Value = TypeVar("Value")


class OurNames:
    """What each of our names is of a dataset; `resources.Resources` makes resources of it."""

    def __init__(self, dataset: Dataset, genes: Genes) -> None:
        self.dataset = dataset
        self.genes = genes
        self.live = dataset.kind == "memory"
        """Its arrays and columns may be others with the next cell that the user runs: nothing of it is kept."""
        self._found: dict[str, Any] = {}

    @property
    def drawn_in(self) -> dict[int, str]:
        return self.remembered("drawn", lambda: drawn(self.dataset))

    def remembered(self, name: str, make: Callable[[], Value]) -> Value:
        """What no later request finds otherwise; of an AnnData in memory nothing is so."""
        if self.live:
            return make()
        if name not in self._found:
            self._found[name] = make()
        return cast(Value, self._found[name])

    def _overview(self) -> Found | None:
        def overview() -> dict[str, Any]:
            self.genes.prepare_soon()
            return manifests.overview(self.dataset)

        return json_of(overview)

    def _fingerprint(self) -> Found | None:
        def fingerprint() -> dict[str, Any]:
            found = self.dataset.fingerprint()
            return {"id": found.id, "kind": found.kind, "cells": found.cells, "genes": found.genes, "program": program}

        program = f"fumehood {fumehood.__version__}"
        return json_of(fingerprint)

    def _gene(self, index: str, bits: str | None) -> Found | None:
        number, width = int(index), cast(Width, int(bits or 8))
        if number >= self.dataset.n_genes:
            return None
        return Found(GENE, None, lambda: encode(self.genes.column(number), width), plain=False)

    def _gene_names(self) -> Found | None:
        return json_of(lambda: list(self.dataset.gene_names()))

    def _gene_aliases(self) -> Found | None:
        return json_of(lambda: [{"column": key, "names": list(names)} for key, names in self.dataset.gene_aliases()])

    def _gene_state(self) -> Found | None:
        return json_of(lambda: self.genes.state().said())

    def _cell_names(self, start: str, stop: str) -> Found | None:
        first, end = int(start), int(stop)
        if not first < end <= self.dataset.n_cells or end - first > DATASET_NAMES:
            return None

        def names() -> list[str]:
            import numpy as np

            return list(self.dataset.cell_names(np.arange(first, end, dtype=np.uint32)))

        return json_of(names)

    def column_of(self, index: str, part: str) -> Found | None:
        if int(index) >= len(self.dataset.columns):
            return None
        column = self.dataset.columns[int(index)]
        if column.kind == "continuous" and part == "values":
            return Found(BYTES, 4 * self.dataset.n_cells, lambda: bytes_of(self.dataset.values(column.key), "<f4"))
        if column.kind == "category" and part == "codes":
            return Found(BYTES, None, lambda: bytes_of(self._codes(column), None))
        return None

    def _codes(self, column: Column) -> NDArray[Any]:
        """In the type that the number of categories asks for; an export may have a wider one."""
        import numpy as np

        codes = self.dataset.codes(column.key)
        wanted = np.dtype(manifests.codes_type(len(column.categories)))
        if codes.dtype.itemsize == wanted.itemsize:
            return codes
        narrow = codes.astype(wanted)
        narrow[codes == np.iinfo(codes.dtype).max] = np.iinfo(wanted).max
        return narrow

    def _embedding(self, index: str, dimensions: str) -> Found | None:
        if int(index) >= len(self.dataset.embeddings):
            return None
        embedding = self.dataset.embeddings[int(index)]
        return self.points_of(embedding.key, int(dimensions)) if int(dimensions) <= embedding.dimensions else None

    def points_of(self, key: str, dimensions: int) -> Found:
        size = 4 * dimensions * self.dataset.n_cells
        return Found(
            BYTES,
            size,
            lambda: bytes_of(placed(self.dataset.points(key, dimensions))[0], "<f4"),
            same=f"points {dimensions} {key}",
        )

    def vector_of(self, field: str, key: str, dimensions: int) -> Found:
        """In the scale of the embedding `key` that it is drawn in."""

        def make() -> memoryview:
            import numpy as np

            _, placement = placed(self.dataset.points(key, dimensions))
            return bytes_of(self.dataset.vector(field, dimensions) * np.float32(placement.factor), "<f4")

        return Found(BYTES, 4 * dimensions * self.dataset.n_cells, make, same=f"vectors {dimensions} {field}")

    def _our_vector(self, index: str, dimensions: str) -> Found | None:
        if int(index) >= len(self.dataset.vectors):
            return None
        field, number = self.dataset.vectors[int(index)], int(dimensions)
        if number not in field.dimensions:
            return None
        key = self._basis(field.basis, number)
        return None if key is None else self.vector_of(field.id, key, number)

    def _basis(self, basis: str, dimensions: int) -> str | None:
        """The embedding that a vector field of `basis` is drawn in."""
        if basis == "umap" and dimensions in self.drawn_in:
            return self.drawn_in[dimensions]
        for embedding in self.dataset.embeddings:
            if (
                embedding.key in (f"X_{basis}_{dimensions}d", f"X_{basis}", basis)
                and dimensions <= embedding.dimensions
            ):
                return embedding.key
        return None

    def _our_edges(self, end: str) -> Found | None:
        return self.edges_of(end == "sources", "uint32")

    def edges_of(self, sources: bool, kind: str) -> Found | None:
        if self.dataset.graph is None:
            return None
        return Found(BYTES, None, lambda: bytes_of(self.dataset.edges()[0 if sources else 1], kind))


def json_of(make: Callable[[], Any]) -> Found:
    return Found(JSON, None, lambda: msgspec.json.encode(make()))


def bytes_of(values: NDArray[Any], kind: str | None) -> memoryview:
    import numpy as np

    there = np.dtype(kind) if kind else values.dtype.newbyteorder("<")
    # What has no cells is no bytes, which `cast` does not see.
    return np.ascontiguousarray(values, there).data.cast("B") if values.size else memoryview(b"")


Route = tuple[re.Pattern[str], Callable[..., Found | None]]


def routes(*routes: tuple[str, Callable[..., Found | None]]) -> tuple[Route, ...]:
    return tuple((re.compile(pattern, re.DOTALL), route) for pattern, route in routes)


_NUMBER: Final = r"(0|[1-9][0-9]{0,9})"
OURS: Final = routes(
    (r"overview\.json", OurNames._overview),
    (r"fingerprint\.json", OurNames._fingerprint),
    (rf"gene/{_NUMBER}(?:/(8|16|32))?", OurNames._gene),
    (r"genes/names", OurNames._gene_names),
    (r"genes/aliases", OurNames._gene_aliases),
    (r"genes/state", OurNames._gene_state),
    (rf"cells/names/{_NUMBER}-{_NUMBER}", OurNames._cell_names),
    (rf"columns/{_NUMBER}/(codes|values)", OurNames.column_of),
    (rf"embeddings/{_NUMBER}/([123])", OurNames._embedding),
    (rf"vectors/{_NUMBER}/([123])", OurNames._our_vector),
    (r"graph/(sources|targets)", OurNames._our_edges),
)
