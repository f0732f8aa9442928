"""What is wrong with an exported folder, ours or cellucid's, each defect by file.

Every file that a manifest names is read to its end: that it is inside the folder, that it unpacks, that it is as long
as it should be, and that codes and edges point at something. Nothing in the folder is believed: JSON may have any
shape, a small file may unpack to anything, a name may lead elsewhere; so lengths are known before bytes are kept.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from fumehood.core.errors import NotAFolder
from fumehood.core.limits import DATASET_CELLS, EXPORT_JSON
from fumehood.datasets.export.shards import MANIFEST as SHARDS
from fumehood.datasets.layout import safe_name

_WIDTHS: Final = {"uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8, "float32": 4, "float64": 8}
_CHUNK: Final = 1 << 20
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Defect(msgspec.Struct, frozen=True):
    path: str
    what: str


class _Wrong(Exception):
    """Of one file; becomes a `Defect`."""


def check(folder: Path) -> list[Defect]:
    """Every defect that is found; none where the folder can be served. Raises `NotAFolder`."""
    if not folder.is_dir():
        raise NotAFolder(f"{folder} is not a folder.")
    return _Check(folder.resolve()).run()


class _Check:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._defects: list[Defect] = []
        self._cells = 0
        self._genes: int | None = None
        self._files: dict[str, tuple[str, str]] = {}
        """Name in lower case → (path, what it is of)."""

    def run(self) -> list[Defect]:
        identity = self._json("dataset_identity.json")
        if identity is None:
            return self._defects
        cells = _at(identity, "stats", "n_cells")
        if not isinstance(cells, int) or isinstance(cells, bool) or not 0 < cells <= DATASET_CELLS:
            self._say("dataset_identity.json", "does not say how many cells there are")
            return self._defects
        self._cells = cells
        for key in ("id", "name"):
            if not isinstance(identity.get(key), str) or not identity[key]:
                self._say("dataset_identity.json", f"has no {key}")
        genes = _at(identity, "stats", "n_genes")
        self._genes = genes if isinstance(genes, int) else None
        self._identity(identity)
        self._obs(self._json("obs_manifest.json"))
        self._var()
        self._graph(_at(identity, "stats", "has_connectivity") is True)
        self._shards()
        return self._defects

    def _say(self, path: str, what: str) -> None:
        self._defects.append(Defect(path, what))

    # -- manifests

    def _identity(self, identity: dict[str, Any]) -> None:
        drawn = 0
        items = _at(identity, "embeddings", "items")
        if isinstance(items, dict):  # compact_v2
            for item in items.values():
                number, path = _at(item, "dimension"), _at(item, "file")
                drawn += self._floats(path, number, "dataset_identity.json", "an embedding")
        else:
            for name, path in _dict(_at(identity, "embeddings", "files")).items():
                drawn += self._floats(path, _dimensions(name), "dataset_identity.json", f"the embedding {name}")
        if not drawn:
            self._say("dataset_identity.json", "names no embedding that can be read")
        for vector, field in _dict(_at(identity, "vector_fields", "fields")).items():
            for name, path in _dict(_at(field, "files")).items():
                self._floats(path, _dimensions(name), "dataset_identity.json", f"the vector field {vector}")
        ours = _at(identity, "_fumehood", "cells")
        if isinstance(ours, str):
            with self._about(ours) as wrong:
                names = self._whole(ours, EXPORT_JSON)
                if names is not None and len(_texts(names)) != self._cells:
                    wrong("does not name every cell")

    def _floats(self, path: Any, number: Any, where: str, what: str) -> int:
        if not isinstance(path, str) or number not in (1, 2, 3, 4):
            self._say(where, f"says nothing usable of {what}")
            return 0
        before = len(self._defects)
        self._length(path, 4 * number * self._cells, what)
        return int(len(self._defects) == before)

    def _obs(self, manifest: dict[str, Any] | None) -> None:
        if manifest is None:
            return
        where = "obs_manifest.json"
        self._points(where, manifest)
        schemas = _dict(manifest.get("_obsSchemas"))
        for field in _list(manifest.get("_continuousFields")):
            index, rest = _numbered(field)
            schema = _dict(schemas.get("continuous"))
            self._values(where, schema, index, rest)
        schema = _dict(schemas.get("categorical"))
        for field in _list(manifest.get("_categoricalFields")):
            index, rest = _numbered(field)
            if len(rest) < 4 or not isinstance(rest[0], str) or rest[2] not in _WIDTHS:
                self._say(where, "has a categorical field without a key, categories, type and missing value")
                continue
            key, categories, kind, missing = rest[0], _list(rest[1]), rest[2], rest[3]
            path = _path(schema.get("codesPathPattern"), key, index, kind.replace("int", ""))
            if path is None:
                self._say(where, f"has no path for the codes of {key!r}")
            else:
                self._codes(path, key, kind, len(categories), missing)
            path = _path(schema.get("outlierPathPattern"), key, index, "")
            width = _WIDTHS.get(str(schema.get("outlierDtype")))
            if path is not None and width is not None:
                self._length(path, width * self._cells, f"the outliers of {key!r}")

    def _points(self, where: str, manifest: dict[str, Any]) -> None:
        if manifest.get("n_points") != self._cells:
            self._say(where, f"is of {manifest.get('n_points')!r} cells; the identity says {self._cells}")

    def _values(self, where: str, schema: dict[str, Any], index: int | None, rest: list[Any]) -> None:
        if not rest or not isinstance(rest[0], str):
            self._say(where, "has a field without a key")
            return
        key, width = rest[0], _WIDTHS.get(str(schema.get("dtype")))
        path = _path(schema.get("pathPattern"), key, index, str(schema.get("ext")))
        if path is None or width is None:
            self._say(where, f"has no path and type for {key!r}")
            return
        if schema.get("quantized") and not _is_range(rest[1:3]):
            self._say(where, f"has no range for {key!r}, whose values are quantised")
        self._length(path, width * self._cells, repr(key))

    def _var(self) -> None:
        where = "var_manifest.json"
        if not (self._folder / where).exists():
            if self._genes and not (self._folder / SHARDS).exists():
                self._say(where, f"is missing, though there are {self._genes} genes")
            return
        manifest = self._json(where)
        if manifest is None:
            return
        self._points(where, manifest)
        fields = _list(manifest.get("fields"))
        if self._genes is not None and len(fields) > self._genes:
            self._say(where, f"names {len(fields)} genes; the identity says {self._genes}")
        schema = _dict(manifest.get("_varSchema"))
        for field in fields:
            index, rest = _numbered(field)
            self._values(where, schema, index, rest)

    def _graph(self, promised: bool) -> None:
        where = "connectivity_manifest.json"
        if not (self._folder / where).exists():
            if promised:
                self._say(where, "is missing, though the identity says that there is a graph")
            return
        manifest = self._json(where)
        if manifest is None:
            return
        width, edges = _WIDTHS.get(str(manifest.get("index_dtype"))), manifest.get("n_edges")
        ends = [manifest.get("sourcesPath"), manifest.get("destinationsPath")]
        if width is None or not isinstance(edges, int) or edges < 0 or not all(isinstance(end, str) for end in ends):
            self._say(where, "does not say where the edges are, how many and of which type")
            return
        for end in ends:
            self._bounded(str(end), width, edges, self._cells, "edges")

    def _shards(self) -> None:
        from fumehood.core.errors import GeneDamaged
        from fumehood.datasets.genes.encoding import decode

        if not (self._folder / SHARDS).exists():
            return
        manifest = self._json(SHARDS)
        if manifest is None:
            return
        count = 0
        for shard in _list(manifest.get("shards")):
            path, lengths = _at(shard, "path"), _list(_at(shard, "lengths"))
            if not isinstance(path, str) or not all(isinstance(one, int) and one > 0 for one in lengths):
                self._say(SHARDS, "has a shard without a path and lengths")
                continue
            count += len(lengths)
            with self._about(path) as wrong, self._opened(path) as file:
                if os.fstat(file).st_size != sum(lengths):
                    wrong("is not as long as its genes")
                    continue
                for length in lengths:
                    try:
                        said = b"".join(_unpacked(iter([os.read(file, length)]), True, 64 + 8 * self._cells))
                        if decode(said).n_cells != self._cells:
                            wrong("has a gene of another number of cells")
                    except GeneDamaged as error:
                        wrong(f"has a damaged gene: {error.message}")
        if count != len(_list(manifest.get("names"))):
            self._say(SHARDS, "does not have a gene for each name")

    # -- files

    def _json(self, name: str) -> dict[str, Any] | None:
        with self._about(name) as wrong:
            data = self._whole(name, EXPORT_JSON)
            try:
                found = msgspec.json.decode(data)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                wrong("is no JSON")
                return None
            if isinstance(found, dict):
                return found
            wrong("is no JSON object")
        return None

    def _length(self, path: str, size: int, of: str) -> None:
        with self._about(path) as wrong:
            self._claim(path, of)
            found = sum(len(chunk) for chunk in self._chunks(path, size))
            if found != size:
                wrong(f"has {found} bytes of {of} where {size} are expected")

    def _codes(self, path: str, key: str, kind: str, categories: int, missing: Any) -> None:
        self._bounded(path, _WIDTHS[kind], self._cells, categories, f"codes of {key!r}", missing)

    def _bounded(self, path: str, width: int, count: int, below: int, of: str, but: Any = None) -> None:
        """`count` whole numbers, each below `below` or the one that is allowed beside."""
        import numpy as np

        with self._about(path) as wrong:
            self._claim(path, of)
            found, outside, rest = 0, 0, b""
            for chunk in self._chunks(path, count * width):
                data = rest + chunk
                whole = len(data) // width * width
                data, rest = data[:whole], data[whole:]
                numbers = np.frombuffer(data, f"<u{width}")
                found += numbers.size
                over = numbers >= below
                if isinstance(but, int):
                    over &= numbers != but
                outside += int(over.sum())
            if found != count or rest:
                wrong(f"has {found} {of} where {count} are expected")
            if outside:
                wrong(f"has {outside} {of} that point at nothing")

    def _claim(self, path: str, of: str) -> None:
        """Two things in one file: the second was written over the first."""
        taken = self._files.setdefault(path.casefold(), (path, of))
        if taken != (path, of):
            same = "the file" if taken[0] == path else "a file whose name differs only in upper and lower case"
            self._say(path, f"is {of}, and {same} of {taken[1]}")

    def _about(self, path: str) -> _About:
        return _About(self._defects, path)

    def _opened(self, path: str) -> _Opened:
        return _Opened(self._folder, path)

    def _whole(self, path: str, most: int) -> bytes:
        return b"".join(self._chunks(path, most))

    def _chunks(self, path: str, most: int) -> Iterator[bytes]:
        """Unpacked, and at most a chunk more than `most`."""
        with self._opened(path) as file:
            yield from _unpacked(iter(lambda: os.read(file, _CHUNK), b""), path.endswith(".gz"), most)


def _unpacked(chunks: Iterator[bytes], packed: bool, most: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(31)
    given = 0
    for chunk in chunks:
        while chunk:
            if packed:
                try:
                    out = inflater.decompress(chunk, _CHUNK)
                except zlib.error as error:
                    raise _Wrong("does not unpack") from error
                chunk = inflater.unconsumed_tail
            else:
                out, chunk = chunk, b""
            given += len(out)
            yield out
            if given > most:
                return
            if packed and inflater.eof:
                break
    if packed and not inflater.eof:
        raise _Wrong("ends before it is unpacked")


class _About:
    """Turns what is wrong with one file into a defect, and goes on."""

    def __init__(self, defects: list[Defect], path: str) -> None:
        self._defects, self._path = defects, path

    def __enter__(self) -> _About:
        return self

    def __call__(self, what: str) -> None:
        self._defects.append(Defect(self._path, what))

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, _Wrong):
            self(str(error))
            return True
        if isinstance(error, OSError):
            self(f"cannot be read: {(error.strerror or 'error').lower()}")
            return True
        return False


class _Opened:
    """A regular file inside the folder, by a path that a manifest names; no part of it may be a link."""

    def __init__(self, folder: Path, path: str) -> None:
        self._folder, self._path = folder, path
        self._fd = -1

    def __enter__(self) -> int:
        parts = self._path.split("/")
        if "\0" in self._path or any(part in ("", ".", "..") for part in parts):
            raise _Wrong("is no path inside the folder")
        place = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in parts[:-1]:
                inner = os.open(part, _OPEN | os.O_DIRECTORY, dir_fd=place)
                os.close(place)
                place = inner
            self._fd = os.open(parts[-1], _OPEN, dir_fd=place)
        except FileNotFoundError as error:
            raise _Wrong("is missing") from error
        except OSError as error:
            raise _Wrong("is a link or cannot be read") from error
        finally:
            os.close(place)
        if not stat.S_ISREG(os.fstat(self._fd).st_mode):
            os.close(self._fd)
            raise _Wrong("is no file")
        return self._fd

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


def _path(pattern: Any, key: str, index: int | None, ext: str) -> str | None:
    if not isinstance(pattern, str) or ("{index}" in pattern and index is None):
        return None
    return pattern.replace("{key}", safe_name(key)).replace("{index}", str(index)).replace("{ext}", ext)


def _numbered(field: Any) -> tuple[int | None, list[Any]]:
    """A field's number, where it has one, and the rest."""
    values = _list(field)
    if values and isinstance(values[0], int) and not isinstance(values[0], bool):
        return values[0], values[1:]
    return None, values


def _dimensions(name: str) -> int:
    return int(name[0]) if len(name) == 2 and name[0] in "1234" and name[1] == "d" else 0


def _is_range(values: list[Any]) -> bool:
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return len(numbers) == 2 and numbers[0] < numbers[1]


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(data: bytes) -> list[str]:
    try:
        return msgspec.json.decode(data, type=list[str])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _Wrong("is no list of names") from error
