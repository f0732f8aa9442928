"""The notebook as a Yjs document: cells in a map by id, each with a fractional order key (design, section 4).

The schema, which the page shares: root map ``cells``: cell id to map {``type``: str, ``source``: text, ``metadata``:
map of key to JSON value, ``order``: str, ``deleted``: float, absent while alive, ``attachments``: JSON, absent when
none}; root map ``metadata``: the notebook's, key to JSON value. A list of cells would lose an edit made while the
cell is moved; deleting sets a mark, so that a late edit goes to the trash with its cell instead of nowhere.

No I/O, no clock, one thread. `apply` trusts its bytes: an update from outside goes through `gate.Gate`. Reading is
cached per cell, and a keystroke costs the same in a notebook of ten cells and of ten thousand.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, KeysView, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pycrdt import Doc, Map, Text

from fumehood.core import limits
from fumehood.core.errors import BadMessage, CellMissing, LimitExceeded
from fumehood.core.ids import CellId, new_cell_id, parse_cell_id, source_hash
from fumehood.document import order
from fumehood.document.cells import Cell, Changed, Trashed, cell_type
from fumehood.document.places import Place, Places
from fumehood.document.text import byte_offset, splices
from fumehood.document.values import check_depth, json_size, same, source_text, tame
from fumehood.document.watch import ALL, Watch
from fumehood.document.yupdate import check_state_vector


class Notebook:
    def __init__(self, state: bytes | None = None, *, client: int | None = None) -> None:
        # 32 bits, as yjs draws them; pycrdt's 53 would be stored with every second character.
        self._doc: Doc[Any] = Doc(client_id=secrets.randbits(32) if client is None else client)
        self._cells: Map[Any] = self._doc.get("cells", type=Map)
        self._metadata: Map[Any] = self._doc.get("metadata", type=Map)
        self._watch = Watch()
        self._depth = 0
        self._places = Places()
        self._views: dict[CellId, Cell] = {}
        self._hashes: dict[CellId, str] = {}
        self._on_update: list[Callable[[bytes], None]] = []
        self._on_change: list[Callable[[Changed], None]] = []
        if state is not None:
            # Before anyone watches: no event is made for each of thousands of cells.
            self._doc.apply_update(state)
            with self._doc.transaction():
                self._places = Places({CellId(id_): _place(cell) for id_, cell in self._cells.items()})
        self._subscriptions: tuple[tuple[Any, Any], ...] = (
            (self._cells, self._cells.observe_deep(self._watch.cells)),
            (self._metadata, self._metadata.observe_deep(self._watch.notebook)),
            (self._doc, self._doc.observe(self._watch.update)),
        )

    def close(self) -> None:
        """Gives the memory back; the notebook must not be used after it."""
        for watched, subscription in self._subscriptions:
            watched.unobserve(subscription)
        self._subscriptions = ()

    def __del__(self) -> None:
        if getattr(self, "_subscriptions", ()):
            self.close()

    # -- reading

    def ids(self) -> list[CellId]:
        """Of the living cells, in order."""
        return self._places.living()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, id: CellId) -> bool:
        return self._places.alive(id)

    def cells(self) -> list[Cell]:
        """The living cells, in order."""
        with self._doc.transaction():
            return [self._view(cell) for cell in self._places.living()]

    def cell(self, id: CellId) -> Cell:
        """Raises `CellMissing`, also for a cell in the trash."""
        self._alive(id)
        return self._view(id)

    def source(self, id: CellId) -> str:
        return self.cell(id).source

    def source_hash(self, id: CellId) -> str:
        self._alive(id)
        found = self._hashes.get(id)
        if found is None:
            found = self._hashes[id] = source_hash(self._view(id).source)
        return found

    def metadata(self) -> dict[str, Any]:
        return {key: tame(value) for key, value in self._metadata.items()}

    def trash(self) -> list[Trashed]:
        """The deleted cells, the latest first."""
        return [Trashed(self._view(cell), deleted) for deleted, cell in self._places.trash()]

    def known(self) -> KeysView[CellId]:
        """The ids of all cells, also those in the trash."""
        return self._places.all()

    def trashed(self, id: CellId) -> Cell | None:
        return self._view(id) if self._places.deleted(id) else None

    # -- editing

    def insert(
        self,
        after: CellId | None,
        type: str,
        source: str,
        metadata: Mapping[str, Any] | None = None,
        id: CellId | None = None,
        attachments: Mapping[str, Any] | None = None,
    ) -> CellId:
        """A new cell below `after`, or at the top. Raises `CellMissing`, `LimitExceeded`, `BadMessage`."""
        if id is not None and parse_cell_id(id) in self._places.all():
            raise BadMessage(f"A cell {id} exists already.")
        if len(self._places.all()) >= limits.CELLS:
            raise LimitExceeded(f"A notebook may have {limits.CELLS} cells.")
        fresh = id or self._new_id()
        cell = self._checked(Cell(fresh, cell_type(type), source, dict(metadata or {}), _dict(attachments)))
        with self.transaction():
            self._put(cell, self._key_after(after))
        return fresh

    def set_source(self, id: CellId, source: str) -> None:
        """Changes what differs and leaves the rest as it is, so that others' edits of the rest stay."""
        self._alive(id)
        self._write_source(id, _checked_source(source))

    def set_trashed_source(self, id: CellId, source: str) -> None:
        """A late edit, of a cell in the trash. Raises `CellMissing` where it is not there."""
        if self.trashed(id) is None:
            raise CellMissing(f"There is no deleted cell {id}.")
        self._write_source(id, _checked_source(source))

    def splice(self, id: CellId, at: int, delete: int, insert: str) -> None:
        """Replaces `delete` characters from `at` on. Offsets in code points; raises `BadMessage` outside the text."""
        old = self.source(id)
        if at < 0 or delete < 0 or at + delete > len(old):
            raise BadMessage("The edit lies outside the cell's text.")
        insert = source_text(insert)
        if len(old) + len(insert) > limits.CELL_SOURCE_BYTES // 4:
            _checked_source(old[:at] + insert + old[at + delete :])
        with self.transaction():
            _splice(self._text(id), old, at, delete, insert)
            self._touch(id, "source")

    def set_type(self, id: CellId, type: str) -> None:
        if self.cell(id).type != cell_type(type):
            self._set(id, "type", type)

    def set_metadata(self, id: CellId, metadata: Mapping[str, Any]) -> None:
        """Makes the cell's metadata this; keys that do not change are not written."""
        old = self.cell(id).metadata
        new = _checked_json(metadata, "A cell's metadata")
        with self.transaction():
            _write_map(self._cells[id]["metadata"], old, new)
            self._touch(id, "metadata")

    def set_attachments(self, id: CellId, attachments: Mapping[str, Any] | None) -> None:
        old = self.cell(id).attachments
        new = _checked_json(attachments, "A cell's attachments") if attachments else None
        if not same(old, new):
            self._set(id, "attachments", new)

    def set_notebook_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Makes the notebook's metadata this; keys that do not change are not written."""
        new = _checked_json(metadata, "The notebook's metadata")
        with self.transaction():
            _write_map(self._metadata, self.metadata(), new)

    def move(self, id: CellId, after: CellId | None) -> None:
        """Puts the cell below `after`, or at the top."""
        self._alive(id)
        if after == id:
            return
        with self.transaction():
            self._set(id, "order", self._key_after(after, moving=id))

    def delete(self, id: CellId, now: float) -> None:
        """To the trash. A concurrent edit of the cell goes there with it."""
        self._alive(id)
        self._set(id, "deleted", float(now))

    def restore(self, id: CellId) -> None:
        """Back from the trash, to where it stood. Raises `CellMissing` where it is not in the trash."""
        if self.trashed(id) is None:
            raise CellMissing(f"There is no deleted cell {id}.")
        self._set(id, "deleted", None)

    def split(self, id: CellId, at: int) -> CellId:
        """Moves the text from `at` on into a new cell below, of the same type and metadata.

        The tail is deleted from the cell's own text, so what somebody types into it meanwhile stays in this half.
        """
        cell = self.cell(id)
        if not 0 <= at <= len(cell.source):
            raise BadMessage("The split lies outside the cell's text.")
        with self.transaction():
            self.splice(id, at, len(cell.source) - at, "")
            return self.insert(id, cell.type, cell.source[at:], cell.metadata)

    def purge_trash(self, keep: int = limits.TRASH_CELLS) -> list[Cell]:
        """Removes all but the `keep` cells that were deleted last; returns what is gone for good."""
        gone = [trashed.cell for trashed in self.trash()[keep:]]
        with self.transaction():
            for cell in gone:
                del self._cells[cell.id]
                self._touch(cell.id, ALL)
        return gone

    def fill(self, cells: Sequence[Cell], metadata: Mapping[str, Any]) -> None:
        """The content of an empty notebook, in one transaction. Raises `LimitExceeded`."""
        assert not self._places.all(), "only an empty notebook is filled"
        if len(cells) > limits.CELLS:
            raise LimitExceeded(f"A notebook may have {limits.CELLS} cells.")
        checked = [self._checked(cell) for cell in cells]
        keys = order.spread(None, None, len(cells)) or []
        with self.transaction():
            for cell, key in zip(checked, keys, strict=True):
                self._put(cell, key)
            _write_map(self._metadata, {}, _checked_json(metadata, "The notebook's metadata"))

    # -- as a peer

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done inside becomes one update and one `Changed`, told to listeners when the outermost one ends."""
        self._depth += 1
        try:
            with self._doc.transaction():
                yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                changed, updates = self._settle()
                for update in updates:
                    for listener in (*self._on_update,):
                        listener(update)
                if changed:
                    for hear in (*self._on_change,):
                        hear(changed)

    def on_update(self, callback: Callable[[bytes], None]) -> Callable[[], None]:
        """Hears every update, of local edits and of applied ones; returns what ends it."""
        self._on_update.append(callback)
        return lambda: self._on_update.remove(callback)

    def on_change(self, callback: Callable[[Changed], None]) -> Callable[[], None]:
        """Hears what changed, after every local or applied change; returns what ends it."""
        self._on_change.append(callback)
        return lambda: self._on_change.remove(callback)

    def state_vector(self) -> bytes:
        return self._doc.get_state()

    def diff(self, state_vector: bytes) -> bytes:
        """What a peer with this state vector lacks. Raises `UpdateRefused` for what is no state vector."""
        check_state_vector(state_vector)
        return self._doc.get_update(state_vector)

    def state(self) -> bytes:
        """The whole document as one update, compacted."""
        return self._doc.get_update()

    def client(self) -> int:
        """The Yjs client id under which this replica writes."""
        return self._doc.client_id

    def apply(self, update: bytes) -> Changed:
        """Takes a trusted update: our own journal's, or one that `Gate` has checked."""
        heard: list[Changed] = []
        end = self.on_change(heard.append)
        try:
            with self.transaction():
                self._doc.apply_update(update)
        finally:
            end()
        return heard[0] if heard else Changed()

    # -- inside

    def _alive(self, id: CellId) -> None:
        if not self._places.alive(id):
            raise CellMissing(f"There is no cell {id}.")

    def _new_id(self) -> CellId:
        while (found := new_cell_id()) in self._places.all():
            pass
        return found

    def _text(self, id: CellId) -> Text:
        text: Text = self._cells[id]["source"]
        return text

    def _write_source(self, id: CellId, new: str) -> None:
        old = self._view(id).source
        if old == new:
            return
        with self.transaction():
            text = self._text(id)
            for at, delete, insert in splices(old, new):
                _splice(text, old, at, delete, insert)
            self._touch(id, "source")

    def _view(self, id: CellId) -> Cell:
        view = self._views.get(id)
        if view is None:
            cell = self._cells[id]
            attachments = cell.get("attachments")
            view = self._views[id] = Cell(
                id,
                cell["type"],
                str(cell["source"]),
                {key: tame(value) for key, value in cell["metadata"].items()},
                tame(attachments) if attachments is not None else None,
            )
        return view

    def _checked(self, cell: Cell) -> Cell:
        return Cell(
            cell.id,
            cell.type,
            _checked_source(cell.source),
            _checked_json(cell.metadata, "A cell's metadata"),
            _checked_json(cell.attachments, "A cell's attachments") if cell.attachments else None,
        )

    def _put(self, cell: Cell, key: str) -> None:
        content: dict[str, Any] = {
            "type": cell.type,
            "source": Text(cell.source),
            "metadata": Map(cell.metadata),
            "order": key,
        }
        if cell.attachments is not None:
            content["attachments"] = cell.attachments
        self._cells[cell.id] = Map(content)
        self._places.put(cell.id, Place(key, None))
        self._views[cell.id] = cell

    def _set(self, id: CellId, key: str, value: Any) -> None:
        with self.transaction():
            cell = self._cells[id]
            if value is None:
                del cell[key]
            else:
                cell[key] = value
            self._touch(id, key)

    def _key_after(self, after: CellId | None, moving: CellId | None = None) -> str:
        if after is not None:
            self._alive(after)
        key, neighbours = self._places.key_after(after, moving)
        for cell, spaced in neighbours.items():
            self._set(cell, "order", spaced)
        return key

    def _touch(self, id: CellId, part: str) -> None:
        """Keeps the caches right after a local write; the events only come when the transaction ends."""
        self._views.pop(id, None)
        if part in ("source", ALL):
            self._hashes.pop(id, None)
        if part in ("order", "deleted", ALL):
            self._replace(id)

    def _replace(self, id: CellId) -> None:
        """Reads anew where the cell stands."""
        self._places.put(id, _place(self._cells[id]) if id in self._cells else None)

    def _settle(self) -> tuple[Changed, list[bytes]]:
        touched, metadata = self._watch.touched(), self._watch.metadata
        updates = self._watch.take()
        for cell, parts in touched.items():
            # The view of a cell that was inserted here is right already: opening a notebook reads nothing back.
            if parts != {ALL} or not self._places.was_put(cell):
                self._views.pop(cell, None)
            if parts & {"source", ALL}:
                self._hashes.pop(cell, None)
            if parts & {"order", "deleted", ALL}:
                self._replace(cell)
        return self._places.classify(touched, metadata), updates


