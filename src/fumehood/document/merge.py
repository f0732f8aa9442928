"""Takes what another program did to the file into the live document, cell by cell.

Three versions meet: the file as it was read or written last (`base`), the document (ours) and the file as it is now
(`theirs`). What only one side changed is taken; what both changed is combined line by line; where they changed the
same lines theirs stays in the document, because the next save would overwrite it in the file, and ours is handed back
for the version history. Nothing is dropped: a cell that vanished from the file goes to the trash with our edits of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.core.ids import CellId
from fumehood.document.cells import Cell
from fumehood.document.loaded import FileOutputs, Loaded
from fumehood.document.match import pair
from fumehood.document.notebook import Notebook
from fumehood.document.outputs import canonical, json_text
from fumehood.document.text import Combined, combine
from fumehood.document.values import json_size, same


class Conflict(msgspec.Struct, frozen=True):
    """Both sides changed the same of a cell; `ours` is what the document had, for the version history."""

    cell: CellId
    what: str
    """`source`, `metadata`, `type` or `attachments`; `deleted`: they deleted what we edited, it is in the trash;
    `trashed`: they edited what we deleted, their text is in the trash; for the notebook's own, `metadata` and an
    empty cell id."""
    ours: str
    theirs: str


class Merged(msgspec.Struct, frozen=True):
    edited: tuple[CellId, ...] = ()
    added: tuple[CellId, ...] = ()
    deleted: tuple[CellId, ...] = ()
    moved: tuple[CellId, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    outputs: dict[CellId, FileOutputs] = {}
    """Of the living cells whose outputs or count differ in the file from what they were."""
    metadata: bool = False
    ids: tuple[CellId, ...] = ()
    """The document's ids of the new file's cells, in its order: what `write` needs with that file as its base."""


class _Merge:
    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.edited: list[CellId] = []
        self.conflicts: list[Conflict] = []

    def cell(self, was: Cell, new: Cell) -> None:
        """Takes what they changed of a living cell."""
        cell = was.id
        ours = self.notebook.cell(cell)
        before = len(self.conflicts)
        if new.source != was.source and new.source != ours.source:
            self.notebook.set_source(cell, self.source(cell, "source", was.source, ours.source, new.source))
        if new.type != was.type and new.type != ours.type:
            if ours.type != was.type:
                self.conflicts.append(Conflict(cell, "type", ours.type, new.type))
            self.notebook.set_type(cell, new.type)
        if not same(new.attachments, was.attachments) and not same(new.attachments, ours.attachments):
            if not same(ours.attachments, was.attachments):
                lost, taken = json_text(ours.attachments), json_text(new.attachments)
                self.conflicts.append(Conflict(cell, "attachments", lost, taken))
            self.notebook.set_attachments(cell, new.attachments)
        merged = self.keys(cell, was.metadata, ours.metadata, new.metadata)
        if not same(merged, ours.metadata):
            self.notebook.set_metadata(cell, merged)
        if len(self.conflicts) > before or self.notebook.cell(cell) != ours:
            self.edited.append(cell)

    def source(self, cell: CellId, what: str, was: str, ours: str, theirs: str) -> str:
        both = combine(was, ours, theirs)
        if len(both.text.encode()) > limits.CELL_SOURCE_BYTES:
            both = Combined(theirs, False)
        if not both.clean or what == "trashed":
            self.conflicts.append(Conflict(cell, what, ours, theirs))
        return both.text

    def keys(
        self, id: CellId, was: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Metadata, key by key."""
        merged = dict(ours)
        missing = object()
        for key in was.keys() | theirs.keys():
            old, mine, new = was.get(key, missing), ours.get(key, missing), theirs.get(key, missing)
            if _equal(old, new, missing) or _equal(mine, new, missing):
                continue
            if not _equal(old, mine, missing):
                lost = {key: mine} if mine is not missing else {}
                self.conflicts.append(
                    Conflict(id, "metadata", json_text(lost), json_text({key: new} if new is not missing else {}))
                )
            if new is missing:
                del merged[key]
            else:
                merged[key] = new
        if json_size(merged) > limits.METADATA_BYTES:
            self.conflicts.append(Conflict(id, "metadata", json_text(ours), json_text(theirs)))
            return dict(theirs)
        return merged


def _equal(one: Any, other: Any, missing: object) -> bool:
    if one is missing or other is missing:
        return one is other
    return same(one, other)


