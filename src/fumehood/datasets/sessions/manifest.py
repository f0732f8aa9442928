"""The JSON of a session, as values: manifest, highlights, fields.

All of it is a stranger's text. It is weighed before it is parsed: a megabyte of `[],` would become a hundred of
objects. Then it is parsed once, into structs, so that what has another shape is an error here and nowhere else; keys
that these structs do not know are not looked at, and stay in the file. Must never return what it did not check.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, SessionUnreadable

T = TypeVar("T")


# Each is a part of a session's JSON; unknown keys are another program's, and let be.


class Orders(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Ours: SHA-256 of the names of cells and genes in their order (`orders.digest_of_names`)."""

    cells: str | None = None
    genes: str | None = None


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What a session says of the data that it was drawn on."""

    source_type: str | None = None
    dataset_id: str | None = None
    cell_count: int | None = None
    var_count: int | None = None
    fumehood: Orders | None = None


class ChunkEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What the manifest says of one chunk. `kind` and `codec` are judged when the chunk is read."""

    id: str
    contributor_id: str | None = None
    priority: str | None = None
    kind: str | None = None
    codec: str | None = None
    label: str | None = None
    dataset_dependent: bool | None = None
    stored_bytes: int | None = None
    uncompressed_bytes: int | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    created_at: str | None = None
    dataset_fingerprint: Fingerprint | None = None
    chunks: tuple[ChunkEntry, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Highlighted cells. Those of the kinds `category` and `range` name the column that they were taken from."""

    id: str
    type: str | None = None
    label: str | None = None
    enabled: bool | None = None
    cell_count: int | None = None
    field_key: str | None = None
    field_source: str | None = None
    category_name: str | None = None
    range_min: float | None = None
    range_max: float | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    id: str
    name: str | None = None
    color: str | None = None
    highlighted_groups: tuple[Group, ...] = ()


class Highlights(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    pages: tuple[Page, ...] = ()
    active_page_id: str | None = None
    active_page_name: str | None = None


class UserField(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A column that the user made in the viewer; its codes are a chunk of their own."""

    id: str
    source: str | None = None
    kind: str | None = None
    key: str | None = None
    categories: tuple[str | int | float | bool | None, ...] = ()
    codes_length: int | None = None
    codes_type: str | None = None
    is_deleted: bool | None = None
    is_purged: bool | None = None

    @property
    def axis(self) -> str:
        return "var" if self.source == "var" else "obs"


class Overlays(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    user_defined_fields: tuple[UserField, ...] = ()


def parse(raw: bytes) -> Manifest:
    """Raises SessionUnreadable, LimitExceeded."""
    manifest = decode(raw, Manifest, "manifest")
    if len(manifest.chunks) > limits.SESSION_CHUNKS:
        raise LimitExceeded(f"The session has {len(manifest.chunks)} chunks; {limits.SESSION_CHUNKS} are allowed.")
    seen: set[str] = set()
    for entry in manifest.chunks:
        if not entry.id or entry.id in seen:
            raise SessionUnreadable(f"The session has the chunk {entry.id[:80]!r} twice, or one without a name.")
        seen.add(entry.id)
        for size in (entry.stored_bytes, entry.uncompressed_bytes):
            if size is not None and size < 0:
                raise SessionUnreadable(f"The chunk {entry.id[:80]!r} has a length below 0.")
    found = manifest.dataset_fingerprint
    if found is not None:
        for count in (found.cell_count, found.var_count):
            if count is not None and not 0 <= count < 2**32:
                raise SessionUnreadable("The session says an impossible number of cells or genes.")
    return manifest


def highlights(raw: bytes) -> Highlights:
    """Raises SessionUnreadable, LimitExceeded."""
    found = decode(raw, Highlights, "highlights/meta")
    groups = [group.id for page in found.pages for group in page.highlighted_groups]
    if len(groups) > limits.SESSION_GROUPS:
        raise LimitExceeded(f"The session has {len(groups)} groups; {limits.SESSION_GROUPS} are allowed.")
    _unique("group", groups)
    _unique("page", [page.id for page in found.pages])
    return found


def overlays(raw: bytes) -> Overlays:
    """Raises SessionUnreadable, LimitExceeded."""
    found = decode(raw, Overlays, "core/field-overlays")
    if len(found.user_defined_fields) > limits.SESSION_FIELDS:
        raise LimitExceeded(
            f"The session has {len(found.user_defined_fields)} fields of its own; {limits.SESSION_FIELDS} are allowed."
        )
    _unique("field", [field.id for field in found.user_defined_fields])
    return found


def decode(raw: bytes, kind: type[T], what: str) -> T:
    """JSON that is not larger than it looks. Raises SessionUnreadable, LimitExceeded."""
    weigh(raw, what)
    try:
        return msgspec.json.decode(raw, type=kind)
    except RecursionError as error:
        raise SessionUnreadable(f"The JSON of {what} is nested too deeply.") from error
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise SessionUnreadable(f"The JSON of {what} cannot be read: {error}.") from error


def plain(raw: bytes, what: str) -> Any:
    """JSON of any shape. Raises SessionUnreadable, LimitExceeded."""
    return decode(raw, object, what)


def weigh(raw: bytes, what: str) -> None:
    """Raises LimitExceeded for JSON of more values than a viewer could mean: commas and brackets bound their number."""
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > limits.SESSION_NODES:
        raise LimitExceeded(f"The JSON of {what} holds more than {limits.SESSION_NODES} values.")


def _unique(what: str, ids: list[str]) -> None:
    if len(set(ids)) != len(ids) or "" in ids:
        raise SessionUnreadable(f"The session has a {what} twice, or one without an id.")
