"""Genes as our own viewer likes them: sparse, many in a file, each read by one range of bytes.

A shard is genes one after the other, each in the form of genes/encoding.py and compressed by itself as gzip, which a
browser unpacks without a program. `gene_shards.json` says where each lies. Other readers know nothing of it.
"""

from __future__ import annotations

from typing import Any, Final

from fumehood.datasets.export.options import Options
from fumehood.datasets.export.packing import gzipped
from fumehood.datasets.genes.column import Column
from fumehood.datasets.genes.encoding import HEADER, encode

MANIFEST: Final = "gene_shards.json"
_LEVEL: Final = 4
"""On steps and codes of counts as small as level 6, in half the time."""


class Shard:
    """One that is being made."""

    def __init__(self, n_cells: int, options: Options) -> None:
        self._options = options
        self._genes: list[bytes] = []

    def add(self, column: Column) -> tuple[float, float]:
        """The range of its values."""
        said = encode(column, self._options.gene_bits)
        self._genes.append(gzipped(said, _LEVEL))
        low, high = HEADER.unpack_from(said)[6:8]
        return float(low), float(high)

    def data(self) -> bytes:
        return b"".join(self._genes)

    def entry(self, path: str) -> dict[str, Any]:
        return {"path": path, "lengths": [len(gene) for gene in self._genes]}
