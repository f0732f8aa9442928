"""The JSON of zarr, versions 2 and 3: what an array is and how its chunks are packed, each word of it on a list.

Only what is read is decoded; everything else in the file, consolidated metadata first of all, is skipped unparsed. The
codecs of numcodecs include pickle: a chunk that is a program. No codec is looked up by the name that a file gives.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, DatasetReachesOut, LimitExceeded

if TYPE_CHECKING:
    import numpy as np

    from fumehood.datasets.tree import Sort

_V2 = re.compile(r"^([<>|])([biuf])([1248])$")
_V2_TEXT = re.compile(r"^[<>|]([SU])([0-9]{1,6})$")
_V3 = {
    "bool": "?", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8", "uint8": "u1", "uint16": "u2",
    "uint32": "u4", "uint64": "u8", "float16": "f2", "float32": "f4", "float64": "f8",
}  # fmt: skip
_PACKERS = ("blosc", "zstd", "gzip", "zlib", "lz4", "crc32c")
_PROGRAMS = ("pickle", "cloudpickle", "dill", "marshal", "joblib")
_AXES = 3


class Attributes(msgspec.Struct, rename={"encoding": "encoding-type", "order": "column-order", "index": "_index"}):
    """Those that AnnData gives its members."""

    encoding: str | None = None
    order: list[str] | None = None
    index: str | None = None
    shape: list[int] | None = None
    ordered: bool | None = None

    def get(self, name: str) -> Any:
        known: dict[str, Any] = {"encoding-type": self.encoding, "column-order": self.order, "_index": self.index}
        known |= {"shape": self.shape, "ordered": self.ordered}
        return known.get(name)


class Group(msgspec.Struct):
    """`zarr.json` of either kind."""

    zarr_format: int
    node_type: str = "group"
    attributes: Attributes = msgspec.field(default_factory=Attributes)


class Codec(msgspec.Struct):
    name: str = ""
    id: str = ""
    configuration: dict[str, Any] = {}


class ArrayV3(msgspec.Struct):
    shape: list[int]
    data_type: Any
    chunk_grid: Codec
    chunk_key_encoding: Codec
    codecs: list[Codec]
    fill_value: Any = None
    storage_transformers: list[Any] = []
    attributes: Attributes = msgspec.field(default_factory=Attributes)


class ArrayV2(msgspec.Struct):
    shape: list[int]
    chunks: list[int]
    dtype: Any
    compressor: Codec | None = None
    filters: list[Codec] | None = None
    fill_value: Any = None
    order: str = "C"
    dimension_separator: str = "."


@dataclass(frozen=True, slots=True)
class Packed:
    """How the bytes of one chunk become values."""

    stored: np.dtype[Any]
    variable: bool
    packers: tuple[str, ...]
    """In the order in which they were applied."""
    axes: tuple[int, ...] | None = None
    """The order in which the axes are stored, where it is not C."""


@dataclass(frozen=True, slots=True)
class Meta:
    """An array that may be read."""

    sort: Sort
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fill: Any
    chunks: tuple[int, ...]
    packed: Packed
    prefix: str
    separator: str
    shard: tuple[int, ...] = ()
    """The shape of shards, which hold `chunks`; () where each chunk is a file."""
    index_first: bool = False
    attributes: Attributes = field(default_factory=Attributes)


def decoded(raw: bytes, kind: type[Any], place: str) -> Any:
    if len(raw) > limits.DATASET_METADATA:
        raise LimitExceeded(f"The metadata of {place} have more than {limits.DATASET_METADATA:,} bytes.", place=place)
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise DatasetMemberUnreadable(f"The metadata of {place} cannot be read.", place=place) from error


def _short(raw: bytes, place: str) -> bytes:
    """What one array has to say; of a group it may be the metadata of thousands, which are skipped."""
    if len(raw) > limits.DATASET_ARRAY:
        raise LimitExceeded(f"The metadata of {place} have more than {limits.DATASET_ARRAY:,} bytes.", place=place)
    return raw


def array_v2(raw: bytes, attributes: bytes | None, place: str) -> Meta:
    import numpy as np

    said: ArrayV2 = decoded(_short(raw, place), ArrayV2, place)
    shape, chunks = _shape(said.shape, place), _shape(said.chunks, place)
    filters = [_known(codec, place) for codec in said.filters or []]
    variable = said.dtype == "|O"
    if variable and filters != ["vlen-utf8"]:
        raise DatasetMemberUnreadable(f"{place} holds objects that are not texts.", place=place)
    if not variable and filters:
        raise DatasetMemberUnreadable(f"{place} is filtered by {filters[0]!r}, which is not read.", place=place)
    stored = np.dtype("O") if variable else _type_v2(said.dtype, place)
    packers = (_packer(said.compressor, place),) if said.compressor is not None else ()
    axes = tuple(reversed(range(len(shape)))) if said.order == "F" and len(shape) > 1 else None
    if said.dimension_separator not in (".", "/"):
        raise DatasetMemberUnreadable(f"{place} has chunks of unknown names.", place=place)
    return _meta(
        place, shape, chunks, said.fill_value, Packed(stored, variable, packers, axes), "", said.dimension_separator,
        attributes=decoded(attributes, Attributes, place) if attributes is not None else Attributes(),
    )  # fmt: skip


def array_v3(raw: bytes, place: str) -> Meta:
    said: ArrayV3 = decoded(_short(raw, place), ArrayV3, place)
    if said.chunk_grid.name != "regular" or said.storage_transformers:
        raise DatasetMemberUnreadable(f"{place} is cut in a way that is not read.", place=place)
    shape = _shape(said.shape, place)
    chunks = _shape(said.chunk_grid.configuration.get("chunk_shape"), place)
    key = said.chunk_key_encoding
    default = "/" if key.name == "default" else "."
    separator = key.configuration.get("separator", default)
    if key.name not in ("default", "v2") or separator not in (".", "/"):
        raise DatasetMemberUnreadable(f"{place} has chunks of unknown names.", place=place)
    codecs, first = said.codecs, False
    shard: tuple[int, ...] = ()
    if len(codecs) == 1 and codecs[0].name == "sharding_indexed":
        shard, chunks, codecs, first = _sharded(codecs[0], chunks, place)
    prefix = "c" if key.name == "default" else ""
    packed = _pipeline(codecs, said.data_type, len(shape), place)
    return _meta(
        place, shape, chunks, said.fill_value, packed, prefix, separator,
        shard=shard, index_first=first, attributes=said.attributes,
    )  # fmt: skip


def _meta(
    place: str,
    shape: tuple[int, ...],
    chunks: tuple[int, ...],
    fill: Any,
    packed: Packed,
    prefix: str,
    separator: str,
    shard: tuple[int, ...] = (),
    index_first: bool = False,
    attributes: Attributes | None = None,
) -> Meta:
    import numpy as np

    if len(chunks) != len(shape) or 0 in chunks or len(shape) > _AXES:
        raise DatasetMemberUnreadable(f"{place} has {len(shape)} axes, and chunks of {len(chunks)}.", place=place)
    size = math.prod(chunks) * (1 if packed.variable else packed.stored.itemsize)
    if size > limits.DATASET_CHUNK:
        raise LimitExceeded(f"{place} has chunks of {size:,} bytes.", place=place)
    text = packed.variable or packed.stored.kind in "SU"
    dtype = np.dtype("O") if text else packed.stored.newbyteorder("=")
    return Meta(
        sort="text" if text else "number", shape=shape, dtype=dtype, fill=_fill(fill, dtype, place), chunks=chunks,
        packed=packed, prefix=prefix, separator=separator, shard=shard, index_first=index_first,
        attributes=attributes or Attributes(),
    )  # fmt: skip


def _sharded(
    codec: Codec, outer: tuple[int, ...], place: str
) -> tuple[tuple[int, ...], tuple[int, ...], list[Codec], bool]:
    said = codec.configuration
    inner = _shape(said.get("chunk_shape"), place)
    if len(inner) != len(outer) or any(one < 1 or whole % one for one, whole in zip(inner, outer, strict=True)):
        raise DatasetMemberUnreadable(f"{place} has shards that its chunks do not fill.", place=place)
    if math.prod(whole // one for one, whole in zip(inner, outer, strict=True)) > limits.DATASET_SHARD:
        raise LimitExceeded(f"{place} has shards of too many chunks.", place=place)
    index = [codec.get("name") if isinstance(codec, dict) else codec for codec in said.get("index_codecs") or []]
    if index not in (["bytes", "crc32c"], ["bytes"]) or said.get("index_location", "end") not in ("start", "end"):
        raise DatasetMemberUnreadable(f"{place} has shards whose index is not read.", place=place)
    if index == ["bytes"]:
        raise DatasetMemberUnreadable(f"{place} has shards whose index has no sum.", place=place)
    try:
        codecs = msgspec.convert(said.get("codecs"), list[Codec])
    except msgspec.ValidationError as error:
        raise DatasetMemberUnreadable(f"The metadata of {place} cannot be read.", place=place) from error
    return outer, inner, codecs, said.get("index_location") == "start"


def _pipeline(codecs: list[Codec], data_type: Any, axes: int, place: str) -> Packed:
    import numpy as np

    names = [_known(codec, place) for codec in codecs]
    order: tuple[int, ...] | None = None
    if names[:1] == ["transpose"]:
        said = codecs[0].configuration.get("order")
        if not isinstance(said, list) or sorted(map(str, said)) != [str(axis) for axis in range(axes)]:
            raise DatasetMemberUnreadable(f"{place} has its axes in no known order.", place=place)
        order, codecs, names = tuple(said), codecs[1:], names[1:]
    if not names:
        raise DatasetMemberUnreadable(f"The metadata of {place} do not say how its chunks are packed.", place=place)
    packers = tuple(_packer(codec, place) for codec in codecs[1:])
    if data_type == "string" and names[0] == "vlen-utf8" and order is None:
        return Packed(np.dtype("O"), True, packers)
    if not isinstance(data_type, str) or data_type not in _V3 or names[0] != "bytes":
        raise DatasetMemberUnreadable(f"{place} holds values that are not read: {str(data_type)[:80]}.", place=place)
    big = codecs[0].configuration.get("endian") == "big"
    stored = np.dtype(_V3[data_type])
    return Packed(stored.newbyteorder(">" if big else "<"), False, packers, order)


def _known(codec: Codec, place: str) -> str:
    """The name of a codec, without the prefix by which version 3 marks those of numcodecs."""
    name = (codec.name or codec.id).removeprefix("numcodecs.")
    if any(word in name.lower() for word in _PROGRAMS):
        raise DatasetReachesOut(
            f"{place} is packed by {name[:80]!r}: its chunks are programs that would run.", place=place, kind="pickle"
        )
    return name


def _packer(codec: Codec, place: str) -> str:
    name = _known(codec, place)
    if name not in _PACKERS:
        raise DatasetMemberUnreadable(f"{place} is packed by {name[:80]!r}, which is not read.", place=place)
    return name


def _type_v2(said: Any, place: str) -> np.dtype[Any]:
    import numpy as np

    text = _V2_TEXT.match(said) if isinstance(said, str) else None
    if text and 0 < int(text[2]) * (4 if text[1] == "U" else 1) <= limits.DATASET_TEXT:
        return np.dtype(str(said))
    number = _V2.match(said) if isinstance(said, str) else None
    if number and (number[2] != "b" or number[3] == "1") and (number[2] != "f" or number[3] != "1"):
        return np.dtype(str(said))
    raise DatasetMemberUnreadable(f"{place} holds values that are not read: {str(said)[:80]}.", place=place)


def _shape(said: Any, place: str) -> tuple[int, ...]:
    if not isinstance(said, list) or len(said) > _AXES:
        raise DatasetMemberUnreadable(f"{place} has no shape that is read.", place=place)
    for length in said:
        if not isinstance(length, int) or isinstance(length, bool) or not 0 <= length < 2**48:
            raise DatasetMemberUnreadable(f"{place} has no shape that is read.", place=place)
    return tuple(said)


def _fill(said: Any, dtype: np.dtype[Any], place: str) -> Any:
    import numpy as np

    if dtype.kind == "O":
        return said.encode() if isinstance(said, str) else b""
    if said is None:
        return dtype.type(0)
    words = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}
    value = words.get(said) if isinstance(said, str) else said
    try:
        with np.errstate(all="ignore"):
            return np.asarray(value if value is not None else 0).astype(dtype)[()]
    except (TypeError, ValueError, OverflowError) as error:
        raise DatasetMemberUnreadable(f"{place} has a fill value that is no number.", place=place) from error
