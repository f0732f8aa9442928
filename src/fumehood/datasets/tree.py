"""What an h5ad file and a zarr folder have in common: groups with names, arrays that are read by ranges.

Whoever interprets AnnData (`frames`, `matrices`, `stored`) knows this module and no format. Behind it stand `h5ad.tree`
and `zarrs.tree`; they check every step of a path before it is taken, and every size before memory is asked for. A
`place` is the path inside the dataset, "obs/louvain/codes": errors name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, cast

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

Sort = Literal["number", "text", "record"]


class Array(Protocol):
    """Numbers (booleans too), texts, or records (a table of old h5ad files)."""

    @property
    def place(self) -> str: ...
    @property
    def sort(self) -> Sort: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> np.dtype[Any]:
        """In memory; of texts it means nothing."""

    @property
    def chunks(self) -> tuple[int, ...]:
        """() where it is stored in one piece."""

    def attribute(self, name: str) -> Any: ...

    def held(self) -> None:
        """Refuses an array that declares more than the store has of it."""

    def read(self, *ranges: slice) -> NDArray[Any]:
        """One range (start, stop) for each axis, none of them for a single value. Not of texts."""

    def texts(self, start: int, stop: int) -> list[bytes]: ...

    def field(self, name: str) -> NDArray[Any]:
        """One column of all records."""


class Folder(Protocol):
    @property
    def place(self) -> str: ...

    def attribute(self, name: str) -> Any:
        """A text, number, boolean or list of texts or numbers; None where there is none."""

    def names(self) -> tuple[str, ...]: ...

    def get(self, name: str) -> Node | None: ...


class Tree(Protocol):
    """An opened store. `close` may come while others read: they get `DatasetClosed`."""

    @property
    def root(self) -> Folder: ...

    def close(self) -> None: ...


Node: TypeAlias = Array | Folder


def as_array(node: Node | None) -> Array | None:
    return cast("Array", node) if hasattr(node, "read") else None


def as_folder(node: Node | None) -> Folder | None:
    return cast("Folder", node) if hasattr(node, "names") else None


def array(folder: Folder, name: str) -> Array | None:
    return as_array(folder.get(name))


def group(folder: Folder, name: str) -> Folder | None:
    return as_folder(folder.get(name))


def whole(node: Array, most: int = limits.DATASET_COLUMN) -> NDArray[Any]:
    """All of an array, which is bounded before it is read."""
    size = node.dtype.itemsize
    for length in node.shape:
        size *= length
    if size > most:
        raise LimitExceeded(f"{node.place} has {size:,} bytes, more than is read at once.", place=node.place)
    return node.read(*(slice(0, length) for length in node.shape))


def text_blocks(node: Array, block: int = 16_384) -> Iterator[list[bytes]]:
    """All texts of an array with one axis, in blocks, their sum bounded."""
    if len(node.shape) != 1 or node.sort != "text":
        raise DatasetMemberUnreadable(f"{node.place} is no list of texts.", place=node.place)
    total = 0
    for start in range(0, node.shape[0], block):
        texts = node.texts(start, min(start + block, node.shape[0]))
        total += sum(map(len, texts))
        if total > limits.DATASET_TEXTS:
            raise LimitExceeded(f"The texts of {node.place} are larger than {limits.DATASET_TEXTS:,} bytes.")
        yield texts