def merge_outside(
    notebook: Notebook, base: Loaded, theirs: Loaded, now: float, ids: Sequence[CellId] | None = None
) -> Merged:
    """Applies the other program's changes in one transaction. `now` is the time of deletions; `ids` are the document's
    ids of the base's cells, where they are not those that `read` found (an earlier `Merged.ids`).

    Raises `LimitExceeded` before anything is changed.
    """
    old = _renamed(base.cells, [cell.id for cell in base.cells] if ids is None else ids)
    their_ids = _identify(old, theirs, notebook)
    new = _renamed(theirs.cells, their_ids)
    was = {cell.id: cell for cell in old}
    is_ = {cell.id: cell for cell in new}
    if len(notebook.known()) + len(is_.keys() - notebook.known()) > limits.CELLS:
        raise LimitExceeded(f"With the file's cells the notebook would have more than {limits.CELLS}.")
    work = _Merge(notebook)
    added: list[CellId] = []
    deleted: list[CellId] = []
    moved: list[CellId] = []
    with notebook.transaction():
        for cell in old:
            if cell.id not in is_ and cell.id in notebook:
                ours = notebook.cell(cell.id)
                if ours.source != cell.source:
                    work.conflicts.append(Conflict(cell.id, "deleted", ours.source, ""))
                notebook.delete(cell.id, now)
                deleted.append(cell.id)
        staying = _staying(old, new, notebook)
        above: CellId | None = None
        for cell in new:
            before = was.get(cell.id)
            if cell.id in notebook:
                # Added by both sides under one id: there is no base, and what they have counts where they differ.
                work.cell(before or Cell(cell.id, cell.type, "", {}), cell)
                if before is not None and cell.id not in staying:
                    notebook.move(cell.id, above)
                    moved.append(cell.id)
            elif before is None:
                _add(notebook, cell, above)
                added.append(cell.id)
            else:
                gone = notebook.trashed(cell.id)
                if gone is not None and cell.source != before.source:
                    text = work.source(cell.id, "trashed", before.source, gone.source, cell.source)
                    notebook.set_trashed_source(cell.id, text)
                continue
            above = cell.id
        mine = notebook.metadata()
        merged = work.keys(CellId(""), base.metadata, mine, theirs.metadata)
        if metadata := not same(merged, mine):
            notebook.set_notebook_metadata(merged)
    return Merged(
        edited=tuple(work.edited),
        added=tuple(added),
        deleted=tuple(deleted),
        moved=tuple(moved),
        conflicts=tuple(work.conflicts),
        outputs=_outputs(base, theirs, old, their_ids, notebook),
        metadata=metadata,
        ids=tuple(their_ids),
    )


def _renamed(cells: Sequence[Cell], ids: Sequence[CellId]) -> list[Cell]:
    return [
        cell if cell.id == other else msgspec.structs.replace(cell, id=other)
        for cell, other in zip(cells, ids, strict=True)
    ]


def _identify(old: Sequence[Cell], theirs: Loaded, notebook: Notebook) -> list[CellId]:
    """The document's id for each of their cells: their own, or, where the file has none of the base's, that of the
    cell of the base which it is by its content. A new cell gets its own id, if that is free."""
    known = {cell.id for cell in old}
    ids = [cell.id for cell in theirs.cells]
    if theirs.derived or not known & set(ids):
        left = set(ids)
        rest = [cell for cell in old if cell.id not in left]
        places = [index for index, one in enumerate(ids) if one not in known]
        pairs = pair(rest, [theirs.cells[index] for index in places], similar=True)
        for new, before in pairs.items():
            ids[places[new]] = rest[before].id
    return ids


def _add(notebook: Notebook, cell: Cell, above: CellId | None) -> None:
    if notebook.trashed(cell.id) is None:
        notebook.insert(above, cell.type, cell.source, cell.metadata, cell.id, cell.attachments)
        return
    notebook.restore(cell.id)
    notebook.move(cell.id, above)
    notebook.set_source(cell.id, cell.source)
    notebook.set_type(cell.id, cell.type)
    notebook.set_metadata(cell.id, cell.metadata)
    notebook.set_attachments(cell.id, cell.attachments)


def _staying(old: Sequence[Cell], new: Sequence[Cell], notebook: Notebook) -> set[CellId]:
    """The most cells that can stay where they are while the others move to where they moved them."""
    rank = {cell.id: place for place, cell in enumerate(old)}
    common = [cell.id for cell in new if cell.id in rank and cell.id in notebook]
    return {common[place] for place in _longest_rising([rank[cell] for cell in common])}


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Places of a longest rising subsequence."""
    tails: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        before.append(places[at - 1] if at else -1)
        if at == len(tails):
            tails.append(number)
            places.append(place)
        else:
            tails[at], places[at] = number, place
    chain: set[int] = set()
    place = places[-1] if places else -1
    while place >= 0:
        chain.add(place)
        place = before[place]
    return chain


def _outputs(
    base: Loaded, theirs: Loaded, old: Sequence[Cell], their_ids: Sequence[CellId], notebook: Notebook
) -> dict[CellId, FileOutputs]:
    before = {ours.id: base.outputs.get(cell.id, ((), None)) for ours, cell in zip(old, base.cells, strict=True)}
    changed: dict[CellId, FileOutputs] = {}
    for cell, mine in zip(theirs.cells, their_ids, strict=True):
        was, is_ = before.get(mine, ((), None)), theirs.outputs.get(cell.id, ((), None))
        if mine in notebook and _spelled(was) != _spelled(is_):
            changed[mine] = is_
    return changed


def _spelled(outputs: FileOutputs) -> tuple[list[bytes], int | None]:
    return [canonical(output) for output in outputs[0]], outputs[1]
