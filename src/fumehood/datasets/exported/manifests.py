"""What the manifests of an export say, checked: fields, embeddings, vectors, graph, and the file of each.

The three generations differ in where a file's name comes from (`{key}` made safe, or `{index}`), in whether a tuple
begins with its index, and in how embeddings are listed. Everything here is somebody else's JSON: a number that is none,
a pattern that leads elsewhere or a count that does not fit is an error that names the manifest. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fumehood.core.errors import DatasetUnreadable
from fumehood.core.limits import DATASET_CATEGORIES, DATASET_CELLS, DATASET_EDGES, DATASET_GENES, DATASET_MEMBERS
from fumehood.datasets.exported.files import Declared, declared
from fumehood.datasets.layout import safe_name

_SIZES: Final = {"uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8, "float32": 4, "float64": 8}
_V2: Final = "compact_v2"
_FORMATS: Final = ("compact_v1", _V2)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A file of one number for each cell; quantised ones with their range."""

    file: Declared
    type: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    """As the manifest has it; file names come from it."""
    name: str
    """As a person reads it."""
    numbers: Numbers
    """Values, or codes."""
    categories: tuple[str, ...] | None = None
    outliers: Numbers | None = None


@dataclass(frozen=True, slots=True)
class Points:
    key: str
    dimension: int
    file: Declared


@dataclass(frozen=True, slots=True)
class Vectors:
    id: str
    label: str
    basis: str
    files: tuple[tuple[int, str, Declared], ...]
    """(dimensions, key of the embedding, file)."""


@dataclass(frozen=True, slots=True)
class Edges:
    sources: Declared
    targets: Declared
    type: str
    count: int
    weights: Declared | None = None


