"""An open notebook for a program: read and edit its cells, run them, watch what happens.

Edits are made on a replica and are visible at once; they are sent in order with everything else, so a cell that is
edited and then executed runs as edited. `await edit.acknowledged()` or `await notebook.flush()` waits until the
daemon has them on disk. Cells are named by their ids.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from fumehood.client.asking import Asker, Handler
from fumehood.client.edits import Entry
from fumehood.client.room import Predicate, Room
from fumehood.client.runs import Run
from fumehood.client.watching import EventStream, Missed
from fumehood.core import limits
from fumehood.core.errors import KernelStartFailed, RoomMissing, TimedOut
from fumehood.core.ids import CellId, new_cell_id, new_execution_id, parse_cell_id
from fumehood.document.cells import Cell
from fumehood.document.notebook import Notebook as Replica
from fumehood.document.widgets import Model
from fumehood.protocol import methods
from fumehood.protocol import trust as wire
from fumehood.protocol.events import KernelChanged
from fumehood.protocol.state import RoomState

if TYPE_CHECKING:
    from fumehood.client.client import Client

_START_SECONDS: Final = limits.INSTALL_SECONDS + limits.KERNEL_READY_SECONDS + limits.CALL_SECONDS


class Edit:
    """A change that was made here and is on its way to the daemon."""

    def __init__(self, cell: str, room: Room, entries: list[Entry]) -> None:
        self.cell = cell
        """The id of the cell that was changed or made; empty for the notebook's own metadata."""
        self._room = room
        self._entries = entries

    async def acknowledged(self, timeout: float | None = limits.CALL_SECONDS) -> None:
        """Waits until the change is on disk. Raises `UpdateRefused` and others if it was not taken, `TimedOut`."""
        await _acknowledged(self._room, self._entries, timeout)


async def _acknowledged(room: Room, entries: Iterable[Entry], timeout: float | None) -> None:
    waiting = [room.edits.waiter(entry) for entry in entries]
    try:
        async with asyncio.timeout(timeout):
            for one in waiting:
                await asyncio.shield(one)
    except TimeoutError as error:
        raise TimedOut("The daemon has not kept the edits yet.") from error


