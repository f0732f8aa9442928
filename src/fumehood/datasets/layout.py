"""The names that cellucid's pages ask for, and what of a dataset they mean.

Their layout knows UMAP embeddings in one to three dimensions, files named after columns and genes, and one graph. Here
stands which embedding is drawn in which dimension, and which column or gene a file name means: made safe, two names may
become one, so a name that means two is answered for the first, the others are reached by their exact name or by index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from fumehood.datasets.embeddings import standard

if TYPE_CHECKING:
    from fumehood.datasets.dataset import Dataset

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def safe_name(name: str) -> str:
    return _UNSAFE.sub("_", name).strip("._") or "field"


def by_file_name(names: Iterable[str]) -> dict[str, int]:
    """Where each file name leads: a name that is exactly so before one that became so, then the first."""
    found: dict[str, int] = {}
    exact = list(names)
    for index, name in enumerate(exact):
        found.setdefault(name, index)
    for index, name in enumerate(exact):
        found.setdefault(safe_name(name), index)
    return found


def drawn(dataset: Dataset) -> dict[int, str]:
    """The embedding that is drawn in each number of dimensions, ascending."""
    return dict(sorted(standard(dataset.embeddings).items()))


def resolution(dataset: Dataset) -> dict[str, Any] | None:
    """What became of `X_umap`, as the identity tells it; None where there is none."""
    plain = next((embedding for embedding in dataset.embeddings if embedding.key == "X_umap"), None)
    if plain is None:
        return None
    said: dict[str, Any] = {"source_key": "X_umap"}
    if plain.width not in (1, 2, 3):
        return said | {"action": "ignored", "reason": "unsupported_dim", "n_dims": plain.width}
    alias = {"dim": plain.width, "alias_key": f"X_umap_{plain.width}d"}
    if drawn(dataset).get(plain.width) == "X_umap":
        return said | {"action": "used_as"} | alias
    return said | {"action": "ignored", "reason": "explicit_key_present"} | alias


def index_type(n_cells: int) -> str:
    """The type of a cell's index in their graph files."""
    return "uint16" if n_cells <= 65_535 else "uint32"
