"""The door through which updates of other peers reach the notebook: whole, or not at all.

An update is read byte by byte (`yupdate`), its references are checked (`graph`), and it is applied to a shadow
replica, which is kept beside the live document and never cloned. What it touched there is checked against the schema;
then the live document takes it. A refused one leaves the shadow wrong, so that is built anew from the live document:
refusing costs what the document's size costs, admitting does not. The shadow is first built when it is first needed,
because most notebooks are only looked at.

Peers may not remove a cell (a mark deletes, so that late edits land in the trash), put another map, text or metadata
map in place of one (others may be writing in it), or write under the daemon's own Yjs client id.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pycrdt import Doc, Map, Text

from fumehood.core import limits
from fumehood.core.errors import BadMessage, HoodError, LimitExceeded, UpdateRefused
from fumehood.core.ids import CellId, parse_cell_id
from fumehood.document import order
from fumehood.document.cells import CELL_TYPES, Changed
from fumehood.document.graph import Graph
from fumehood.document.notebook import Notebook
from fumehood.document.values import check_depth, json_size
from fumehood.document.watch import ALL, Watch
from fumehood.document.yupdate import Update, read_state_vector, read_update

_REQUIRED = frozenset(("type", "source", "metadata", "order"))
_KEYS = _REQUIRED | {"deleted", "attachments"}


class Gate:
    def __init__(self, live: Notebook) -> None:
        self._live = live
        self._admitting = False
        self._ready = False
        self._subscriptions: tuple[tuple[Any, Any], ...] = ()
        self._end = live.on_update(self._mirror)

    def close(self) -> None:
        self._end()
        self._release()

    def prepare(self) -> None:
        """What the first `admit` would do first: 0.1 s for 2,000 cells."""
        if not self._ready:
            state = self._live.state()
            self._graph = Graph()
            self._graph.grow(self._graph.check(read_update(state), sys.maxsize))  # it is ours already
            self._build(state)
            self._ready = True

    def admit(self, update: bytes) -> Changed:
        """Takes an update of a peer into the live notebook. Raises `UpdateRefused` or `LimitExceeded`; then nothing
        of it was taken."""
        read = read_update(update)
        self.prepare()
        growth = self._graph.check(read)
        try:
            self._check_author(read)
        except BaseException:
            self._graph.forget(growth)
            raise
        try:
            with _all_else_refused():
                self._shadow.apply_update(update)
                self._check_complete(read)
                self._check_touched()
        except BaseException:
            self._graph.forget(growth)
            self._release()
            self._build(self._live.state())
            raise
        self._admitting = True
        try:
            changed = self._live.apply(update)
        finally:
            self._admitting = False
        self._graph.grow(growth)
        return changed

    # -- the shadow

    def _build(self, state: bytes) -> None:
        self._shadow: Doc[Any] = Doc()
        self._cells: Map[Any] = self._shadow.get("cells", type=Map)
        self._metadata: Map[Any] = self._shadow.get("metadata", type=Map)
        self._shadow.apply_update(state)
        self._watch = Watch()
        self._subscriptions = (
            (self._cells, self._cells.observe_deep(self._watch.cells)),
            (self._metadata, self._metadata.observe_deep(self._watch.notebook)),
        )

    def _release(self) -> None:
        for watched, subscription in self._subscriptions:
            watched.unobserve(subscription)
        self._subscriptions = ()

    def __del__(self) -> None:
        if getattr(self, "_subscriptions", ()):
            self._release()

    def _mirror(self, update: bytes) -> None:
        """A change that was made here."""
        if self._ready and not self._admitting:
            self._graph.grow(self._graph.check(read_update(update), sys.maxsize))
            self._shadow.apply_update(update)
            self._watch.take()

    # -- what is checked

    def _check_author(self, read: Update) -> None:
        client = self._live.client()
        own = read.structs.get(client)
        if own is not None and own[-1].clock + own[-1].length > self._graph.end(client):
            raise UpdateRefused("The update claims to be written by this daemon.")

    def _check_complete(self, read: Update) -> None:
        """That nothing was put aside, whatever `graph` thinks."""
        known = read_state_vector(self._shadow.get_state())
        for client, structs in read.structs.items():
            if known.get(client, 0) < structs[-1].clock + structs[-1].length:
                raise UpdateRefused("The update has a gap: it builds on changes that never arrived.")

    def _check_touched(self) -> None:
        watch = self._watch
        if watch.foreign:
            raise UpdateRefused("The update writes where a notebook has nothing.")
        for cell, keys in watch.replaced.items():
            if ALL in keys:
                self._check_new_cell(cell)
            else:
                self._check_keys(cell, keys)
        for cell, keys in watch.inside.items():
            if ALL in watch.replaced.get(cell, ()):
                continue
            if "source" in keys:
                self._check_source(self._cells[cell]["source"])
            if "metadata" in keys:
                _check_metadata(self._cells[cell]["metadata"], "A cell's metadata")
        for inserted in watch.inserted:
            if not isinstance(inserted, str):
                raise UpdateRefused("The update puts something into a text that is no text.")
            if "\r" in inserted:
                raise UpdateRefused("The update has a line end that is not LF.")
        if watch.metadata:
            _check_metadata(self._metadata, "The notebook's metadata")
        watch.take()

    def _check_new_cell(self, id: CellId) -> None:
        try:
            parse_cell_id(id)
        except BadMessage as error:
            raise UpdateRefused(error.message) from error
        if id in self._live.known():
            raise UpdateRefused("The update takes a cell away; a cell is deleted by a mark.")
        cell = self._cells.get(id)
        if not isinstance(cell, Map):
            raise UpdateRefused("The update puts something in place of a cell that is no cell.")
        if len(self._cells) > limits.CELLS:
            raise LimitExceeded(f"A notebook may have {limits.CELLS} cells.")
        if not isinstance(cell.get("metadata"), Map) or not isinstance(cell.get("source"), Text):
            raise UpdateRefused("The update has a cell without a source or metadata.")
        self._check_source(cell["source"])
        if "\r" in str(cell["source"]):
            raise UpdateRefused("The update has a line end that is not LF.")
        _check_metadata(cell["metadata"], "A cell's metadata")
        self._check_values(cell, set(cell.keys()))

    def _check_keys(self, id: CellId, keys: set[str]) -> None:
        if "source" in keys or "metadata" in keys:
            raise UpdateRefused("The update puts another text or map in place of a cell's own.")
        self._check_values(self._cells[id], keys)

    def _check_values(self, cell: Map[Any], changed: set[str]) -> None:
        if not changed <= _KEYS:
            raise UpdateRefused("The update gives a cell a key that no cell has.")
        present = set(cell.keys())
        if not present >= _REQUIRED:
            raise UpdateRefused("The update leaves a cell without a type, order, source or metadata.")
        if "type" in changed and not (isinstance(kind := cell["type"], str) and kind in CELL_TYPES):
            raise UpdateRefused("The update gives a cell a type that no cell has.")
        if "order" in changed and not (isinstance(key := cell["order"], str) and order.VALID.match(key)):
            raise UpdateRefused("The update gives a cell an order key that is none.")
        if "deleted" in changed and "deleted" in present:
            time = cell["deleted"]
            if isinstance(time, bool) or not isinstance(time, int | float) or not 0 <= time < 1e12:
                raise UpdateRefused("The update deletes a cell at a time that is none.")
        if "attachments" in changed and "attachments" in present:
            attachments = cell["attachments"]
            if not isinstance(attachments, dict):
                raise UpdateRefused("The update gives a cell attachments that are none.")
            _check_size(attachments, "A cell's attachments")

    def _check_source(self, source: Text) -> None:
        if len(source) > limits.CELL_SOURCE_BYTES:
            raise LimitExceeded(f"A cell's source may have {limits.CELL_SOURCE_BYTES} bytes.")


def _check_metadata(metadata: Map[Any], what: str) -> None:
    found: dict[str, Any] = dict(metadata.items())
    for value in found.values():
        if not isinstance(value, str | int | float | list | dict | None):
            raise UpdateRefused(f"{what} has a value that is not JSON.")
    _check_size(found, what)


def _check_size(value: dict[str, Any], what: str) -> None:
    check_depth(value, limits.JSON_DEPTH, what)
    if json_size(value) > limits.METADATA_BYTES:
        raise LimitExceeded(f"{what} may have {limits.METADATA_BYTES} bytes.")


@contextmanager
def _all_else_refused() -> Iterator[None]:
    """Makes a refusal of whatever else is raised; a panic of Rust is no `Exception`."""
    try:
        yield
    except (HoodError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise UpdateRefused("The update cannot be applied.") from error
