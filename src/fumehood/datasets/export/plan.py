"""What an export will write, before it writes anything: its steps as values, and how large they are about. Pure.

A step says which files it makes of which member of the dataset; it needs nothing that another step made, but for the
genes of a row-wise matrix, which wait until the `gather` steps have turned it around. Any step may be done twice: it
writes the same bytes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from fumehood.core.errors import BadSetting
from fumehood.datasets.export.naming import keys_of
from fumehood.datasets.export.options import Options
from fumehood.datasets.layout import drawn

if TYPE_CHECKING:
    from fumehood.datasets.dataset import Dataset, MatrixInfo

VERSION: Final = 1
"""Of what the steps write: another one does not go on where an older program stopped."""
_BLOCK: Final = 48 << 20
"""Bytes of dense genes in a step: large enough to read well, small enough to show progress."""
_BLOCK_GENES: Final = 64
_PIECE: Final = 4_000_000
"""Entries of a sparse matrix that are turned around at once: 32 MB before, as much after."""
CATEGORIES: Final = 65_534
"""The most that the layout has codes for."""
_SPARSE_BYTES: Final = 1.9
"""What gzip makes of a value of a sparse gene, in bytes, as measured on counts."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    kind: Literal["gather", "points", "vector", "values", "codes", "edges", "genes", "names"]
    key: str = ""
    """The member of the dataset."""
    stem: str = ""
    """The file's name before its endings."""
    start: int = 0
    """The first cell of `gather`; dimensions of points and vectors."""
    stop: int = 0
    genes: tuple[tuple[int, str], ...] = ()
    """(index, stem)."""
    raw: int = 0
    """Bytes that are made before they are compressed: what progress counts."""
    rough: int = 0
    """Bytes on the disk, about."""


class Field(msgspec.Struct, frozen=True):
    """A column or gene that is written: what it is called, its key in the manifest, its number in the dataset."""

    name: str
    key: str
    index: int


class Plan(msgspec.Struct, frozen=True):
    gather: tuple[Step, ...]
    spill: bool
    """The pieces of `gather` go to scratch files, since they do not fit into the memory that is allowed."""
    steps: tuple[Step, ...]
    columns: tuple[Field, ...]
    genes: tuple[Field, ...]
    dimensions: dict[int, str]
    notes: tuple[str, ...]
    """What is not written, and why."""

    @property
    def rough(self) -> int:
        return sum(step.rough for step in self.steps)

    @property
    def scratch(self) -> int:
        return sum(step.rough for step in self.gather) if self.spill else 0

    @property
    def raw(self) -> int:
        return sum(step.raw for step in (*self.gather, *self.steps))


