"""Columns of `obs` as the viewer needs them: codes into categories, or numbers with NaN."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded
from fumehood.datasets import tree
from fumehood.datasets.dataset import ColumnKind
from fumehood.datasets.frames import Categorical, Field, Nullable, Plain, Source, label_of, labels, texts_of

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

_SMALL = 254


def codes_type(categories: int) -> np.dtype[Any]:
    """The smallest type whose largest value is still free to say "missing"."""
    import numpy as np

    return np.dtype("uint8" if categories <= _SMALL else "uint16")


def packed(codes: NDArray[Any], categories: int) -> NDArray[Any]:
    """Codes of any integer type; what lies outside the categories becomes "missing"."""
    import numpy as np

    kind = codes_type(categories)
    missing = np.iinfo(kind).max
    outside = (codes < 0) | (codes >= categories)
    result = codes.astype(kind)
    result[outside] = missing
    return result


def coded(blocks: Iterable[list[bytes]], missing: NDArray[np.bool_] | None = None) -> tuple[list[bytes], NDArray[Any]]:
    """Sorted categories of texts, and the codes; -1 is missing. Ends early where there are too many."""
    import numpy as np

    known: dict[bytes, int] = {}
    found = [np.zeros(0, np.int32)]
    for block in blocks:
        codes = np.fromiter((known.setdefault(text, len(known)) for text in block), np.int32, len(block))
        if len(known) > limits.DATASET_CATEGORIES:
            raise LimitExceeded(f"More than {limits.DATASET_CATEGORIES:,} different texts are names, not categories.")
        found.append(codes)
    codes = np.concatenate(found)
    if missing is not None:
        codes[missing] = -1
    seen = np.zeros(len(known), bool)
    seen[codes[codes >= 0]] = True
    order = sorted(text for text, code in known.items() if seen[code])
    ranks = np.full(len(known) + 1, -1, np.int32)
    for rank, text in enumerate(order):
        ranks[known[text]] = rank
    return order, ranks[codes]


def narrowed(values: NDArray[Any]) -> NDArray[np.float32]:
    """As float32, C order, without a copy where it is so already; what is too large becomes infinite."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        return np.ascontiguousarray(values, np.float32)


def numbers(values: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
    import numpy as np

    result = narrowed(values)
    if result is values:
        result = result.copy() if missing is not None else result
    if missing is not None:
        result[missing] = np.nan
    return result


class StoredColumn:
    """A column of an opened file. Its categories are read once; its values each time that they are asked for."""

    def __init__(self, place: str, source: Source) -> None:
        self._place, self._source = place, source
        self._lock = threading.Lock()
        self._categories: tuple[str, ...] | None = None
        self._found: NDArray[Any] | None = None
        self.kind: ColumnKind = _kind(source)

    def categories(self) -> tuple[str, ...]:
        if self.kind == "continuous":
            return ()
        with self._lock:
            if self._categories is None:
                self._look()
            assert self._categories is not None
            return self._categories

    def codes(self) -> NDArray[Any]:
        if self.kind == "continuous":
            raise DatasetMemberUnreadable(f"{self._place} is a column of numbers, without categories.")
        count = len(self.categories())
        if self._found is not None:
            return packed(self._found, count)
        match self._source:
            case Categorical(codes, _, _):
                return packed(tree.whole(codes), count)
            case Field(table, name, _):
                return packed(table.field(name), count)
        raise AssertionError("a column that was looked at has codes")

    def values(self) -> NDArray[np.float32]:
        if self.kind == "category":
            raise DatasetMemberUnreadable(f"{self._place} is a column of categories, not of numbers.")
        match self._source:
            case Plain(array):
                return numbers(tree.whole(array))
            case Nullable(values, mask):
                return numbers(tree.whole(values), tree.whole(mask).astype(bool))
            case Field(table, name, _):
                return numbers(table.field(name))
        raise AssertionError("categories are no numbers")

    def _look(self) -> None:
        """Finds the categories; of columns that are not stored as such also the codes, which are kept packed."""
        source = self._source
        match source:
            case Categorical(_, categories, _):
                found = labels(categories)
            case Field(_, _, categories) if categories is not None:
                found = labels(categories)
            case Field(table, name, _):
                found, self._found = coded([label_of(table.field(name))])
            case Plain():
                found, self._found = coded(texts_of(source))
            case Nullable(values, mask):
                missing = tree.whole(mask).astype(bool)
                found, self._found = coded(texts_of(Plain(values)), missing)
        if self._found is not None:
            self._found = packed(self._found, len(found)).astype(codes_type(len(found)))
        self._categories = tuple(text.decode("utf-8", "replace") for text in found)


def names(source: Source, place: str) -> str:
    """Why a column is no column of categories, but names of cells: found without reading it. "" where it may be one."""
    labels_in = source.categories if isinstance(source, Categorical | Field) else None
    if labels_in is not None and labels_in.shape[0] > limits.DATASET_CATEGORIES:
        return f"{place} has {labels_in.shape[0]:,} categories; {limits.DATASET_CATEGORIES:,} are told apart."
    array = source.array if isinstance(source, Plain) else source.values if isinstance(source, Nullable) else None
    if array is None or array.sort != "text" or array.shape[0] <= limits.DATASET_CATEGORIES:
        return ""
    first = array.texts(0, limits.DATASET_SAMPLE)
    return f"{place} has another text for each cell: names, not categories." if len(set(first)) == len(first) else ""


def _kind(source: Source) -> ColumnKind:
    match source:
        case Categorical():
            return "category"
        case Field(_, _, categories) if categories is not None:
            return "category"
        case Field(table, name, _):
            return "continuous" if table.dtype[name].kind in "iuf" else "category"
        case Plain(array) | Nullable(array, _):
            return "continuous" if array.sort == "number" and array.dtype.kind in "iuf" else "category"
