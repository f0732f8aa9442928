"""Follows the executions of a notebook on a screen, from what was printed already to the end of the queue.

What `run` and `attach` share. Reads events, keeps one `Transcript` per execution, and knows what has finished; decides
nothing about errors, time-outs or signals.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fumehood.cli.connecting import short_path
from fumehood.cli.screen import Screen
from fumehood.cli.transcript import Piece, Transcript
from fumehood.client.client import Client
from fumehood.client.notebook import Notebook
from fumehood.client.watching import Missed
from fumehood.core.errors import HoodError
from fumehood.protocol import events as ev
from fumehood.protocol.outputs import BlobRef, ErrorOutput
from fumehood.protocol.state import CellRun


@dataclass(slots=True)
class Followed:
    execution: str
    cell: str
    number: int | None
    """The cell's place in the notebook, from 1."""
    status: str = "queued"
    started: float | None = None
    finished: float | None = None
    error: str = ""
    transcript: Transcript = field(default_factory=Transcript)
    headed: bool = False

    @property
    def done(self) -> bool:
        return self.status not in ("queued", "running")

    def summary(self) -> dict[str, Any]:
        seconds = None if self.started is None or self.finished is None else round(self.finished - self.started, 3)
        found = {"cell": self.cell, "number": self.number, "status": self.status, "seconds": seconds}
        return found | ({"error": self.error} if self.error else {})


