"""A room: one open notebook. Its document, its event log, who listens, and the order in which things happen to them.

The room is the thin process around pure state: every change passes `authored` (the document) or `log.emit` (the
runtime state) on the event loop, whole, without an await in between; so listeners, journal and file see one order.
What is done *with* a room is in the modules named for it (syncing, editing, execution, saving, ...), not here.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from fumehood.core.errors import HoodError
from fumehood.core.ids import BlobHash, CellId, RoomId
from fumehood.daemon.awareness import Awareness
from fumehood.daemon.bases import Bases
from fumehood.daemon.grants import RoomGrants
from fumehood.daemon.history import History
from fumehood.daemon.keeping import Done, Keeper
from fumehood.daemon.log import EventLog
from fumehood.daemon.references import of_state
from fumehood.daemon.services import Services
from fumehood.daemon.subscribers import Subscriber, Subscribers
from fumehood.daemon.tasks import Tasks
from fumehood.daemon.widgets import RoomWidgets
from fumehood.document.cells import Changed
from fumehood.document.gate import Gate
from fumehood.document.notebook import Notebook
from fumehood.protocol import events as ev
from fumehood.protocol.base import encode_pack
from fumehood.protocol.frames import Document, Kind
from fumehood.protocol.state import RoomState

if TYPE_CHECKING:
    from fumehood.daemon.tether import Tether


class Part(Protocol):
    def close(self) -> None: ...


class Claim(msgspec.Struct, frozen=True):
    """Which file a room has, whatever it is called: two names of one file are one room."""

    device: int
    inode: int


class FileMeta(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal keeps of the room's file, beside its path and claim."""

    digest: str | None
    """SHA-256 of the bytes that were read or written last; `None`: there was no file."""
    format: str = "4.5"
    ids: tuple[CellId, ...] | None = None
    """`RoomFile.ids`."""
    base: str | None = None
    """`RoomFile.base`."""
    open: bool = True
    """False: left memory with everything saved."""
    used: float | None = None
    """When it was opened or left last; `None`: nobody wrote it down yet."""


@dataclass(slots=True)
class RoomFile:
    path: Path
    claim: Claim | None
    digest: str | None
    format: str
    ids: tuple[CellId, ...] | None = None
    """The document's ids of the file's cells, where the file itself does not say them."""
    base: str | None = None
    """The digest that it had last: what the room's changes are measured against, also when the file is gone."""
    signature: tuple[int, int, int] | None = None
    """(inode, size, mtime in ns) as last seen: while it is the same, nobody needs to read the file."""


@dataclass(slots=True, eq=False)
class _Authorship:
    by: str = "fumehood"
    agent: bool = False
    origin: Subscriber | None = None
    done: Done | None = None
    in_file: bool = True
    changed: bool = False


@dataclass(slots=True, eq=False)
class Outside:
    """What differs from the file, so that a save writes only that."""

    revision: int = 0
    outputs: set[CellId] = field(default_factory=set)
    """Cells whose outputs are not those of the file."""