class Manifest:
    """Reads values out of one manifest, and says which one where they cannot be used."""

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.value: Mapping[str, Any] = self.mapping(value)

    def bad(self, what: str) -> DatasetUnreadable:
        return DatasetUnreadable(f"{self.name} {what}.", hint="The export is damaged: export the dataset again.")

    def mapping(self, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.bad("is not as an export has it")
        return value

    def list(self, value: Any, most: int) -> Sequence[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise self.bad("has no list, or one that is too long, where it should have one")
        return value

    def count(self, value: Any, most: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise self.bad(f"says {str(value)[:40]!r} where a number up to {most:,} should be")
        return value

    def text(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > 65_536:
            raise self.bad("has no text where it should have one")
        return value

    def type(self, value: Any) -> str:
        if value not in _SIZES:
            raise self.bad(f"says {str(value)[:40]!r} where a type of numbers should be")
        return str(value)

    def number(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.bad("has no finite number where a range should be")
        return float(value)

    def file(self, path: Any, size: int | None) -> Declared:
        return declared(path, size, self.name)

    @property
    def indexed(self) -> bool:
        """Whether tuples begin with their index."""
        return self.value.get("_format") == _V2


def generation(manifest: Manifest) -> None:
    said = manifest.value.get("_format")
    if said not in _FORMATS:
        raise manifest.bad(f"has the format {str(said)[:40]!r}; {', '.join(_FORMATS)} are read")


def cells(obs: Manifest) -> int:
    return obs.count(obs.value.get("n_points"), DATASET_CELLS)


def fields(obs: Manifest, n: int) -> tuple[Field, ...]:
    """Continuous ones first, as the manifest lists them; by their index where they have one."""
    schemas = obs.mapping(obs.value.get("_obsSchemas", {}))
    names = _names(obs)
    found: list[tuple[int, Field]] = []
    continuous = obs.list(obs.value.get("_continuousFields", []), DATASET_MEMBERS)
    categorical = obs.list(obs.value.get("_categoricalFields", []), DATASET_MEMBERS)
    if continuous:
        schema = obs.mapping(schemas.get("continuous"))
        for number, said in enumerate(continuous):
            index, key, rest = _tuple(obs, schema.get("pathPattern"), number, said)
            numbers = _numbers(obs, schema, "pathPattern", (index, key), rest, n)
            found.append((index, Field(key, names.get(key, key), numbers)))
    if categorical:
        schema = obs.mapping(schemas.get("categorical"))
        for number, said in enumerate(categorical):
            index, key, rest = _tuple(obs, schema.get("codesPathPattern"), number, said)
            found.append((index, _category(obs, schema, index, key, names.get(key, key), rest, n)))
    if _by_index(obs, schemas):
        found.sort(key=lambda one: one[0])
    return tuple(field for _, field in found)


def genes(var: Manifest, n: int) -> tuple[Field, ...]:
    schema = var.mapping(var.value.get("_varSchema"))
    names = _names(var)
    listed = var.list(var.value.get("fields"), DATASET_GENES)
    found = []
    for number, said in enumerate(listed):
        index, key, rest = _tuple(var, schema.get("pathPattern"), number, said)
        found.append(Field(key, names.get(key, key), _numbers(var, schema, "pathPattern", (index, key), rest, n)))
    return tuple(found)


def points(identity: Manifest, n: int) -> tuple[Points, ...]:
    """The ones that are drawn first come first: of each dimension the default one."""
    said = identity.mapping(identity.value.get("embeddings"))
    first = said.get("default_dimension")
    if "items" not in said:
        files = identity.mapping(said.get("files"))
        found = [_plain_points(identity, name, path, n) for name, path in files.items()]
    else:
        defaults = set(map(str, identity.mapping(said.get("defaults", {})).values()))
        found = []
        for key, item in sorted(identity.mapping(said["items"]).items(), key=lambda one: one[0] not in defaults):
            entry = identity.mapping(item)
            dimension = identity.count(entry.get("dimension"), 3)
            found.append(Points(key, dimension, identity.file(entry.get("file"), 4 * n * dimension)))
    if not found or len(found) > 1000:
        raise identity.bad("names no embedding, or more than can be")
    return tuple(sorted(found, key=lambda one: one.dimension != first))


def _plain_points(identity: Manifest, name: str, path: Any, n: int) -> Points:
    if name not in ("1d", "2d", "3d"):
        raise identity.bad(f"has points in {name[:40]!r}")
    dimension = int(name[0])
    return Points(f"X_umap_{name}", dimension, identity.file(path, 4 * n * dimension))


def vectors(identity: Manifest, there: Sequence[Points], n: int) -> tuple[Vectors, ...]:
    listed = identity.mapping(identity.value.get("vector_fields") or {})
    dimensions = {one.key: one.dimension for one in there}
    found = []
    for name_of, said in identity.mapping(listed.get("fields") or {}).items():
        entry = identity.mapping(said)
        files = []
        for name, path in identity.mapping(entry.get("files")).items():
            key = f"X_umap_{name}" if name in ("1d", "2d", "3d") else name
            if key in dimensions:
                size = dimensions[key]
                files.append((size, key, identity.file(path, 4 * n * size)))
        if files:
            basis = entry.get("basis") or files[0][1].removeprefix("X_")
            label = identity.text(entry.get("label") or name_of)
            found.append(
                Vectors(identity.text(name_of), label, identity.text(basis), tuple(sorted(files, key=_dimension)))
            )
    return tuple(found)


def edges(graph: Manifest) -> Edges:
    said = graph.value
    count = graph.count(said.get("n_edges"), DATASET_EDGES)
    kind = graph.type(said.get("index_dtype"))
    size = count * _SIZES[kind]
    weights = None
    if said.get("weightsPath") is not None:
        weights = graph.file(said["weightsPath"], count * _SIZES[graph.type(said.get("weight_dtype", "float64"))])
    sources, targets = (graph.file(said.get(name), size) for name in ("sourcesPath", "destinationsPath"))
    return Edges(sources, targets, kind, count, weights)


def _dimension(one: tuple[int, str, Declared]) -> tuple[int, str]:
    return one[0], one[1]


def _names(manifest: Manifest) -> dict[str, str]:
    """The names that ours gave fields whose key had to be another."""
    ours = manifest.mapping(manifest.value.get("_fumehood") or {})
    return {key: manifest.text(name) for key, name in manifest.mapping(ours.get("names") or {}).items()}


def _by_index(obs: Manifest, schemas: Mapping[str, Any]) -> bool:
    return any("{index}" in str(part) for schema in schemas.values() for part in obs.mapping(schema).values())


def _tuple(manifest: Manifest, pattern: Any, number: int, said: Any) -> tuple[int, str, Sequence[Any]]:
    """(index, key, rest). The index comes first where files are named by it: always in the second manifest."""
    values = manifest.list(said, 16)
    if manifest.indexed or "{index}" in str(pattern):
        if len(values) < 2:
            raise manifest.bad("has a field without a name")
        return manifest.count(values[0], DATASET_GENES), manifest.text(values[1]), values[2:]
    if not values:
        raise manifest.bad("has a field without a name")
    return number, manifest.text(values[0]), values[1:]


def _numbers(
    manifest: Manifest,
    schema: Mapping[str, Any],
    pattern: str,
    named: tuple[int, str],
    rest: Sequence[Any],
    n: int,
    *,
    prefix: str = "",
) -> Numbers:
    kind = manifest.type(schema.get(f"{prefix}Dtype" if prefix else "dtype"))
    quantised = schema.get(f"{prefix}Quantized" if prefix else "quantized") is True
    file = manifest.file(_filled(manifest, schema.get(pattern), named, kind), n * _SIZES[kind])
    if not quantised:
        if kind != "float32":
            raise manifest.bad(f"has values of type {kind} that are not quantised")
        return Numbers(file, kind)
    if kind not in ("uint8", "uint16") or len(rest) < 2:
        raise manifest.bad("has quantised values without a range")
    low, high = manifest.number(rest[0]), manifest.number(rest[1])
    return Numbers(file, kind, low, high)


def _category(
    obs: Manifest, schema: Mapping[str, Any], index: int, key: str, name: str, rest: Sequence[Any], n: int
) -> Field:
    if len(rest) < 3:
        raise obs.bad(f"has a field {key[:40]!r} without categories")
    categories = tuple(one if isinstance(one, str) else str(one) for one in obs.list(rest[0], DATASET_CATEGORIES))
    kind = obs.type(rest[1])
    missing = {"uint8": 255, "uint16": 65_535, "uint32": 4_294_967_295}.get(kind)
    if missing is None or rest[2] != missing or len(categories) > missing:
        raise obs.bad(f"has codes of {key[:40]!r} that are not read")
    file = obs.file(_filled(obs, schema.get("codesPathPattern"), (index, key), kind), n * _SIZES[kind])
    outliers = None
    if schema.get("outlierPathPattern") is not None:
        outliers = _numbers(obs, schema, "outlierPathPattern", (index, key), rest[4:], n, prefix="outlier")
    return Field(key, name, Numbers(file, kind), categories, outliers)


def _filled(manifest: Manifest, pattern: Any, named: tuple[int, str], kind: str) -> str:
    ending = {"uint8": "u8", "uint16": "u16", "uint32": "u32", "float32": "f32"}.get(kind, "")
    return (
        manifest.text(pattern)
        .replace("{index}", str(named[0]))
        .replace("{ext}", ending)
        .replace("{key}", safe_name(named[1]))
    )
