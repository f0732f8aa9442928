"""Other names of the genes: columns of `var` with symbols where the index has Ensembl ids, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from fumehood.core.errors import HoodError, Refused
from fumehood.core.limits import GENE_ALIASES

_KNOWN: Final = (
    "gene_symbols",
    "gene_symbol",
    "symbol",
    "symbols",
    "gene_name",
    "gene_names",
    "gene_short_name",
    "feature_name",
    "hgnc_symbol",
    "gene_ids",
    "gene_id",
    "ensembl_id",
    "ensembl",
    "feature_id",
)
"""As Scanpy, 10x, CELLxGENE and Seurat's converters call them, compared without regard to case."""


class Alias(NamedTuple):
    """One more name for each gene, in their order."""

    column: str
    """Of `var`; "" is its index."""
    names: Sequence[str]


def columns(keys: Iterable[str], used: str) -> list[str]:
    """The columns that hold names, without the one that already names the genes; "" is the index."""
    there = {key.casefold(): key for key in reversed([*keys])}
    found = [there[name] for name in _KNOWN if name in there and there[name] != used]
    return ([""] if used else []) + found[:GENE_ALIASES]


def read(keys: Iterable[str], used: str, names: Sequence[str], texts: Callable[[str], Sequence[str]]) -> list[Alias]:
    """Of each column that can be read and says something else than `names`."""
    found: list[Alias] = []
    for key in columns(keys, used):
        try:
            other = texts(key)
        except Refused:
            raise
        except HoodError:
            continue
        if list(other) != list(names):
            found.append(Alias(key, other))
    return found
