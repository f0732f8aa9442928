"""`cell.*` calls as changes of the notebook: what agents use, and clients that keep no replica.

An operation is the very message that asked for it. `perform` is pure but for the document that it is given: it checks
the version that the edit is based on, changes the document in one transaction and says what to answer.
"""

from __future__ import annotations

import time

from fumehood.core.errors import StaleVersion
from fumehood.core.ids import CellId, parse_cell_id, source_hash
from fumehood.document.cells import Cell
from fumehood.document.notebook import Notebook
from fumehood.protocol.methods import (
    CellParams,
    Cells,
    CellView,
    DeleteParams,
    Edited,
    EditParams,
    InsertParams,
    MoveParams,
    ReadParams,
    Trash,
    TrashedCell,
)

Edit = InsertParams | EditParams | MoveParams | DeleteParams


def perform(notebook: Notebook, edit: Edit, now: float | None = None) -> Edited:
    """Raises CellMissing, StaleVersion, LimitExceeded; then nothing has changed."""
    if isinstance(edit, InsertParams):
        after = None if edit.after is None else parse_cell_id(edit.after)
        cell = notebook.insert(after, edit.type, edit.source, edit.metadata)
        return _edited(notebook, cell)
    cell = parse_cell_id(edit.cell)
    if isinstance(edit, EditParams):
        check_version(notebook, cell, edit.version)
        notebook.set_source(cell, edit.source)
        return _edited(notebook, cell)
    if isinstance(edit, MoveParams):
        notebook.cell(cell)
        notebook.move(cell, None if edit.after is None else parse_cell_id(edit.after))
        return _edited(notebook, cell)
    check_version(notebook, cell, edit.version)
    answer = _edited(notebook, cell)
    notebook.delete(cell, time.time() if now is None else now)
    return answer


def restore(notebook: Notebook, params: CellParams) -> Edited:
    cell = parse_cell_id(params.cell)
    notebook.restore(cell)
    return _edited(notebook, cell)


def read(notebook: Notebook, params: ReadParams) -> Cells:
    if params.cell is not None:
        return Cells(cells=(view(notebook.cell(parse_cell_id(params.cell))),))
    return Cells(cells=tuple(view(cell) for cell in notebook.cells()))


def trash(notebook: Notebook) -> Trash:
    return Trash(
        cells=tuple(
            TrashedCell(cell=one.cell.id, type=one.cell.type, source=one.cell.source, deleted=one.deleted)
            for one in notebook.trash()
        )
    )


def view(cell: Cell) -> CellView:
    return CellView(
        cell=cell.id, type=cell.type, source=cell.source, version=source_hash(cell.source), metadata=dict(cell.metadata)
    )


def check_version(notebook: Notebook, cell: CellId, version: str) -> None:
    if notebook.source_hash(cell) != version:
        raise StaleVersion(f"Cell {cell} was changed since version {version[:8]}.", cell=cell)


def _edited(notebook: Notebook, cell: CellId) -> Edited:
    return Edited(cell=cell, version=notebook.source_hash(cell))
