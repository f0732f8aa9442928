"""How long one unit of `obsm["spatial"]` is in micrometres, where `uns["spatial"]` says it and the spots agree. Pure.

10x writes `scalefactors_json.json` beside its images, and scanpy and squidpy keep it in `uns["spatial"][library]`:

- Visium HD (Space Ranger 3) says `microns_per_pixel`.
- Visium says `spot_diameter_fullres`. 10x's page of the images of Space Ranger calls it the pixels that a *theoretical
  65 µm spot* spans, and itself takes 65 / 89.438 = 0.7268 µm for a pixel. Printed spots have 55 µm: lengths by that are
  15 % too short.
  https://support.10xgenomics.com/spatial-gene-expression/software/pipelines/latest/output/spatial

Readers of other machines write made-up diameters, since scanpy's plots want one, and points may have been scaled after
they were read. Spots of Visium lie 100 µm apart, so a diameter is believed only where the points do, too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fumehood.core.errors import HoodError
from fumehood.datasets import tree

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.tree import Folder

KEYS: Final = ("spatial", "X_spatial")
"""What has pixels of the full image; others may be anything."""
LIBRARIES: Final = 64
_SPOT: Final = 65.0
_APART: Final = 100.0
_NEAR: Final = 0.1
_SAME: Final = 0.01
_SPOTS: Final = 30_000
"""Two of the largest slides; cells are more."""
_LOOKED_AT: Final = 64
_MOST: Final = 1e6


class Scale(NamedTuple):
    """Of one library; None where it says nothing that can be a length."""

    pixel: float | None
    """`microns_per_pixel`"""
    spot: float | None
    """`spot_diameter_fullres`"""


def length(value: object) -> float | None:
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        found = float(value)
    except (OverflowError, TypeError, ValueError):
        return None
    return found if math.isfinite(found) and 1 / _MOST <= found <= _MOST else None


def of_object(uns: object) -> tuple[Scale, ...]:
    spatial = uns.get("spatial") if isinstance(uns, Mapping) else None
    if not isinstance(spatial, Mapping) or len(spatial) > LIBRARIES:
        return ()
    libraries = [library.get("scalefactors") if isinstance(library, Mapping) else None for library in spatial.values()]
    factors = [one if isinstance(one, Mapping) else {} for one in libraries]
    return tuple(
        Scale(length(one.get("microns_per_pixel")), length(one.get("spot_diameter_fullres"))) for one in factors
    )


def of_file(root: Folder) -> tuple[Scale, ...]:
    """What cannot be read says nothing."""
    try:
        uns = tree.group(root, "uns")
        spatial = None if uns is None else tree.group(uns, "spatial")
        if spatial is None:
            return ()
        names = spatial.names()
        if len(names) > LIBRARIES:
            return ()
        return tuple(_stored(tree.group(spatial, name)) for name in names)
    except HoodError:
        return ()


def _stored(library: Folder | None) -> Scale:
    factors = None if library is None else tree.group(library, "scalefactors")

    def one(name: str) -> float | None:
        found = None if factors is None else tree.array(factors, name)
        if found is None or found.sort != "number" or found.shape != ():
            return None
        return length(found.read())

    return Scale(one("microns_per_pixel"), one("spot_diameter_fullres"))


def micrometres(scales: tuple[Scale, ...], points: NDArray[np.float32]) -> float | None:
    """Of one unit of these points; None where a library says none, or they differ."""
    found: list[float] = []
    for scale in scales:
        if scale.pixel is not None:
            found.append(scale.pixel)
        elif scale.spot is not None and _spaced(points, scale.spot * _APART / _SPOT):
            found.append(_SPOT / scale.spot)
        else:
            return None
    if not found or max(found) > min(found) * (1 + _SAME):
        return None
    return found[0]


def _spaced(points: NDArray[Any], expected: float) -> bool:
    """Whether neighbours are as far from each other as that, of some of the points."""
    import numpy as np

    there = points[np.isfinite(points).all(axis=1)].astype(np.float64)
    if points.shape[1] != 2 or not 2 <= len(there) <= _SPOTS:
        return False
    nearest = []
    for index in np.unique(np.linspace(0, len(there) - 1, _LOOKED_AT).astype(int)):
        away = np.hypot(*(there - there[index]).T)
        away[index] = np.inf
        nearest.append(away.min())
    return bool(abs(np.median(nearest) / expected - 1) <= _NEAR)