class Follower:
    def __init__(
        self, client: Client, notebook: Notebook, screen: Screen, executions: Collection[str] | None = None
    ) -> None:
        """`executions`: in their order; `None` for all that the notebook has and that come."""
        self._client = client
        self._notebook = notebook
        self._screen = screen
        self._only = None if executions is None else set(executions)
        self._events = notebook.events()
        # The state goes on changing while blobs are read; what is in it now is what came before the first event.
        self._snapshot = self._look()
        self._numbers: dict[str, int] = {}
        self.followed: dict[str, Followed] = {}
        self._expected = 0 if executions is None else len(executions)
        self._screen.progress.started = time.time()

    @property
    def done(self) -> list[Followed]:
        return [one for one in self.followed.values() if one.done]

    @property
    def kernel_reason(self) -> str:
        return self._notebook.kernel.reason

    @property
    def running(self) -> Followed | None:
        return next((one for one in self.followed.values() if one.status == "running"), None)

    async def follow(self) -> None:
        """Until all that was asked for has finished, or the queue is empty. Raises the room's error when it ends."""
        try:
            await self.catch_up()
            while not self._finished():
                event = await anext(self._events)
                if isinstance(event, Missed):
                    self._snapshot = self._look()
                    await self.catch_up()
                else:
                    await self._handle(event)
        finally:
            self._events.close()

    def _finished(self) -> bool:
        if self._only is not None:
            return len(self.done) >= self._expected
        waiting = self._notebook.state.queue
        return not waiting and all(one.done for one in self.followed.values())

    # -- snapshots

    def _look(self) -> list[tuple[str, CellRun]]:
        state = self._notebook.state
        runs = [
            (cell, msgspec.structs.replace(run, outputs=list(run.outputs)))
            for cell, run in state.cells.items()
            if run.execution and (self._only is None or run.execution in self._only)
        ]
        far = float("inf")
        return sorted(runs, key=lambda one: (one[1].started or far, one[1].queued or far))

    async def catch_up(self) -> None:
        for cell, run in self._snapshot:
            one = self._know(run.execution, cell)
            if one.done:
                continue
            if run.started is not None and one.started is None:
                self._begin(one, run.started)
            async for piece in one.transcript.begin(run, self._read_text):
                await self._show(one, piece)
            if run.status not in ("queued", "running"):
                error = next((out for out in reversed(run.outputs) if isinstance(out, ErrorOutput)), None)
                await self._end(one, run.status, run.finished, error)
        self._snapshot = []
        self._progress()

    async def _read_text(self, ref: BlobRef) -> str:
        return (await self._client.read_blob(ref.blob)).decode("utf-8", "replace")

    # -- events

    async def _handle(self, event: ev.AnyEvent) -> None:
        execution = getattr(event, "execution", None)
        if execution is None or (self._only is not None and execution not in self._only):
            if isinstance(event, ev.Noticed):
                self._notice(event)
            return
        if isinstance(event, ev.Queued):
            self._know(execution, event.cell)
        one = self.followed.get(execution)
        if one is None or one.done:
            return
        if isinstance(event, ev.Started):
            self._begin(one, event.time)
        for piece in one.transcript.feed(event):
            await self._show(one, piece)
        if isinstance(event, (ev.OutputAdded, ev.OutputReplaced)):
            output = event.output
            if isinstance(output, ErrorOutput):
                one.error = f"{output.ename}: {output.evalue}"
            if output.__struct_config__.tag != "stream":
                self._screen.event("display", **self._place(one), output=msgspec.to_builtins(output))
        if isinstance(event, ev.Finished):
            await self._end(one, event.status, event.time, None)
        self._screen.tail(one.transcript.tail)
        self._progress()

    def _notice(self, event: ev.Noticed) -> None:
        from fumehood.cli import terminal, words

        packages = event.package.splitlines()
        said = f"{terminal.line(event.message)} {terminal.line(event.hint)}".strip()
        if packages:
            adding = " ".join(f"--add {shlex.quote(one)}" for one in packages)
            said += f" `hood trust review {shlex.quote(short_path(self._notebook.path))} {terminal.line(adding)}` asks."
        self._screen.note(said, words.YELLOW)
        self._screen.event(
            "notice", code=event.code, message=event.message, hint=event.hint, cell=event.cell, packages=packages
        )

    def _know(self, execution: str, cell: str) -> Followed:
        if execution not in self.followed:
            self.followed[execution] = Followed(execution, cell, self._number(cell))
        return self.followed[execution]

    def _number(self, cell: str) -> int | None:
        if cell not in self._numbers:
            self._numbers = {one.id: at for at, one in enumerate(self._notebook.cells, 1)}
        return self._numbers.get(cell)

    def _place(self, one: Followed) -> dict[str, Any]:
        return {"cell": one.cell, "number": one.number}

    def _begin(self, one: Followed, started: float) -> None:
        one.status, one.started = "running", started
        self._screen.progress.started = min(self._screen.progress.started, started)
        self._screen.event("started", **self._place(one), time=started)

    async def _end(self, one: Followed, status: str, finished: float | None, error: ErrorOutput | None) -> None:
        for piece in one.transcript.finish():
            await self._show(one, piece)
        if error is not None:
            one.error = f"{error.ename}: {error.evalue}"
        one.status, one.finished = status, finished
        self._screen.event("finished", **one.summary())

    async def _show(self, one: Followed, piece: Piece) -> None:
        try:
            text = piece.content if isinstance(piece.content, str) else await self._read_text(piece.content)
        except HoodError as error:
            text = f"[{error.message}]"
        if not text:
            return
        if not one.headed:
            one.headed = True
            self._screen.heading(f"── cell {one.number or '?'} {self.first_line(one.cell)}")
        self._screen.output(piece.target, text, piece.block)
        if not piece.block:
            self._screen.event("stream", **self._place(one), stream=piece.target, text=text)

    def first_line(self, cell: str) -> str:
        """Of its source, as a label: foreign text made harmless."""
        from fumehood.cli import terminal

        try:
            source = self._notebook.source(cell).strip()
        except HoodError:
            return ""
        return terminal.line(source.partition("\n")[0], 60)

    def _progress(self) -> None:
        progress = self._screen.progress
        progress.total = self._expected if self._only is not None else len(self.followed)
        progress.done = len(self.done)
        running = self.running
        progress.where = "" if running is None else f"cell {running.number or '?'}"
        progress.label = "" if running is None else self.first_line(running.cell)
        progress.cell_started = None if running is None else running.started
        self._screen.tick()
