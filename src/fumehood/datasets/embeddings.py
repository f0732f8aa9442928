"""Which member of `obsm` is drawn first, which ones are cellucid's points, and where points are put. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fumehood.core.errors import DatasetMemberMissing, NoEmbedding
from fumehood.datasets import near
from fumehood.datasets.dataset import Embedding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FIRST = ("umap", "tsne", "draw_graph", "phate", "pacmap", "trimap", "mde", "spatial", "diffmap")
_NARROWEST = 1e-8
LATENT = ("scanvi", "scvi", "X_scvi", "X_pca", "harmony", "X_harmony")
"""Where distances are taken, in cellucid's order."""


def find(widths: Mapping[str, int], taken: Iterable[str], members: Iterable[str]) -> tuple[Embedding, ...]:
    """Those of `widths` that are no vector fields (`taken`), the likely ones first; `members` are all of `obsm`."""
    fields = set(taken)
    found = [
        Embedding(key, 3 if width >= 3 else 2 if width == 2 else 1, width)
        for key, width in widths.items()
        if width >= 1 and key not in fields
    ]
    if not found:
        there = sorted(members)
        has = f"it has {', '.join(map(repr, there[:20]))}, which cannot be drawn" if there else "it is empty"
        raise NoEmbedding(f"The dataset has no embedding in `obsm`: {has}.", members=there[:100])
    return tuple(sorted(found, key=_rank))


def _rank(embedding: Embedding) -> tuple[int, int, int, str]:
    name = embedding.key.lower()
    known = next((place for place, word in enumerate(_FIRST) if word in name), len(_FIRST))
    return embedding.width > 3, known, not name.startswith("x_"), name


def asked(there: Iterable[Embedding], key: str, dimensions: int) -> None:
    """Refuses what is not there, or has not so many dimensions."""
    known = {embedding.key: embedding for embedding in there}
    if key not in known:
        raise near.missing("embedding", key, known)
    if not 1 <= dimensions <= known[key].dimensions:
        raise DatasetMemberMissing(f"{key} has {known[key].dimensions} dimensions, not {dimensions}.")


def standard(embeddings: Iterable[Embedding]) -> dict[int, str]:
    """dimensions → key, as cellucid finds them: `X_umap_2d`, else `X_umap` of that width. Without any: the first."""
    there = {embedding.key: embedding for embedding in embeddings}
    found: dict[int, str] = {}
    for number in (1, 2, 3):
        sized, plain = there.get(f"X_umap_{number}d"), there.get("X_umap")
        if sized is not None and sized.width == number:
            found[number] = sized.key
        elif plain is not None and plain.width == number:
            found[number] = plain.key
    if not found and there:
        first = next(iter(there.values()))
        found[first.dimensions] = first.key
        if first.width > 3:
            found[2] = first.key
    return found


def latent_key(wanted: str, widths: Mapping[str, int]) -> str | None:
    """The member in which distances are taken: the one that was named, else cellucid's order, else any but a UMAP."""
    if wanted and wanted not in widths:
        raise near.missing("member of obsm", wanted, widths)
    if wanted:
        return wanted
    for key in LATENT:
        if key in widths:
            return key
    return next((key for key in widths if not re.match(r"X_umap", key)), None)


@dataclass(frozen=True, slots=True)
class Placement:
    """(x - centre) * factor."""

    centre: tuple[float, ...]
    factor: float


def placed(points: NDArray[np.float32]) -> tuple[NDArray[np.float32], Placement]:
    """The box of the finite points around the origin, its widest side from -1 to 1; in float32, as cellucid does."""
    import numpy as np

    if not points.size:
        return points, Placement((0.0,) * points.shape[1], 1.0)
    low, high = (np.array([part(column) for column in points.T]) for part in (np.min, np.max))
    if not (np.isfinite(low) & np.isfinite(high)).all():
        finite = np.where(np.isfinite(points), points, np.float32(np.nan))
        low = np.nan_to_num(np.fmin.reduce(finite, axis=0))
        high = np.nan_to_num(np.fmax.reduce(finite, axis=0))
    centre = (low + high) / np.float32(2)
    widest = float((high - low).max())
    factor = 2.0 / (widest if widest >= _NARROWEST else 1.0)
    result = points - centre
    result *= np.float32(factor)
    return result, Placement(tuple(float(value) for value in centre), factor)
