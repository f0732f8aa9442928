"""What the document says about its cells: values without any CRDT in them, for everybody who reads."""

from __future__ import annotations

from typing import Any, Literal, cast

import msgspec

from fumehood.core.errors import BadMessage
from fumehood.core.ids import CellId

CellType = Literal["code", "markdown", "raw"]
CELL_TYPES: frozenset[str] = frozenset(("code", "markdown", "raw"))


class Cell(msgspec.Struct, frozen=True):
    id: CellId
    type: CellType
    source: str
    metadata: dict[str, Any] = {}
    attachments: dict[str, Any] | None = None
    """nbformat's: file name to MIME bundle. `None` where the cell has none."""


class Trashed(msgspec.Struct, frozen=True):
    cell: Cell
    deleted: float
    """Seconds since the epoch, as the peer said who deleted it."""


class Changed(msgspec.Struct, frozen=True):
    """What one transaction did, by cell id. A cell can stand in several of the sets, but for `added` and `removed`."""

    edited: frozenset[CellId] = frozenset()
    """The source is another."""
    described: frozenset[CellId] = frozenset()
    """Type, metadata or attachments are others."""
    added: frozenset[CellId] = frozenset()
    """New, or back from the trash."""
    removed: frozenset[CellId] = frozenset()
    """In the trash now, or purged from it."""
    moved: frozenset[CellId] = frozenset()
    trash: frozenset[CellId] = frozenset()
    """Cells in the trash that changed there: a late edit."""
    metadata: bool = False
    """The notebook's own metadata."""

    def __bool__(self) -> bool:
        return bool(
            self.edited or self.described or self.added or self.removed or self.moved or self.trash or self.metadata
        )

    @property
    def cells(self) -> frozenset[CellId]:
        """Every living or removed cell that changed."""
        return self.edited | self.described | self.added | self.removed | self.moved


def cell_type(text: str) -> CellType:
    if text not in CELL_TYPES:
        raise BadMessage("A cell is code, markdown or raw.")
    return cast(CellType, text)
