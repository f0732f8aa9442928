"""The names of cells and genes in their order: as one digest, and as one text.

Two datasets whose digests are the same have the same names in the same order: what was drawn on one lies right on the
other. Must never take two lists for one, so the lengths are part of what is hashed; and must say what an opened
dataset's own fingerprint says (`datasets.names.Names.digest`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_BLOCK = 65_536


def digest_of_names(names: Iterable[str]) -> str:
    """64 hexadecimal digits."""
    import numpy as np

    parts = [name.encode("utf-8", "surrogatepass") for name in names]
    lengths = hashlib.sha256(np.fromiter(map(len, parts), "<u4", len(parts)).tobytes())
    whole = hashlib.sha256()
    for first in range(0, len(parts), _BLOCK):
        whole.update(b"".join(parts[first : first + _BLOCK]))
    return hashlib.sha256(lengths.digest() + whole.digest()).hexdigest()


def as_lines(names: Iterable[str]) -> bytes | None:
    """One name a line; None where a name has a line break or cannot be written."""
    kept = list(names)
    if any("\n" in name for name in kept):
        return None
    try:
        return "".join(f"{name}\n" for name in kept).encode()
    except UnicodeEncodeError:
        return None


def from_lines(text: bytes) -> list[str]:
    """Raises UnicodeDecodeError."""
    lines = text.decode().split("\n")
    lines.pop()
    return lines
