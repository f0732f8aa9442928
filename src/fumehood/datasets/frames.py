"""Tables as AnnData stores them: `obs`, `var`, and DataFrames within `obsm`; every layout that anndata has written.

- groups of columns (0.7 and later), categories beside the codes or, before 0.8, in `__categories`;
- one table of records (0.6), whose categories lie in `uns` as `<column>_categories`.

The reference by which 0.7 points from codes to categories is not followed: it could point anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberMissing, DatasetMemberUnreadable, HoodError, LimitExceeded, Refused
from fumehood.datasets import tree
from fumehood.datasets.dataset import Note
from fumehood.datasets.names import Names

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from fumehood.datasets.tree import Array, Folder


@dataclass(frozen=True, slots=True)
class Plain:
    array: Array


@dataclass(frozen=True, slots=True)
class Categorical:
    codes: Array
    categories: Array
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Nullable:
    """Values and where they are missing."""

    values: Array
    mask: Array


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table of records; its codes count into `categories` where there are any."""

    table: Array
    name: str
    categories: Array | None


Source: TypeAlias = Plain | Categorical | Nullable | Field


class Frame:
    """A table whose columns are looked at, not read. What cannot be used is in `notes`."""

    def __init__(self, place: str, length: int, index: Source, columns: dict[str, Source], notes: list[Note]) -> None:
        self.place, self.length, self.notes = place, length, notes
        self._index, self._columns = index, columns

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._columns)

    def source(self, key: str) -> Source:
        if key not in self._columns:
            raise DatasetMemberMissing(f"{self.place} has no column {key!r}.")
        return self._columns[key]

    def index(self) -> Names:
        return Names.of_blocks(texts_of(self._index))

    def texts(self, key: str) -> Names:
        return Names.of_blocks(texts_of(self.source(key)))


def frame(node: tree.Node, categories: Folder | None) -> Frame:
    """`categories` is `uns`, where old files keep them."""
    table, folder = tree.as_array(node), tree.as_folder(node)
    if table is not None:
        return _records(table, categories)
    assert folder is not None
    return _columns(folder)


def is_frame(folder: Folder) -> bool:
    return folder.attribute("encoding-type") == "dataframe" or folder.attribute("_index") is not None


def _columns(folder: Folder) -> Frame:
    index_name = folder.attribute("_index")
    if not isinstance(index_name, str):
        index_name = "index" if folder.get("index") is not None else "_index"
    node = folder.get(index_name)
    if node is None:
        raise DatasetMemberUnreadable(f"{folder.place} has no index: it is no table of AnnData.", place=folder.place)
    index = _source(node, None)
    _first(index).held()
    length = _length(index)
    columns: dict[str, Source] = {}
    notes: list[Note] = []
    old = tree.group(folder, "__categories") if folder.get("__categories") is not None else None
    for key in _order(folder, index_name):
        place = f"{folder.place}/{key}"
        try:
            found = folder.get(key)
            if found is None:
                raise DatasetMemberUnreadable(f"{place} is named, and is not there.")
            source = _source(found, tree.array(old, key) if old is not None else None)
            if _length(source) != length:
                raise DatasetMemberUnreadable(f"{place} has {_length(source):,} values, not {length:,}.")
        except Refused:
            raise
        except HoodError as error:
            notes.append(Note(place, error.message))
            continue
        columns[key] = source
    return Frame(folder.place, length, index, columns, notes)


def _order(folder: Folder, index_name: str) -> list[str]:
    """The columns in the order that the table gives them, then those that it forgot."""
    there = [name for name in folder.names() if name not in (index_name, "__categories")]
    given = folder.attribute("column-order")
    if not isinstance(given, list):
        return there
    known = set(there)
    first = [name for name in dict.fromkeys(map(str, given)) if name in known]
    return first + [name for name in there if name not in set(first)]


