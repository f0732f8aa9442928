"""Numbers as 8 or 16 bits: rounded to the nearest step, what is missing kept as missing.

The steps are those of the exports that others read (0 to 254, or to 65534, from the least to the greatest finite value,
and the highest code for what is not finite), but rounded: a truncating quantiser is half a step too low everywhere.
Computes in 64 bits, since the distance of two floats may be no float.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

Bits = Literal[8, 16]


def steps(bits: Bits) -> int:
    """The highest code of a value; the next one says that it is missing."""
    return (1 << bits) - 2


def finite_range(values: NDArray[Any]) -> tuple[float, float] | None:
    """The least and the greatest finite value as 32-bit floats; None where there is none."""
    import numpy as np

    if values.size == 0:
        return None
    low, high = np.min(values), np.max(values)
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = values[np.isfinite(values)]
        if finite.size == 0:
            return None
        low, high = np.min(finite), np.max(finite)
    return float(np.float32(low)), float(np.float32(high))


def span(found: tuple[float, float] | None) -> tuple[float, float]:
    """The range to quantise over: never empty, so that no division is by nothing."""
    import numpy as np

    if found is None:
        return 0.0, 1.0
    low, high = found
    if high > low:
        return low, high
    above = float(np.float32(low) + np.float32(1))
    if above > low:
        return low, above
    if low < float(np.finfo(np.float32).max):
        return low, float(np.nextafter(np.float32(low), np.float32(np.inf)))
    return float(np.nextafter(np.float32(low), np.float32(0))), low


def quantise(values: NDArray[Any], low: float, high: float, bits: Bits) -> NDArray[Any]:
    """Codes of `values` between `low` and `high` (from `span`); values outside are moved to the nearer end."""
    import numpy as np

    top = steps(bits)
    scaled = values.astype(np.float64)
    missing = ~np.isfinite(scaled)
    scaled -= low
    scaled *= top / (high - low)
    np.rint(scaled, out=scaled)
    np.clip(scaled, 0, top, out=scaled)
    if missing.any():
        scaled[missing] = top + 1
    return scaled.astype(np.uint8 if bits == 8 else np.uint16)


def restore(codes: NDArray[Any], low: float, high: float) -> NDArray[Any]:
    """What a reader makes of codes; NaN for what is missing."""
    import numpy as np

    top = steps(8 if codes.dtype.itemsize == 1 else 16)
    values = codes.astype(np.float64)
    values *= (high - low) / top
    values += low
    values[codes > top] = np.nan
    return values.astype(np.float32)
