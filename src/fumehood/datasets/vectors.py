"""Vector fields among the members of `obsm`, by their names: `velocity_umap`, `T_fwd_umap_3d`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from fumehood.core.errors import DatasetMemberMissing
from fumehood.datasets import near
from fumehood.datasets.dataset import VectorField

_SIZED = re.compile(r"^(?P<id>.+)_(?P<size>[123])d$")


def find(widths: Mapping[str, int]) -> tuple[VectorField, ...]:
    """`widths` are the columns of each member. A field's basis is an embedding that is there, as `X_<basis>`."""
    bases = sorted({_basis(key) for key in widths if key.startswith("X_")}, key=len, reverse=True)
    sized: dict[str, dict[int, str]] = {}
    plain: dict[str, tuple[int, str]] = {}
    for key, width in widths.items():
        if key.startswith("X_"):
            continue
        match = _SIZED.match(key)
        name = match["id"] if match else key
        if _of(name, bases) is None:
            continue
        if match and width == int(match["size"]):
            sized.setdefault(name, {})[width] = key
        elif not match and width in (1, 2, 3):
            plain[name] = (width, key)
    found = []
    for name in sorted({*sized, *plain}):
        keys = dict(sized.get(name, {}))
        if name in plain:
            keys.setdefault(*plain[name])
        basis = _of(name, bases)
        assert basis is not None
        label = name.removesuffix(f"_{basis}").replace("_", " ").strip()
        label = f"{label[:1].upper()}{label[1:]} ({basis.upper()})"
        found.append(VectorField(name, label, basis, tuple(sorted(keys.items()))))
    found.sort(key=lambda field: field.id != "velocity_umap")
    return tuple(found)


def asked(there: Iterable[VectorField], id: str, dimensions: int) -> str:
    """The member of `obsm` that holds a field in so many dimensions."""
    known = {field.id: dict(field.keys) for field in there}
    if id not in known:
        raise near.missing("vector field", id, known)
    if dimensions not in known[id]:
        raise DatasetMemberMissing(f"The vector field {id} has no {dimensions} dimensions.")
    return known[id][dimensions]


def _basis(key: str) -> str:
    match = _SIZED.match(key)
    return (match["id"] if match else key).removeprefix("X_")


def _of(name: str, bases: list[str]) -> str | None:
    return next((basis for basis in bases if name.endswith(f"_{basis}") and len(name) > len(basis) + 1), None)