def make(dataset: Dataset, options: Options) -> Plan:
    dimensions = drawn(dataset)
    notes: list[str] = []
    columns = _columns(dataset, options, notes)
    genes = _genes(dataset, options)
    n = dataset.n_cells
    steps = [Step(id="names", kind="names", raw=24 * n, rough=8 * n)]
    for number, key in dimensions.items():
        size = 4 * n * number
        steps.append(Step(id=f"points_{number}d", kind="points", key=key, start=number, raw=size, rough=size))
    for field in dataset.vectors:
        for number, _ in field.keys:
            if field.basis != "umap" or number not in dimensions:
                notes.append(f"The vector field {field.id} in {number}D: the layout has none but of a drawn UMAP.")
                continue
            stem = f"{field.id}_{number}d"
            steps.append(
                Step(id=f"vector {stem}", kind="vector", key=field.id, stem=stem, start=number,
                     raw=4 * n * number, rough=4 * n * number)
            )  # fmt: skip
    steps += [_column_step(dataset, options, field, number) for number, field in enumerate(columns)]
    if dataset.graph is not None:
        size = 4 * dataset.graph.stored
        steps.append(Step(id="edges", kind="edges", raw=size, rough=size // (2 if options.gzip else 1)))
    info = dataset.matrix()
    gather, spill = _gather(info, options) if genes else ((), False)
    return Plan(
        gather=gather,
        spill=spill,
        steps=(*steps, *_gene_steps(info, options, genes)),
        columns=columns,
        genes=genes,
        dimensions=dimensions,
        notes=tuple(notes),
    )


def digest(dataset: Dataset, options: Options, stamp: str | None = None) -> str | None:
    """What tells this export from another one; None where nobody could tell, as of a dataset in memory.

    `stamp` names the bytes of a dataset that is no file here.
    """
    if stamp is None:
        if dataset.path is None:
            return None
        found = dataset.path.stat()
        stamp = f"{dataset.path} {found.st_size} {found.st_mtime_ns} {found.st_ino}"
    return hashlib.sha256(msgspec.json.encode((VERSION, dataset.fingerprint(), stamp, options))).hexdigest()


def _columns(dataset: Dataset, options: Options, notes: list[str]) -> tuple[Field, ...]:
    names = [column.key for column in dataset.columns]
    wanted = _wanted(names, options.only_columns, "column of `obs`")
    kept = []
    for index in wanted:
        column = dataset.columns[index]
        if column.kind == "category" and len(column.categories) > CATEGORIES:
            notes.append(
                f"The column {column.key!r} has {len(column.categories):,} categories; {CATEGORIES:,} can be written."
            )
        else:
            kept.append(index)
    return _fields(names, kept)


def _genes(dataset: Dataset, options: Options) -> tuple[Field, ...]:
    if options.genes == "none":
        return ()
    names = list(dataset.gene_names())
    return _fields(names, _wanted(names, options.only_genes, "gene"))


def _fields(names: list[str], kept: list[int]) -> tuple[Field, ...]:
    keys, _ = keys_of([names[index] for index in kept])
    return tuple(Field(names[index], key, index) for index, key in zip(kept, keys, strict=True))


def _wanted(names: list[str], only: tuple[str, ...] | None, what: str) -> list[int]:
    if only is None:
        return list(range(len(names)))
    places: dict[str, int] = {}
    for index, name in enumerate(names):
        places.setdefault(name, index)
    missing = [name for name in only if name not in places]
    if missing:
        raise BadSetting(f"There is no {what} called {', '.join(map(repr, missing[:5]))}.", missing=missing[:100])
    return sorted({places[name] for name in only})


def stem_of(field: Field, number: int, options: Options) -> str:
    from fumehood.datasets.layout import safe_name

    return str(number) if options.naming == "index" else safe_name(field.key)


def _column_step(dataset: Dataset, options: Options, field: Field, number: int) -> Step:
    column, stem, n = dataset.columns[field.index], stem_of(field, number, options), dataset.n_cells
    if column.kind == "continuous":
        size = n * options.column_bits // 8
        return Step(id=f"column {number}", kind="values", key=column.key, stem=stem, raw=size, rough=size)
    size = n * (1 if len(column.categories) <= 254 else 2)
    outliers = n * (4 if options.column_bits == 32 else 1)
    rough = (size // 2 if options.gzip else size) + outliers
    return Step(id=f"column {number}", kind="codes", key=column.key, stem=stem, raw=size + outliers, rough=rough)


def _gene_steps(info: MatrixInfo, options: Options, genes: tuple[Field, ...]) -> list[Step]:
    n = info.shape[0]
    width = n * options.gene_bits // 8
    count = min(_BLOCK_GENES, max(1, _BLOCK // max(1, width)))
    density = 1.0 if info.stored is None else min(1.0, info.stored / max(1, n * info.shape[1]))
    packed = min(width, round(n * density * _SPARSE_BYTES * options.gene_bits / 8)) if options.gzip else width
    small = round(n * density * (1.5 * options.gene_bits / 8))
    rough = (packed if options.genes in ("files", "both") else 0) + (
        small if options.genes in ("shards", "both") else 0
    )
    steps = []
    for first in range(0, len(genes), count):
        block = genes[first : first + count]
        named = tuple((field.index, stem_of(field, first + place, options)) for place, field in enumerate(block))
        steps.append(
            Step(id=f"genes {first}", kind="genes", start=first, genes=named,
                 raw=width * len(block), rough=(rough + 512) * len(block))
        )  # fmt: skip
    return steps


def _gather(info: MatrixInfo, options: Options) -> tuple[tuple[Step, ...], bool]:
    """The row-wise matrix in pieces of cells; none where genes lie together already."""
    cells, genes = info.shape
    if info.layout == "csc" or (info.layout == "dense" and info.chunks and info.chunks[0] >= cells):
        return (), False
    if info.layout == "csr":
        stored = info.stored or 0
        each = max(1, cells * _PIECE // max(1, stored)) if stored > _PIECE else cells
        total = 8 * stored
    else:
        each = max(1, 8 * _PIECE // (4 * max(1, genes)))
        total = 4 * cells * genes
    count = -(-cells // max(1, each))
    steps = []
    for number in range(count):
        start, stop = number * each, min(cells, (number + 1) * each)
        size = total * (stop - start) // max(1, cells)
        steps.append(
            Step(id=f"gather {number}", kind="gather", stem=str(number), start=start, stop=stop, raw=size, rough=size)
        )
    return tuple(steps), total * 2 > options.memory