def _source(node: tree.Node, categories: Array | None) -> Source:
    found, folder = tree.as_array(node), tree.as_folder(node)
    if found is not None:
        if len(found.shape) != 1 or found.sort == "record":
            raise DatasetMemberUnreadable(f"{found.place} is not one value for each row.", place=found.place)
        if categories is not None and found.dtype.kind in "iu":
            return Categorical(found, categories)
        return Plain(found)
    assert folder is not None
    codes, labels = tree.array(folder, "codes"), tree.array(folder, "categories")
    if codes is not None and labels is not None:
        if codes.sort != "number" or codes.dtype.kind not in "iu" or len(labels.shape) != 1:
            raise DatasetMemberUnreadable(f"{folder.place} has no codes that count.", place=folder.place)
        return Categorical(codes, labels, bool(folder.attribute("ordered")))
    values, mask = tree.array(folder, "values"), tree.array(folder, "mask")
    if values is not None and mask is not None:
        if values.shape != mask.shape or mask.sort != "number":
            raise DatasetMemberUnreadable(f"{folder.place} does not say which values are missing.", place=folder.place)
        return Nullable(values, mask)
    said = folder.attribute("encoding-type")
    raise DatasetMemberUnreadable(f"{folder.place} is {said!r}, which is not shown.", place=folder.place)


def _records(table: Array, uns: Folder | None) -> Frame:
    if table.sort != "record" or len(table.shape) != 1:
        raise DatasetMemberUnreadable(f"{table.place} is no table.", place=table.place)
    names = list(table.dtype.names or ())
    texts = [name for name in names if table.dtype[name].kind == "S"]
    index = next((name for name in ("index", "_index") if name in texts), texts[0] if texts else "")
    if not index:
        raise DatasetMemberUnreadable(f"{table.place} has no column of names.", place=table.place)
    columns: dict[str, Source] = {}
    notes: list[Note] = []
    for name in names:
        if name == index:
            continue
        if table.dtype[name].subdtype is not None:
            notes.append(Note(f"{table.place}[{name!r}]", "It is not one value for each row."))
            continue
        labels = tree.array(uns, f"{name}_categories") if uns is not None else None
        if labels is not None and table.dtype[name].kind not in "iu":
            labels = None
        columns[name] = Field(table, name, labels)
    return Frame(table.place, table.shape[0], Field(table, index, None), columns, notes)


def _first(source: Source) -> Array:
    match source:
        case Plain(array) | Categorical(array, _, _) | Nullable(array, _) | Field(array, _, _):
            return array


def _length(source: Source) -> int:
    return _first(source).shape[0]


def texts_of(source: Source) -> Iterator[list[bytes]]:
    """The column as texts, in blocks, whatever its type: numbers as Python writes them, the missing as "nan"."""
    match source:
        case Plain(array) if array.sort == "text":
            yield from tree.text_blocks(array)
        case Plain(array):
            yield label_of(tree.whole(array))
        case Nullable(values, mask):
            missing = tree.whole(mask).astype(bool).tolist()
            found = [text for block in texts_of(Plain(values)) for text in block]
            yield [b"nan" if gone else text for text, gone in zip(found, missing, strict=True)]
        case Categorical(codes, categories, _):
            known = labels(categories)
            yield [known[code] if 0 <= code < len(known) else b"nan" for code in tree.whole(codes).tolist()]
        case Field(table, name, None):
            yield label_of(table.field(name))
        case Field(table, name, categories):
            assert categories is not None
            known = labels(categories)
            yield [known[code] if 0 <= code < len(known) else b"nan" for code in table.field(name).tolist()]


def labels(array: Array) -> list[bytes]:
    """Values of one array as texts: of any type that categories have."""
    if len(array.shape) != 1 or array.shape[0] > limits.DATASET_CATEGORIES:
        raise LimitExceeded(f"{array.place} has too many categories.", place=array.place)
    if array.sort == "text":
        return [text for block in tree.text_blocks(array) for text in block]
    return label_of(tree.whole(array))


def label_of(values: NDArray[Any]) -> list[bytes]:
    """As Python and numpy write them: 0.1 of a float32 is 0.1."""
    return [value if isinstance(value, bytes) else str(value).encode() for value in values]
