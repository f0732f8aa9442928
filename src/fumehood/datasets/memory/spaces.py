"""The members of an object's `obsm`: which of them can be drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fumehood.datasets import embeddings, vectors
from fumehood.datasets.dataset import Embedding, Note, VectorField
from fumehood.datasets.memory.columns import kind_of

if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class Spaces:
    """What `obsm` has, as long as its `sign` is the same."""

    sign: Any
    widths: dict[str, int]
    vectors: tuple[VectorField, ...]
    embeddings: tuple[Embedding, ...]
    notes: tuple[Note, ...]


def look(obsm: Mapping[str, Any], sign: Any) -> Spaces:
    widths, notes = {}, []
    for key in obsm:
        value = obsm[key]
        if hasattr(value, "iloc"):
            width = len(numeric(value))
        elif getattr(getattr(value, "dtype", None), "kind", "") in "iuf" and len(value.shape) in (1, 2):
            width = int(value.shape[1]) if len(value.shape) == 2 else 1
        else:
            width = 0
        if width:
            widths[key] = width
        else:
            notes.append(Note(f"obsm/{key}", f"obsm/{key} has no columns of numbers."))
    found = vectors.find(widths)
    fields = [key for field in found for _, key in field.keys]
    return Spaces(sign, widths, found, embeddings.find(widths, fields, obsm.keys()), tuple(notes))


def shape_of(value: Any) -> Any:
    return getattr(value, "shape", None), str(getattr(value, "dtype", ""))


def numeric(frame: Any) -> list[Any]:
    """Names that several columns share are none."""
    names = list(frame.columns)
    alone = [name for name, times in Counter(names).items() if times == 1]
    return [name for name in alone if kind_of(frame[name].dtype) == "continuous"]
