"""One execution as a program holds it: await it for the result, iterate over it for what happens meanwhile.

A run folds its own events into a state of its own (the same fold that the daemon and the room use), because a cell
that is queued a second time before it ran shows only its latest execution.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any

import msgspec

from fumehood.client.results import Result
from fumehood.client.watching import EventStream, Missed
from fumehood.core.errors import HoodError, TimedOut
from fumehood.protocol import events as ev
from fumehood.protocol.methods import CellRef
from fumehood.protocol.outputs import Output
from fumehood.protocol.state import CellRun, RoomState

Assemble = Callable[[CellRun, str], Awaitable[Result]]
"""Makes a result of a finished run of a cell: fetches blobs."""


class Run:
    def __init__(self, ref: CellRef, stop_on_error: bool, assemble: Assemble) -> None:
        self.ref = ref
        self.stop_on_error = stop_on_error
        self._assemble = assemble
        self._fold = RoomState()
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A run that nobody awaits may fail without a word: the room shows it.
        self._done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._result: Result | None = None
        self._streams: set[EventStream] = set()

    @property
    def cell(self) -> str:
        return self.ref.cell

    @property
    def execution(self) -> str:
        return self.ref.execution

    @property
    def done(self) -> bool:
        return self._done.done()

    @property
    def status(self) -> str:
        """`""` before the daemon has taken it, then `queued`, `running`, `ok`, `error`, `cancelled`, `lost`."""
        return self._run.status

    @property
    def outputs(self) -> list[Output]:
        """As manifests, up to now; `await` the run for whole ones."""
        return self._run.outputs

    @property
    def _run(self) -> CellRun:
        return self._fold.cells.get(self.cell) or CellRun(execution=self.execution)

    # -- fed by the room

    def feed(self, event: ev.Event) -> None:
        self._fold.apply(event)
        for stream in self._streams:
            stream.put(event)
        if isinstance(event, ev.Finished):
            self.finish()

    def take(self, run: CellRun) -> None:
        """The run as a snapshot has it, after the connection was made anew."""
        # A copy: the room folds the same events into its own.
        self._fold.cells[self.cell] = msgspec.structs.replace(
            run, outputs=list(run.outputs), previous=list(run.previous)
        )
        self._fold.owners[self.execution] = self.cell
        for stream in self._streams:
            stream.put(Missed(0))
        if run.status not in ("queued", "running"):
            self.finish()

    def precedes(self, shown: CellRun) -> bool:
        """Whether the run that a snapshot shows of the cell was queued after this one."""
        mine = self._run.queued
        return mine is not None and shown.queued is not None and shown.queued > mine

    def lose(self) -> None:
        """A later run of the cell has taken its place while nobody could tell."""
        run = self._run
        run.status = "lost"
        self._fold.cells[self.cell] = run
        self.finish()

    def finish(self, error: HoodError | None = None) -> None:
        if not self._done.done():
            if error is None:
                self._done.set_result(None)
            else:
                self._done.set_exception(error)
        for stream in list(self._streams):
            stream.end(error)

    # -- for the program

    def __await__(self) -> Generator[Any, None, Result]:
        return self.result().__await__()

    async def result(self, timeout: float | None = None) -> Result:
        """Waits for the end. Raises what kept it from running (`StaleSource`, `CellMissing`, `NoKernel`, ...).

        `TimedOut` after `timeout` seconds; the cell goes on.
        """
        await self.finished(timeout)
        if self._result is None:
            self._result = await self._assemble(self._run, self.cell)
        return self._result

    async def finished(self, timeout: float | None = None) -> None:
        """As `result`, without fetching what the cell gave."""
        try:
            async with asyncio.timeout(timeout):
                await asyncio.shield(self._done)
        except TimeoutError as error:
            raise TimedOut(f"Cell {self.cell} has not finished after {timeout} s; it goes on.") from error

    def __aiter__(self) -> AsyncIterator[ev.AnyEvent | Missed]:
        """The run's events from now on, until it ends; what happened before is in `outputs` and `status`."""
        stream = EventStream(self._streams.discard)
        self._streams.add(stream)
        if self.done:
            stream.end()
        return stream