def _place(cell: Map[Any]) -> Place:
    return Place(cell["order"], cell.get("deleted"))


def _dict(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return dict(value) if value else None


def _splice(text: Text, old: str, at: int, delete: int, insert: str) -> None:
    start = byte_offset(old, at)
    if delete:
        del text[start : start + len(old[at : at + delete].encode())]
    if insert:
        text.insert(start, insert)


def _write_map(target: Map[Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for key in old:
        if key not in new:
            del target[key]
    for key, value in new.items():
        if key not in old or not same(old[key], value):
            target[key] = value


def _checked_source(source: str) -> str:
    source = source_text(source)
    if len(source) > limits.CELL_SOURCE_BYTES // 4 and len(source.encode()) > limits.CELL_SOURCE_BYTES:
        raise LimitExceeded(f"A cell's source may have {limits.CELL_SOURCE_BYTES} bytes.")
    return source


def _checked_json(value: Mapping[str, Any] | None, what: str) -> dict[str, Any]:
    if not value:
        return {}
    check_depth(dict(value), limits.JSON_DEPTH, what)
    tamed: dict[str, Any] = tame(value)
    if json_size(tamed) > limits.METADATA_BYTES:
        raise LimitExceeded(f"{what} may have {limits.METADATA_BYTES} bytes.")
    return tamed
