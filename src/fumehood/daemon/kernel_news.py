"""What a kernel says that reaches beyond the runtime state: into the document, the notebook's metadata, the widgets."""

from __future__ import annotations

from typing import Any

from fumehood.core.errors import CellMissing, HoodError
from fumehood.core.ids import CellId
from fumehood.daemon.room import Room
from fumehood.protocol import events as ev

BY = "kernel"


def next_input(room: Room, event: ev.NextInput) -> None:
    """`set_next_input`: below the cell, or in place of its source. A refused one (too large) is told."""
    cell = room.state.owners.get(event.execution)
    if cell is None:
        return
    try:
        with room.authored(BY):
            if event.replace:
                room.notebook.set_source(CellId(cell), event.text)
            else:
                room.notebook.insert(CellId(cell), "code", event.text)
    except CellMissing:
        return
    except HoodError as error:
        room.notice(error, cell)


def kernel_changed(room: Room) -> None:
    """Call after the state has it."""
    state = room.state
    if state.kernel.status in ("none", "dead", "restarting") and room.has_widgets:
        room.widgets.kernel_ended()
    if state.kernel.status in ("idle", "busy") and state.language_info:
        _describe(room)


def _describe(room: Room) -> None:
    """The notebook says which kernel ran it, as every Jupyter tool writes it; what is right already is left alone."""
    kernel = room.state.kernel
    old = room.notebook.metadata()
    spec: dict[str, Any] = {"display_name": kernel.display_name, "language": kernel.language, "name": kernel.spec}
    known = old.get("kernelspec")
    new = dict(old)
    if not (isinstance(known, dict) and spec.items() <= known.items()):
        new["kernelspec"] = {**(known if isinstance(known, dict) else {}), **spec}
    new["language_info"] = room.state.language_info
    if new == old:
        return
    try:
        with room.authored(BY):
            room.notebook.set_notebook_metadata(new)
    except HoodError as error:
        room.notice(error)
