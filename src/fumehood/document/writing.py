"""Writes a notebook file: what did not change keeps the very bytes that it had.

The file that was read or written last is the base. Its values are compared with the document's as the document holds
them, and only what differs is spelled anew, in the file's own style: one edited source changes that source's lines and
nothing else. Unknown keys, their order, escapes and odd white space survive. Formats below 4.5 become 4.5 when, and
only when, something changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from fumehood.core.ids import CellId
from fumehood.document.cells import Cell
from fumehood.document.loaded import FileOutputs, Loaded, parse, read
from fumehood.document.match import pair
from fumehood.document.outputs import canonical, is_json
from fumehood.document.spans import Json, Member, Span, Style, dump, edit_array, edit_object, style_of
from fumehood.document.values import same


class Unchanged:
    """What was in the file stays."""


UNCHANGED: Final = Unchanged()

_EMPTY = b'{\n "cells": [],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n'
_SPLIT = frozenset(("application/javascript", "image/svg+xml"))
"""Beside text/*, the MIME types whose text nbformat writes as a list of lines."""


def write(
    base: bytes | None,
    cells: Sequence[Cell],
    outputs: Mapping[CellId, FileOutputs | Unchanged],
    metadata: Mapping[str, Any],
    widgets: Mapping[str, Any] | Unchanged | None = UNCHANGED,
    ids: Sequence[CellId] | None = None,
) -> bytes:
    """The file's new bytes; the base itself where nothing changed.

    `outputs` are as nbformat has them in memory; a cell that it does not name keeps what the file has. `metadata` is
    the notebook's without `widgets`. `ids` are the document's ids of the base's cells, in its order, where they are
    not those that `read` finds (`merge.Merged.ids`). Raises what `read` raises of a base that is no notebook.
    """
    old = _Base(_EMPTY, None) if base is None else _Base(base, ids)
    index_of = old.indices(cells)
    places = [index_of.get(cell.id) for cell in cells]
    edits = [
        None if index is None else old.edits(index, cell, outputs.get(cell.id, UNCHANGED))
        for index, cell in zip(places, cells, strict=True)
    ]
    top: dict[str, bytes | None] = {}
    if described := old.metadata_edit(metadata, widgets):
        top["metadata"] = described
    if not (any(edit is None or edit for edit in edits) or top or places != list(range(len(old.ids)))):
        return old.original
    upgrade = old.loaded.needs_upgrade
    items: list[Span | bytes] = []
    for index, cell, edit in zip(places, cells, edits, strict=True):
        if index is None or edit is None:
            items.append(dump(_new_cell(cell, outputs.get(cell.id, UNCHANGED)), old.style, 2))
            continue
        if upgrade or old.file_id(index) != cell.id:
            # Something is written anyway: now the ids that the file lacks, repeats or has otherwise go in too.
            edit["id"] = dump(cell.id, old.style, 0)
        span = old.spans[index]
        items.append(edit_object(old.text, span.start, edit, old.style, 3) if edit else span)
    top["cells"] = edit_array(old.text, old.top["cells"].value.start, items, old.style, 2)
    if upgrade:
        top["nbformat_minor"] = b"5"
    text, start = old.text, old.text.start
    return text.data[:start] + edit_object(text, start, top, old.style, 1) + text.data[text.end(start) :]


class _Base:
    """The file that is written over: its cells, and where they stand in its bytes."""

    def __init__(self, data: bytes, ids: Sequence[CellId] | None) -> None:
        self.original = data
        self.loaded: Loaded = read(data)
        self.ids = [cell.id for cell in self.loaded.cells] if ids is None else list(ids)
        self.ids_are_known = ids is not None
        self._members: dict[int, dict[str, Member]] = {}

    # Where things stand is looked up only when something is written: most saves find nothing to write.

    @cached_property
    def text(self) -> Json:
        return Json(self.original if self.loaded.format[0] == "4" else _as_format_4(self.original, self.loaded))

    @cached_property
    def style(self) -> Style:
        return style_of(self.text)

    @cached_property
    def top(self) -> dict[str, Member]:
        return {member.key: member for member in self.text.members(self.text.start)}

    @cached_property
    def spans(self) -> list[Span]:
        return self.text.elements(self.top["cells"].value.start)

    def file_id(self, index: int) -> CellId | None:
        """The id that stands in the file, `None` where it is not to stay."""
        cell = self.loaded.cells[index].id
        return None if cell in self.loaded.derived else cell

    def members(self, index: int) -> dict[str, Member]:
        if index not in self._members:
            self._members[index] = {member.key: member for member in self.text.members(self.spans[index].start)}
        return self._members[index]

    def value(self, member: Member) -> Any:
        return parse(self.text[member.value])

    def indices(self, cells: Sequence[Cell]) -> dict[CellId, int]:
        """Which cell of the file each cell of the document is. Ids say it; where the file has none, or none of ours,
        content does."""
        known = {cell: index for index, cell in enumerate(self.ids)}
        found = {cell.id: known[cell.id] for cell in cells if cell.id in known}
        if self.ids_are_known or (found and not self.loaded.derived):
            return found
        taken = set(found.values())
        ours = [cell for cell in cells if cell.id not in found]
        theirs = [index for index in range(len(self.ids)) if index not in taken]
        pairs = pair([self.loaded.cells[index] for index in theirs], ours, similar=False)
        found.update({ours[new].id: theirs[old] for new, old in pairs.items()})
        return found

    def edits(self, index: int, cell: Cell, outputs: FileOutputs | Unchanged) -> dict[str, bytes | None]:
        """What must be written anew in the file's cell to make it the document's."""
        was = self.loaded.cells[index]
        edits: dict[str, bytes | None] = {}
        if was.source != cell.source:
            have = self.members(index)
            as_text = "source" in have and isinstance(self.value(have["source"]), str)
            edits["source"] = dump(cell.source if as_text else _lines(cell.source), self.style, 3)
        if not same(was.metadata, cell.metadata):
            edits["metadata"] = self._object_edit(self.members(index).get("metadata"), was.metadata, cell.metadata, 4)
        if not same(was.attachments, cell.attachments):
            edits["attachments"] = _dump_attachments(cell.attachments, self.style)
        if was.type != cell.type:
            edits["cell_type"] = dump(cell.type, self.style, 3)
            if cell.type != "code":
                edits.update(dict.fromkeys(self.members(index).keys() & {"outputs", "execution_count"}))
        if cell.type == "code":
            if not isinstance(outputs, Unchanged):
                edits.update(self._output_edits(index, *outputs))
            elif was.type != "code":
                edits.update(outputs=b"[]", execution_count=b"null")
        return edits

    def _output_edits(self, index: int, outputs: Sequence[dict[str, Any]], count: int | None) -> dict[str, bytes]:
        old, old_count = self.loaded.outputs.get(self.loaded.cells[index].id, ((), None))
        edits: dict[str, bytes] = {}
        new = self.loaded.cells[index].type != "code"
        if new or old_count != count:
            edits["execution_count"] = dump(count, self.style, 3)
        before, after = [canonical(one) for one in old], [canonical(one) for one in outputs]
        if before == after and not new:
            return edits
        member = self.members(index).get("outputs")
        text, at = Json(b"[]"), 0
        if member is not None and self.text.data[member.value.start] == ord("["):
            text, at = self.text, member.value.start
        spans = text.elements(at) if old else []
        items = [
            spans[place] if place < len(before) and before[place] == after[place] else dump(_split(one), self.style, 4)
            for place, one in enumerate(outputs)
        ]
        edits["outputs"] = edit_array(text, at, items, self.style, 4)
        return edits

    def metadata_edit(self, metadata: Mapping[str, Any], widgets: Mapping[str, Any] | Unchanged | None) -> bytes | None:
        was = self.loaded.metadata
        new = dict(metadata)
        same_widgets = isinstance(widgets, Unchanged) or same(widgets, self.loaded.widgets)
        if same(was, new) and same_widgets:
            return None
        old = dict(was)
        if not same_widgets:
            if self.loaded.widgets is not None:
                old["widgets"] = self.loaded.widgets
            if widgets is not None and not isinstance(widgets, Unchanged):
                new["widgets"] = dict(widgets)
        return self._object_edit(self.top.get("metadata"), old, new, 2)

    def _object_edit(self, member: Member | None, old: Mapping[str, Any], new: Mapping[str, Any], level: int) -> bytes:
        """An object in which only the keys that differ are written anew."""
        edits: dict[str, bytes | None] = {key: None for key in old if key not in new}
        for key in sorted(new):
            if key not in old or not same(old[key], new[key]):
                edits[key] = dump(_sorted(new[key]), self.style, level)
        if member is None:
            return edit_object(Json(b"{}"), 0, edits, self.style, level)
        return edit_object(self.text, member.value.start, edits, self.style, level)


def _as_format_4(data: bytes, loaded: Loaded) -> bytes:
    """A file of format 2 or 3 as nbformat would write it in format 4.4, in its own style."""
    from fumehood.document.upgrade import upgraded

    top = upgraded(parse(data), int(loaded.format[0]))
    cells = []
    for cell in top["cells"]:
        cell["source"] = _lines(cell["source"])
        if "outputs" in cell:
            cell["outputs"] = [_split(output) for output in cell["outputs"]]
        cells.append(cell)
    style = style_of(Json(data))
    return dump(_sorted({**top, "cells": cells}), style, 0) + (style.newline or b"\n")


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_sorted(inner) for inner in value]
    return value


def _split_bundle(bundle: Mapping[str, Any]) -> dict[str, Any]:
    return {
        mime: _lines(value)
        if isinstance(value, str) and not is_json(mime) and (mime.startswith("text/") or mime in _SPLIT)
        else value
        for mime, value in bundle.items()
    }


def _split(output: Mapping[str, Any]) -> Any:
    """An output as nbformat writes it: long text as a list of lines, keys in order."""
    result = dict(output)
    if isinstance(result.get("data"), Mapping):
        result["data"] = _split_bundle(result["data"])
    if output.get("output_type") == "stream" and isinstance(result.get("text"), str):
        result["text"] = _lines(result["text"])
    return _sorted(result)


def _dump_attachments(attachments: Mapping[str, Any] | None, style: Style) -> bytes | None:
    if attachments is None:
        return None
    split = {name: _split_bundle(one) if isinstance(one, Mapping) else one for name, one in attachments.items()}
    return dump(_sorted(split), style, 3)


def _new_cell(cell: Cell, outputs: FileOutputs | Unchanged) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if cell.attachments is not None:
        result["attachments"] = {
            name: _split_bundle(one) if isinstance(one, Mapping) else one for name, one in cell.attachments.items()
        }
    result["cell_type"] = cell.type
    if cell.type == "code":
        result["execution_count"] = None if isinstance(outputs, Unchanged) else outputs[1]
    result["id"] = cell.id
    result["metadata"] = _sorted(cell.metadata)
    if cell.type == "code":
        result["outputs"] = [] if isinstance(outputs, Unchanged) else [_split(output) for output in outputs[0]]
    result["source"] = _lines(cell.source)
    return result