class Notebook:
    def __init__(self, client: Client, room: Room) -> None:
        self._client = client
        self._room = room
        self._asker = Asker(room, self.answer)

    # -- what it is

    @property
    def id(self) -> str:
        """The room's: 32 hex digits, the same as long as the notebook is known to this user's daemon."""
        return self._room.id

    @property
    def path(self) -> str:
        return self._room.path

    @property
    def format(self) -> str:
        """nbformat of the file; anything below 4.5 is upgraded at the first save."""
        return self._room.format

    @property
    def read_only(self) -> methods.ReadOnlyText | None:
        """Why the file could not be opened as a notebook, and its text."""
        return self._room.read_only

    @property
    def state(self) -> RoomState:
        """Kernel, queue, outputs, notices: a copy that follows the daemon's. Look, do not touch."""
        return self._room.state

    @property
    def kernel(self) -> KernelChanged:
        return self._room.state.kernel

    @property
    def closed(self) -> bool:
        return self._room.closed is not None

    # -- cells

    @property
    def cells(self) -> list[Cell]:
        """The cells in order: id, type, source, metadata, attachments."""
        return self._room.document.cells()

    @property
    def metadata(self) -> dict[str, Any]:
        return self._room.document.metadata()

    def cell(self, id: str) -> Cell:
        """Raises `CellMissing`."""
        return self._room.document.cell(CellId(id))

    def source(self, id: str) -> str:
        return self._room.document.source(CellId(id))

    async def outputs(self, id: str) -> list[dict[str, Any]]:
        """The cell's present outputs, as in an nbformat file."""
        run = self._room.state.cells.get(self.cell(id).id)
        return await self._client.blobs.whole((run.outputs or run.previous) if run is not None else [])

    # -- edits

    def _edit(self, cell: str, change: Callable[[Replica], object]) -> Edit:
        return Edit(cell, self._room, self._room.edit(change))

    def edit(self, id: str, source: str) -> Edit:
        """Makes this the cell's source; others' concurrent edits of the rest of it stay."""
        return self._edit(id, lambda document: document.set_source(CellId(id), source))

    def splice(self, id: str, at: int, delete: int, insert: str) -> Edit:
        """Replaces `delete` characters from `at` on. Offsets in code points."""
        return self._edit(id, lambda document: document.splice(CellId(id), at, delete, insert))

    def insert(
        self,
        source: str = "",
        *,
        after: str | None = None,
        type: methods.CellType = "code",
        metadata: Mapping[str, Any] | None = None,
        id: str | None = None,
    ) -> Edit:
        """A new cell below `after`, or at the top; `Edit.cell` is its id."""
        cell = new_cell_id() if id is None else parse_cell_id(id)
        below = None if after is None else CellId(after)
        return self._edit(cell, lambda document: document.insert(below, type, source, metadata, cell))

    def append(
        self,
        source: str = "",
        *,
        type: methods.CellType = "code",
        metadata: Mapping[str, Any] | None = None,
        id: str | None = None,
    ) -> Edit:
        """A new cell at the end."""
        ids = self._room.document.ids()
        return self.insert(source, after=ids[-1] if ids else None, type=type, metadata=metadata, id=id)

    def move(self, id: str, after: str | None = None) -> Edit:
        """Puts the cell below `after`, or at the top."""
        return self._edit(id, lambda document: document.move(CellId(id), None if after is None else CellId(after)))

    def delete(self, id: str) -> Edit:
        """To the trash; `restore` brings it back."""
        return self._edit(id, lambda document: document.delete(CellId(id), time.time()))

    def restore(self, id: str) -> Edit:
        return self._edit(id, lambda document: document.restore(CellId(id)))

    def set_type(self, id: str, type: methods.CellType) -> Edit:
        return self._edit(id, lambda document: document.set_type(CellId(id), type))

    def set_metadata(self, id: str, metadata: Mapping[str, Any]) -> Edit:
        return self._edit(id, lambda document: document.set_metadata(CellId(id), metadata))

    def set_notebook_metadata(self, metadata: Mapping[str, Any]) -> Edit:
        return self._edit("", lambda document: document.set_notebook_metadata(metadata))

    async def flush(self, timeout: float | None = limits.CALL_SECONDS) -> None:
        """Waits until all edits made so far are on disk. Raises as `Edit.acknowledged`."""
        await _acknowledged(self._room, self._room.edits.pending(), timeout)

    async def trash(self) -> tuple[methods.TrashedCell, ...]:
        found: methods.Trash = await self._call("room.trash", methods.RoomParams(room=self.id))
        return found.cells

    async def versions(self, id: str) -> tuple[methods.Version, ...]:
        """Earlier sources of the cell, oldest first."""
        found: methods.Versions = await self._call("cell.versions", methods.CellParams(room=self.id, cell=id))
        return found.versions

    # -- running

    def execute(self, id: str, *, stop_on_error: bool = True) -> Run:
        """Queues the cell as it is now; `await` the run for its result. Raises `CellMissing`.

        `stop_on_error`: an error cancels what waits behind it. What keeps the cell from running (`StaleSource`,
        `NoKernel`, `GrantDenied`, ...) is raised by the awaited run.
        """
        return self.execute_cells([id], stop_on_error=stop_on_error)[0]

    def execute_cells(self, ids: Sequence[str], *, stop_on_error: bool = True) -> list[Run]:
        """Queues the cells in this order: all of them or, where one is stale or missing, none."""
        return self.execute_each([(cell, stop_on_error) for cell in ids])

    def execute_all(self, *, stop_on_error: bool = True) -> list[Run]:
        """Queues every code cell that has a text, in the order of the notebook."""
        ids = [cell.id for cell in self.cells if cell.type == "code" and cell.source.strip()]
        return self.execute_cells(ids, stop_on_error=stop_on_error)

    def execute_each(self, cells: Sequence[tuple[str, bool]]) -> list[Run]:
        """(cell id, stop_on_error) each."""
        self._room.check_notebook()
        runs = []
        for cell, stop in cells:
            seen = self._room.document.source_hash(CellId(cell))
            ref = methods.CellRef(cell=cell, source_hash=seen, execution=new_execution_id())
            runs.append(Run(ref, stop, self._client.blobs.result))
        self._client.execute(self._room, runs)
        return runs

    async def clear(self, *ids: str) -> None:
        """Removes the outputs of these cells, or of all."""
        await self._call("cell.clear", methods.ClearParams(room=self.id, cells=ids))

    # -- the kernel

    async def start(self, spec: str = "", *, without: bool = False) -> None:
        """Starts a kernel if there is none: of this kernelspec, or the notebook's, or the default one.

        Where the notebook asks for packages that were approved, they are installed first and it runs in them;
        `without` starts an installed kernelspec as it is. Returns when it is ready. Raises `NotApproved`,
        `KernelStartFailed`, `KernelSpecMissing`, `KernelSpecUnsafe`, `TimedOut`.
        """
        params = methods.StartParams(room=self.id, spec=spec, without=without)
        await self._call("kernel.start", params, timeout=_START_SECONDS)
        await self._ready()

    async def _ready(self) -> None:
        await self.until(
            lambda state: state.kernel.status not in ("starting", "restarting"), limits.KERNEL_READY_SECONDS
        )
        if self.kernel.status in ("none", "dead"):
            raise KernelStartFailed(f"The kernel did not come up. {self.kernel.reason}".strip())

    # -- what it asks to have installed

    async def trust(self) -> wire.Sheet:
        """What the notebook asks for, what that comes to, and where it stands; offline."""
        found: wire.Sheet = await self._call("trust.sheet", wire.SheetParams(room=self.id))
        return found

    async def check(self, *hosts: str) -> wire.Sheet:
        """Resolves what it asks for; installs nothing. `hosts`: those of the notebook that may be contacted for it.

        Raises `HostNotAccepted`, naming them; what else goes wrong is `Sheet.problem`.
        """
        params = wire.CheckParams(room=self.id, hosts=hosts)
        seconds = limits.RESOLVE_SECONDS + limits.CALL_SECONDS
        found: wire.Sheet = await self._call("trust.check", params, timeout=seconds)
        return found

    async def approve(self, shown: wire.Sheet, *, builds: Iterable[str] = ()) -> wire.Sheet:
        """Approves exactly this sheet. `builds`: packages whose own code may run while they are installed.

        Raises `SheetChanged` where it is not what the notebook asks for any more, `NotChecked`.
        """
        params = wire.ApproveParams(room=self.id, digest=shown.digest, builds=tuple(builds))
        found: wire.Sheet = await self._call("trust.approve", params)
        return found

    async def take_offer(self, file: str, take: bool = True) -> wire.Sheet:
        """Makes what a file beside the notebook asks for the notebook's own wish, or lets go of it."""
        params = wire.OfferParams(room=self.id, file=file, take=take)
        found: wire.Sheet = await self._call("trust.offer", params)
        return found

    async def change_dependencies(self, add: Iterable[str] = (), remove: Iterable[str] = ()) -> wire.DependenciesEdited:
        """In the notebook's metadata; installs nothing."""
        params = wire.DependenciesParams(room=self.id, add=tuple(add), remove=tuple(remove))
        found: wire.DependenciesEdited = await self._call("dependencies.edit", params)
        return found

    async def interrupt(self) -> None:
        """Cancels what waits and interrupts what runs."""
        await self._call("kernel.interrupt", methods.RoomParams(room=self.id))

    async def restart(self, spec: str = "", *, without: bool = False) -> None:
        """A fresh kernel, of another kernelspec if one is named. Returns when it is ready; raises as `start`."""
        params = methods.StartParams(room=self.id, spec=spec, without=without)
        async with self.events() as events:
            await self._call("kernel.restart", params, timeout=_START_SECONDS)
            try:
                async with asyncio.timeout(limits.KERNEL_READY_SECONDS):
                    async for event in events:
                        if isinstance(event, (KernelChanged, Missed)):
                            break
            except TimeoutError as error:
                raise TimedOut("The kernel has not been restarted.") from error
        await self._ready()

    async def shutdown(self, *, force: bool = False) -> None:
        """Ends the kernel; `force` kills it. The notebook stays open."""
        await self._call("kernel.shutdown", methods.ForceParams(room=self.id, force=force))

    async def complete(self, code: str, cursor: int | None = None) -> methods.CompleteResult:
        """`cursor` in code points, by default the end."""
        at = len(code) if cursor is None else cursor
        found: methods.CompleteResult = await self._call(
            "kernel.complete", methods.CompleteParams(room=self.id, code=code, cursor=at)
        )
        return found

    async def inspect(self, code: str, cursor: int | None = None, detail: int = 0) -> methods.InspectResult:
        at = len(code) if cursor is None else cursor
        found: methods.InspectResult = await self._call(
            "kernel.inspect", methods.InspectParams(room=self.id, code=code, cursor=at, detail=detail)
        )
        return found

    async def history(self, n: int = 50, pattern: str = "") -> tuple[tuple[int, int, str], ...]:
        """(session, line, source) each, oldest first."""
        found: methods.HistoryResult = await self._call(
            "kernel.history", methods.HistoryParams(room=self.id, n=n, pattern=pattern)
        )
        return found.entries

    async def answer(self, request: str, value: str) -> None:
        """Answers `state.inputs[request]`: what `input()` or `getpass()` in a cell returns."""
        await self._call("kernel.input", methods.InputParams(room=self.id, request=request, value=value))

    def on_input(self, handler: Handler | None) -> None:
        """Who answers the questions of the notebook's code from now on, also those that are open already.

        `handler(question)` returns the answer or `None` for none; it may be a coroutine function. It is called on the
        loop, and cancelled when another client has answered. Without a handler a question waits.
        """
        self._asker.use(handler)

    async def send_comm(
        self,
        comm: str,
        data: Mapping[str, Any],
        *,
        kind: str = "comm_msg",
        target: str = "",
        metadata: Mapping[str, Any] | None = None,
        buffers: Sequence[bytes] = (),
    ) -> None:
        """A message to the kernel's side of a comm.

        Messages of its own come as `CommMessage` events; what a widget's traits become is in `widgets()`.
        """
        await self._call(
            "comm.send",
            methods.CommParams(
                room=self.id,
                comm=comm,
                kind=kind,  # type: ignore[arg-type]  # the daemon refuses what is none of the three
                target=target,
                data=dict(data),
                metadata=dict(metadata or {}),
                buffers=tuple(buffers),
            ),
        )

    async def widgets(self) -> dict[str, Model]:
        """The live widgets of the kernel, by comm id: target, state, buffers. Empty without a kernel."""
        try:
            async with asyncio.timeout(limits.CALL_SECONDS):
                await asyncio.shield(self._room.follow_widgets())
        except TimeoutError as error:
            raise TimedOut("The daemon did not send the widgets.") from error
        assert self._room.widgets is not None
        return self._room.widgets.models()

    # -- watching

    def events(self) -> EventStream:
        """What happens from now on: an async iterator, to be closed or used with `async with`."""
        return self._room.stream()

    async def until(self, predicate: Predicate, timeout: float | None = None) -> RoomState:
        """Waits until `predicate(state)` holds. Raises `TimedOut`; the room's error when it is closed."""
        try:
            async with asyncio.timeout(timeout):
                await self._room.until(predicate)
        except TimeoutError as error:
            raise TimedOut("What was waited for has not happened.") from error
        return self._room.state

    async def idle(self, timeout: float | None = None) -> None:
        """Waits until nothing is queued or running."""
        await self.until(lambda state: not state.queue, timeout)

    # -- the file

    async def save(self, path: str | None = None, *, overwrite: bool = False) -> methods.SaveResult:
        """Writes the file, or a copy at another path (absolute), which replaces a file only with `overwrite`."""
        params = methods.SaveParams(room=self.id, path=path, overwrite=overwrite)
        found: methods.SaveResult = await self._call("room.save", params)
        return found

    async def leave(self) -> None:
        """Lets go of the notebook; its kernel and its queue go on. What was edited is on disk afterwards."""
        if self.closed:
            return
        self._asker.use(None)
        try:
            if self.read_only is None:
                await self.flush()
            await self._call("room.leave", methods.RoomParams(room=self.id))
        except RoomMissing:
            pass  # a daemon that was started meanwhile does not have it open: it is left
        finally:
            await self._end()

    async def close(self, *, kill: bool = True) -> None:
        """Closes it for everybody; `kill` ends its kernel."""
        if not self.closed:
            try:
                await self._call("room.close", methods.CloseParams(room=self.id, kill=kill))
            finally:
                await self._end()

    async def _end(self) -> None:
        self._client.leave(self._room)
        await self._asker.close()

    async def _call(self, method: str, params: Any, *, timeout: float | None = limits.CALL_SECONDS) -> Any:
        self._room.check_open()
        return await self._client.call(method, params, timeout=timeout)


class Opening:
    """What `Client.open` gives: `await` it for the notebook, or use it with `async with`."""

    def __init__(self, enter: Callable[[], Awaitable[Notebook]]) -> None:
        self._enter = enter
        self._notebook: Notebook | None = None

    def __await__(self) -> Generator[Any, None, Notebook]:
        return self._enter().__await__()

    async def __aenter__(self) -> Notebook:
        self._notebook = await self._enter()
        return self._notebook

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._notebook is not None
        await self._notebook.leave()
