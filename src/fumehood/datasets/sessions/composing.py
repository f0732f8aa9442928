"""A session made here: what was drawn and named, as the chunks that cellucid reads too.

Values in, chunks out; nothing is written. Names of cells go along as a chunk of our own, so that the session finds
them again where the rows have moved; other readers pass it over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, SessionUnreadable
from fumehood.datasets.sessions import codecs
from fumehood.datasets.sessions.chunks import pack
from fumehood.datasets.sessions.manifest import ChunkEntry, Group, Page, UserField, decode

if TYPE_CHECKING:
    from numpy.typing import NDArray

OVERLAYS: Final = "core/field-overlays"
STATE: Final = "core/state"
META: Final = "highlights/meta"
CELLS: Final = "highlights/cells/"
CODES: Final = "user-defined/codes/"
VIEWER: Final = "fumehood/viewer"
CELL_NAMES: Final = "fumehood/cell-names"
GENE_NAMES: Final = "fumehood/gene-names"
PALETTE: Final = ("#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#9c755f")


class NewChunk(NamedTuple):
    entry: ChunkEntry
    stored: bytes


def chunk(id: str, contributor: str, kind: str, content: bytes, *, lazy: bool = False, data: bool = True) -> NewChunk:
    bound = limits.SESSION_JSON if kind == "json" else limits.SESSION_CHUNK
    if len(content) > bound:
        raise LimitExceeded(f"The part {id[:80]!r} would have {len(content)} bytes; {bound} are allowed.")
    stored = pack(content)
    entry = ChunkEntry(
        id=id,
        contributor_id=contributor,
        priority="lazy" if lazy else "eager",
        kind=kind,
        codec="gzip",
        label=id,
        dataset_dependent=data,
        stored_bytes=len(stored),
        uncompressed_bytes=len(content),
    )
    return NewChunk(entry, stored)


def highlights(pages: Mapping[str, Mapping[str, Any]], cells: int, old: bytes | None) -> list[NewChunk]:
    """Of pages by name, groups by label, cells as indices or as a mask."""
    made: list[Page] = []
    chunks: list[NewChunk] = []
    number = 0
    for at, (name, groups) in enumerate(pages.items()):
        held = []
        for label, given in groups.items():
            number += 1
            indices = as_indices(given, cells)
            named = f"highlight_{number}"
            held.append(Group(id=named, type="annotation", label=label, enabled=True, cell_count=len(indices)))
            content = codecs.encode_cells(indices)
            chunks.append(chunk(CELLS + named, "highlights-cells", "binary", content, lazy=True))
        color = PALETTE[at % len(PALETTE)]
        made.append(Page(id=f"page_{at + 1}", name=name, color=color, highlighted_groups=tuple(held)))
    first = made[0] if made else None
    whole = _over(
        old,
        pages=made,
        activePageId=first.id if first else None,
        activePageName=first.name if first else None,
    )
    return [chunk(META, "highlights-meta", "json", whole), *chunks]


class NewField(NamedTuple):
    """A column of categories; a code that no category has is a missing value."""

    key: str
    categories: Sequence[str]
    codes: Any
    axis: str = "obs"


def fields(given: Sequence[NewField], cells: int, genes: int, old: bytes | None) -> list[NewChunk]:
    import numpy as np

    made, chunks = [], []
    for number, field in enumerate(given, 1):
        if field.axis not in ("obs", "var"):
            raise SessionUnreadable(f"A field belongs to obs or var, not to {field.axis!r}.")
        codes = np.asarray(field.codes)
        length = genes if field.axis == "var" else cells
        if codes.shape != (length,):
            raise SessionUnreadable(f"The field {field.key!r} has {codes.shape} codes where {length} belong.")
        if len(field.categories) > 0xFFFF:
            raise LimitExceeded(f"The field {field.key!r} has {len(field.categories)} categories; 65535 are allowed.")
        narrow = len(field.categories) <= 255
        missing = 255 if narrow else 65_535
        known = (codes >= 0) & (codes < len(field.categories))
        named = f"user_{number}"
        made.append(
            UserField(
                id=named,
                source=field.axis,
                kind="category",
                key=field.key,
                categories=tuple(field.categories),
                codes_length=length,
                codes_type="Uint8Array" if narrow else "Uint16Array",
                is_deleted=False,
                is_purged=False,
            )
        )
        content = codecs.encode_codes(np.where(known, codes, missing).astype(np.uint16))
        chunks.append(chunk(CODES + named, "user-defined-codes", "binary", content, lazy=True))
    whole = _over(old, userDefinedFields=made)
    return [chunk(OVERLAYS, "field-overlays", "json", whole), *chunks]


def _over(old: bytes | None, **new: Any) -> bytes:
    """As JSON, with what else stood in the old one: renamed and deleted fields stay."""
    kept = {} if old is None else decode(old, dict[str, msgspec.Raw], "the old part")
    return msgspec.json.encode({**kept, **new})


def as_indices(given: Any, cells: int) -> NDArray[Any]:
    """Sorted, distinct indices below `cells`. Raises SessionUnreadable."""
    import numpy as np

    array = np.asarray(given)
    if array.dtype == bool:
        if array.shape != (cells,):
            raise SessionUnreadable(f"A mask of cells has {array.shape} values where {cells} belong.")
        return np.flatnonzero(array)
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise SessionUnreadable("A group of cells is given as their indices, or as a mask of true and false.")
    if int(array.min()) < 0 or int(array.max()) >= cells:
        raise SessionUnreadable(f"A group has a cell that is not among the {cells}.")
    return np.unique(array).astype(np.int64)