class Room:
    def __init__(
        self,
        id: RoomId,
        file: RoomFile,
        notebook: Notebook,
        state: RoomState,
        seq: int,
        services: Services,
        bases: Bases,
    ) -> None:
        self.id = id
        self.file = file
        self.notebook = notebook
        self.services = services
        self.bases = bases
        self.tasks = Tasks()
        self.unsaved = Outside()
        self.awareness: Awareness = {}
        self.saved_widgets: Mapping[str, Any] | None = None
        """The file's, which are shown until a kernel has live ones."""
        self.env: dict[str, str] = {}
        """The person's environment variables, for a kernel that starts here."""
        self.tether: Tether | None = None
        self.starting: asyncio.Task[Tether] | None = None
        self.clearing: asyncio.Task[Any] | None = None
        """Whether its kernel may be restarted, and in what, is being found out."""
        self.busy = asyncio.Lock()
        """Held while the file is read or written."""
        self.closed = False
        self.touched: list[Callable[[], None]] = []
        """Called when the document or an output changed: autosave listens here."""
        self.stirring: list[Callable[[], None]] = []
        """Called when somebody came or went, or the kernel did."""
        self.parts: list[Part] = []
        """What lives as long as the room and is closed with it."""
        self.peers = Subscribers(id, asyncio.get_running_loop().call_soon)
        self.keeper = Keeper(services.journal, id, self._journal_trouble)
        self.keeper.attach(self)
        self.log = EventLog(state, seq, self.peers, self.keeper)
        self.grants = RoomGrants(self.log.passing)
        self.history = History(self.keeper.version, ((cell.id, cell.source) for cell in notebook.cells()), time.time())
        self._gate: Gate | None = None
        self._widgets: RoomWidgets | None = None
        self._authorship = _Authorship()
        self._unsubscribe = (notebook.on_update(self._updated), notebook.on_change(self._edited))

    @property
    def gate(self) -> Gate:
        """Made when the first update from outside comes: its shadow replica costs as much as the document."""
        if self._gate is None:
            self._gate = Gate(self.notebook)
        return self._gate

    @property
    def has_widgets(self) -> bool:
        return self._widgets is not None

    @property
    def widgets(self) -> RoomWidgets:
        if self._widgets is None:
            self._widgets = RoomWidgets(self.id, self.peers, self.services.blobs, self.saved_widgets)
        return self._widgets

    @property
    def state(self) -> RoomState:
        return self.log.state

    # -- the document

    @contextlib.contextmanager
    def authored(
        self,
        by: str,
        origin: Subscriber | None = None,
        done: Done | None = None,
        in_file: bool = True,
        agent: bool = False,
    ) -> Iterator[None]:
        """Changes of the document within are `by` this author; `origin` already has them and is not told.

        `in_file`: whether they make the document differ from the file. `agent`: the author is no person.

        `done` is called when they are on disk, and at once, or after what is under way, if nothing changed.
        """
        outer, self._authorship = self._authorship, _Authorship(by, agent, origin, done, in_file)
        try:
            yield
        finally:
            mine, self._authorship = self._authorship, outer
        if done is not None and not mine.changed:
            self.keeper.barrier(done)

    @property
    def author(self) -> tuple[str, bool]:
        """Whose change of the document is being told to listeners, and whether that is an agent."""
        return self._authorship.by, self._authorship.agent

    def _updated(self, update: bytes) -> None:
        who = self._authorship
        who.changed = True
        done, who.done = who.done, None
        self.peers.frame(Document.NOTEBOOK, Kind.UPDATE, update, but=who.origin)
        self.keeper.update(update, who.by, time.time(), done)
        if who.in_file:
            self.touch()

    def _edited(self, changed: Changed) -> None:
        now = time.time()
        for cell in changed.edited:
            self.history.edited(cell, self.notebook.source(cell), self._authorship.by, now)

    def purge_trash(self) -> None:
        """What was deleted long ago leaves the document; its text stays in the version history."""
        with self.authored("fumehood", in_file=False):
            gone = self.notebook.purge_trash()
        for cell in gone:
            self.keeper.version(cell.id, cell.source, "trash", time.time())

    def outputs_changed(self, cells: Iterable[CellId]) -> None:
        """These cells' outputs are not those of the file any more."""
        self.unsaved.outputs.update(cells)
        self.touch()

    def touch(self) -> None:
        self.unsaved.revision += 1
        if not self.state.dirty:
            self.log.emit(ev.DirtyChanged(dirty=True))
        for listener in self.touched:
            listener()

    def stirred(self) -> None:
        for listener in self.stirring:
            listener()

    # -- the journal

    def document_state(self) -> bytes:
        return self.notebook.state()

    def event_state(self) -> tuple[bytes, int, tuple[BlobHash, ...]]:
        return encode_pack(self.log.state), self.log.seq, tuple(set(of_state(self.log.state)))

    def put_row(self, open: bool = True) -> None:
        meta = FileMeta(
            digest=self.file.digest,
            format=self.file.format,
            ids=self.file.ids,
            base=self.file.base,
            open=open,
            used=time.time(),
        )
        claim = self.file.claim
        self.keeper.row(
            str(self.file.path),
            0 if claim is None else claim.device,
            0 if claim is None else claim.inode,
            encode_pack(meta),
        )

    def _journal_trouble(self, error: HoodError | None) -> None:
        if error is not None:
            self.notice(error)
        else:
            self.log.emit(
                ev.Noticed(
                    time=time.time(), code="storage.recovered", message="Everything in this notebook is on disk again."
                )
            )

    # -- news

    def notice(self, error: HoodError, cell: str | None = None) -> None:
        """Tells the user once: the same notice again and again says nothing new."""
        newest = self.state.notices[-1] if self.state.notices else None
        if newest is not None and (newest.code, newest.message) == (error.code, error.message):
            return
        self.log.emit(ev.Noticed(time=time.time(), code=error.code, message=error.message, hint=error.hint, cell=cell))

    async def close(self) -> None:
        """Of the parts in memory; the journal keeps what it has."""
        self.closed = True
        self.touched.clear()
        self.stirring.clear()
        for part in self.parts:
            part.close()
        await self.tasks.close()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        await self.keeper.close()
        if self._gate is not None:
            self._gate.close()
        if self._widgets is not None:
            self._widgets.close()
        self.notebook.close()
