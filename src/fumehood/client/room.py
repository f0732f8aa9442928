"""One open notebook as a client holds it: a replica of the document, the folded state, and what waits for news.

No I/O: messages come in by methods, what is to be sent goes out by `send`. Everything runs on one loop without
awaiting, so events, results and edits keep the order in which they happened. The replica is written by local edits
and by the daemon's updates; which of ours the daemon has kept is `edits`' affair.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from fumehood.client.edits import Edits, Entry
from fumehood.client.runs import Run
from fumehood.client.watching import EventStream, Missed
from fumehood.core.errors import HoodError, NotebookReadOnly, RoomMissing, from_wire
from fumehood.core.ids import RoomId
from fumehood.document.notebook import Notebook as Replica
from fumehood.document.replica import WidgetReplica
from fumehood.protocol import events as ev
from fumehood.protocol import methods
from fumehood.protocol.frames import Document, Frame, Kind
from fumehood.protocol.state import PendingInput, RoomState

Predicate = Callable[[RoomState], bool]


class Room:
    def __init__(self, opened: methods.OpenResult, send: Callable[[Frame], None]) -> None:
        self.id = RoomId(opened.room)
        self.path = opened.path
        self.format = opened.format
        self.read_only = opened.read_only
        self.state: RoomState = opened.state
        self.seq = opened.seq
        self.document = Replica()
        self.edits = Edits()
        self.runs: dict[str, Run] = {}
        """Those that have not finished, by execution id, in the order of their making."""
        self.synced: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.live = True
        """Open on the present connection; what is edited otherwise is sent when it is open again."""
        self.widgets: WidgetReplica | None = None
        self.widgets_synced: asyncio.Future[None] | None = None
        self.closed: HoodError | None = None
        self.asked: Callable[[PendingInput], None] = lambda _: None
        """Called for every question of the notebook's code; `answered` when it is over."""
        self.answered: Callable[[str], None] = lambda _: None
        self._send = send
        self._streams: set[EventStream] = set()
        self._untils: dict[asyncio.Future[None], Predicate] = {}
        self._applying = False
        self._entries: list[Entry] = []
        self._listen()
        if self.read_only is not None:
            self.synced.set_result(None)
        else:
            self._fetch(b"\0")

    # -- from the daemon

    def reopened(self, opened: methods.OpenResult) -> list[Run]:
        """After the connection was made anew. Returns the runs that the daemon does not know, to be asked for again.

        Raises `RoomMissing` where the file is another room now (the daemon's journal was lost) and something of ours
        was on its way into the old one.
        """
        if opened.room != self.id:
            if self.runs or any(entry.error is None for entry in self.edits.pending()):
                raise RoomMissing(f"{self.path} was opened anew; what was under way in it is not known.")
            self.id = RoomId(opened.room)
            self._replace()
        self.live = True
        self.path, self.format = opened.path, opened.format
        self.state, self.seq = opened.state, opened.seq
        if self.read_only is None:
            for update in self.edits.again():
                self._send(self._frame(Kind.UPDATE, update))
            self._fetch(self.document.state_vector())
        if self.widgets is not None:
            # Made anew: another daemon has built this document again, from what the kernel told it.
            self.widgets = WidgetReplica()
            self._fetch_widgets(self.widgets)
        for stream in self._streams:
            stream.put(Missed(0))
        self._check_untils()
        for pending in self.state.inputs.values():
            self.asked(pending)
        return self._settle_runs()

    def _settle_runs(self) -> list[Run]:
        unknown: list[Run] = []
        superseded: set[str] = set()
        for run in reversed(list(self.runs.values())):
            shown = self.state.cells.get(run.cell)
            if shown is not None and shown.execution == run.execution:
                superseded.add(run.cell)
                run.take(shown)
            elif run.execution in self.state.queue:
                continue
            elif run.cell in superseded or (shown is not None and run.precedes(shown)):
                run.lose()
            else:
                unknown.append(run)
            if run.done:
                self.runs.pop(run.execution, None)
        return unknown[::-1]

    def happened(self, news: methods.RoomEvents) -> None:
        self.seq = news.seq
        for event in news.events:
            self.state.apply(event)
            execution = getattr(event, "execution", None)
            run = self.runs.get(execution) if execution is not None else None
            if run is not None:
                run.feed(event)  # type: ignore[arg-type]  # what names an execution is an Event
            for stream in self._streams:
                stream.put(event)
            if isinstance(event, ev.Finished):
                self.runs.pop(event.execution, None)
            elif isinstance(event, ev.FileSaved):
                self.format = "4.5" if event.upgraded_from else self.format
            elif isinstance(event, ev.InputRequested):
                self.asked(self.state.inputs[event.request])
            elif isinstance(event, ev.InputClosed):
                self.answered(event.request)
        if self._untils:
            self._check_untils()

    def framed(self, frame: Frame) -> None:
        if frame.document is Document.WIDGETS:
            self._widgets_framed(frame)
            return
        if self.read_only is not None:
            return
        if frame.kind in (Kind.STEP2, Kind.UPDATE):
            self._applying = True
            try:
                self.document.apply(frame.payload)
            finally:
                self._applying = False
            if frame.kind is Kind.STEP2 and not self.synced.done():
                self.synced.set_result(None)
        # The daemon's own STEP1 needs no answer: whatever it may lack is among the unacknowledged edits.

    def _widgets_framed(self, frame: Frame) -> None:
        if self.widgets is not None and frame.kind in (Kind.STEP2, Kind.UPDATE):
            if frame.kind is Kind.STEP2:
                # Whole, also unasked: the daemon has made its document anew, and two of them do not merge.
                self.widgets = WidgetReplica()
            self.widgets.apply(frame.payload)
            if frame.kind is Kind.STEP2 and self.widgets_synced is not None and not self.widgets_synced.done():
                self.widgets_synced.set_result(None)

    def follow_widgets(self) -> asyncio.Future[None]:
        """Done when the widgets of the kernel are here; they are kept in step from then on."""
        self.check_open()
        if self.widgets_synced is None:
            self.widgets = WidgetReplica()
            self.widgets_synced = asyncio.get_running_loop().create_future()
            if self.live:
                self._fetch_widgets(self.widgets)
        return self.widgets_synced

    def _fetch_widgets(self, widgets: WidgetReplica) -> None:
        self._send(Frame(room=self.id, document=Document.WIDGETS, kind=Kind.STEP1, payload=widgets.state_vector()))

    def acknowledged(self, news: methods.Acknowledged) -> None:
        self.edits.acknowledged(news.updates)

    def refused(self, news: methods.RefusedUpdate) -> None:
        """Nothing of that update was taken, so this replica is no replica any more: it is fetched anew."""
        self.edits.refused(news.update, from_wire(news.code, news.message, "", {}))
        if self.synced.done():
            self.synced = asyncio.get_running_loop().create_future()
            self._replace()
            self._fetch(b"\0")

    def end(self, error: HoodError, left: bool = False) -> None:
        """The room is closed, or no connection will come: everybody who waits is told.

        `left`: the program itself let go of it, which ends its event streams without an error.
        """
        if self.closed is not None:
            return
        self.closed = error
        self.edits.give_up(error)
        for run in self.runs.values():
            run.finish(error)
        self.runs.clear()
        for stream in list(self._streams):
            stream.end(None if left else error)
        for future in [*self._untils, self.synced, self.widgets_synced]:
            if future is not None and not future.done():
                future.set_exception(error)
                # Nobody has to wait for it.
                future.exception()
        self._untils.clear()

    # -- from the program

    def edit(self, change: Callable[[Replica], object]) -> list[Entry]:
        """Changes the replica in one transaction and sends what came of it. Raises what the change raises."""
        self.check_notebook()
        self.edits.check_room()
        self._entries = []
        with self.document.transaction():
            change(self.document)
        return self._entries

    def check_open(self) -> None:
        if self.closed is not None:
            raise self.closed

    def check_notebook(self) -> None:
        """Raises NotebookReadOnly where it is only text."""
        self.check_open()
        if self.read_only is not None:
            raise NotebookReadOnly(f"{self.path} is open as read-only text: {self.read_only.reason}")

    def stream(self) -> EventStream:
        self.check_open()
        stream = EventStream(self._streams.discard)
        self._streams.add(stream)
        return stream

    def until(self, predicate: Predicate) -> asyncio.Future[None]:
        """Done when `predicate` holds of the state: looked at now and after every message of the daemon."""
        self.check_open()
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._untils[future] = predicate
        self._check_untils()
        return future

    def await_runs(self, runs: Iterable[Run]) -> None:
        """Their events are theirs from now on."""
        self.check_open()
        for run in runs:
            self.runs[run.execution] = run

    # -- inside

    def _check_untils(self) -> None:
        for future, predicate in list(self._untils.items()):
            if future.done():
                del self._untils[future]
            elif predicate(self.state):
                del self._untils[future]
                future.set_result(None)

    def _replace(self) -> None:
        """An empty replica in place of one that is none any more."""
        self._unlisten()
        self.document = Replica()
        self._listen()

    def _listen(self) -> None:
        self._unlisten = self.document.on_update(self._updated)

    def _updated(self, update: bytes) -> None:
        if not self._applying:
            self._entries.append(self.edits.add(update))
            if self.live:
                self._send(self._frame(Kind.UPDATE, update))

    def _fetch(self, state_vector: bytes) -> None:
        self._send(self._frame(Kind.STEP1, state_vector))

    def _frame(self, kind: Kind, payload: bytes) -> Frame:
        return Frame(room=self.id, document=Document.NOTEBOOK, kind=kind, payload=payload)
