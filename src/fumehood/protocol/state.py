"""The runtime state of a room as a pure fold over its events.

The daemon keeps one per room, a client keeps a copy that it got as a snapshot and folds the same events into; both
run this very code, so they cannot disagree. No I/O, no clock. Unknown executions are ignored: an event may be older
than the cell's latest run. The cost of an event does not grow with the number of cells or past executions.
"""

from __future__ import annotations

from typing import Any

import msgspec

from fumehood.protocol import events as ev
from fumehood.protocol.outputs import Output, StreamOutput
from fumehood.protocol.policy import Origin
from fumehood.protocol.trust import TrustChanged


class CellRun(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The latest execution of one cell, or what its file had."""

    execution: str = ""
    source_hash: str = ""
    """Of the source that ran; differs from the document's: the output is stale."""
    status: str = ""
    """``""`` (from the file), `queued`, `running`, or an `events.FinishStatus`."""
    by: str = ""
    queued: float | None = None
    started: float | None = None
    finished: float | None = None
    count: int | None = None
    outputs: list[Output] = []
    previous: list[Output] = []
    """The outputs of the run before, shown until this one starts; `count` is that run's as long."""
    origin: Origin = "stranger"
    """Where `outputs` come from."""
    previous_origin: Origin = "stranger"


class PendingInput(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True):
    execution: str
    request: str
    prompt: str
    password: bool


class RoomState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """See the module. `cells` is keyed by cell id and holds only cells that ran or have outputs."""

    kernel: ev.KernelChanged = ev.KernelChanged(status="none")
    language_info: dict[str, Any] = {}
    cells: dict[str, CellRun] = {}
    queue: dict[str, str] = {}
    """execution id to cell id, in order; the first may be running."""
    owners: dict[str, str] = {}
    """execution id to cell id, of the executions that `cells` shows."""
    inputs: dict[str, PendingInput] = {}
    """By request id."""
    notices: list[ev.Noticed] = []
    """The newest last, at most 50."""
    lost_since: float | None = None
    """Output from this time on may be missing, because the runtime died."""
    dirty: bool = False
    manual: bool = False
    """The file is written only when somebody saves."""
    saved: float | None = None
    digest: str = ""
    trust: TrustChanged = TrustChanged(status="nothing")

    def run_of(self, execution: str) -> CellRun | None:
        cell = self.owners.get(execution)
        return self.cells.get(cell) if cell is not None else None

    def apply(self, event: ev.AnyEvent) -> None:
        step = _STEPS.get(type(event))
        if step is not None:
            step(self, event)


def _kernel(state: RoomState, event: ev.KernelChanged) -> None:
    if event.language_info:
        state.language_info = event.language_info
    if event.status in ("idle", "busy", "unresponsive"):
        # A change of status alone says nothing about the spec: what is known stays.
        old = state.kernel
        event = msgspec.structs.replace(
            event,
            spec=event.spec or old.spec,
            display_name=event.display_name or old.display_name,
            language=event.language or old.language,
            pid=event.pid if event.pid is not None else old.pid,
        )
    state.kernel = msgspec.structs.replace(event, language_info={})


def _queued(state: RoomState, event: ev.Queued) -> None:
    old = state.cells.get(event.cell)
    previous: list[Output] = []
    previous_origin: Origin = "stranger"
    if old is not None:
        state.owners.pop(old.execution, None)
        previous = old.outputs or old.previous
        previous_origin = old.origin if old.outputs else old.previous_origin
    state.cells[event.cell] = CellRun(
        execution=event.execution,
        source_hash=event.source_hash,
        status="queued",
        by=event.by,
        queued=event.time,
        count=None if old is None else old.count,
        previous=previous,
        origin=event.origin,
        previous_origin=previous_origin,
    )
    state.owners[event.execution] = event.cell
    state.queue[event.execution] = event.cell


def _started(state: RoomState, event: ev.Started) -> None:
    if run := state.run_of(event.execution):
        run.status = "running"
        run.started = event.time
        run.count = None
        run.previous = []
        run.previous_origin = "stranger"


def _counted(state: RoomState, event: ev.Counted) -> None:
    if run := state.run_of(event.execution):
        run.count = event.count


def _output(state: RoomState, event: ev.OutputAdded) -> None:
    if (run := state.run_of(event.execution)) and event.index == len(run.outputs):
        run.outputs.append(event.output)


def _replaced(state: RoomState, event: ev.OutputReplaced) -> None:
    if (run := state.run_of(event.execution)) and event.index < len(run.outputs):
        run.outputs[event.index] = event.output


def _stream_at(state: RoomState, execution: str, index: int) -> tuple[CellRun, StreamOutput] | None:
    run = state.run_of(execution)
    if run is None or index >= len(run.outputs):
        return None
    output = run.outputs[index]
    return (run, output) if isinstance(output, StreamOutput) else None


def _patched(state: RoomState, event: ev.StreamPatched) -> None:
    if found := _stream_at(state, event.execution, event.index):
        run, output = found
        text = output.text[: event.at] + event.text
        run.outputs[event.index] = msgspec.structs.replace(output, text=text)


def _sealed(state: RoomState, event: ev.StreamSealed) -> None:
    if found := _stream_at(state, event.execution, event.index):
        run, output = found
        run.outputs[event.index] = msgspec.structs.replace(
            output, parts=(*output.parts, event.part), text=output.text[event.chars :]
        )


def _dropped(state: RoomState, event: ev.OutputDropped) -> None:
    run = state.run_of(event.execution)
    if run is None:
        return
    for index in range(len(run.outputs) - 1, -1, -1):
        output = run.outputs[index]
        if isinstance(output, StreamOutput):
            run.outputs[index] = msgspec.structs.replace(output, dropped=event.dropped)
            return
    run.outputs.append(StreamOutput(name="stderr", dropped=event.dropped))


def _cleared(state: RoomState, event: ev.OutputsCleared) -> None:
    if run := state.run_of(event.execution):
        run.outputs = []


def _input(state: RoomState, event: ev.InputRequested) -> None:
    state.inputs[event.request] = PendingInput(
        execution=event.execution, request=event.request, prompt=event.prompt, password=event.password
    )


def _input_closed(state: RoomState, event: ev.InputClosed) -> None:
    state.inputs.pop(event.request, None)


def _finished(state: RoomState, event: ev.Finished) -> None:
    state.queue.pop(event.execution, None)
    for request in [r for r, pending in state.inputs.items() if pending.execution == event.execution]:
        del state.inputs[request]
    if run := state.run_of(event.execution):
        if run.status == "queued":
            # It never started: what the cell showed before stays.
            run.outputs = run.previous
            run.previous = []
            run.origin, run.previous_origin = run.previous_origin, "stranger"
        run.status = event.status
        run.finished = event.time
        if event.count is not None:
            run.count = event.count


def _loaded(state: RoomState, event: ev.OutputsLoaded) -> None:
    old = state.cells.get(event.cell)
    if old is not None:
        state.owners.pop(old.execution, None)
    state.cells[event.cell] = CellRun(count=event.count, outputs=list(event.outputs), origin=event.origin)


def _cell_cleared(state: RoomState, event: ev.CellOutputsCleared) -> None:
    run = state.cells.get(event.cell)
    if run is None:
        return
    if run.status in ("queued", "running"):
        run.outputs = []
        run.previous = []
    else:
        state.owners.pop(run.execution, None)
        del state.cells[event.cell]


def _lost(state: RoomState, event: ev.RuntimeLost) -> None:
    state.lost_since = event.since
    state.inputs.clear()


def _saved(state: RoomState, event: ev.FileSaved) -> None:
    state.saved = event.time
    state.digest = event.digest


def _noticed(state: RoomState, event: ev.Noticed) -> None:
    state.notices = [*state.notices[-49:], event]


def _dirty(state: RoomState, event: ev.DirtyChanged) -> None:
    state.dirty = event.dirty


def _saving(state: RoomState, event: ev.SavingChanged) -> None:
    state.manual = event.manual


def _trust(state: RoomState, event: TrustChanged) -> None:
    state.trust = event


_STEPS: dict[type, Any] = {
    ev.KernelChanged: _kernel,
    ev.Queued: _queued,
    ev.Started: _started,
    ev.Counted: _counted,
    ev.OutputAdded: _output,
    ev.OutputReplaced: _replaced,
    ev.StreamPatched: _patched,
    ev.StreamSealed: _sealed,
    ev.OutputDropped: _dropped,
    ev.OutputsCleared: _cleared,
    ev.InputRequested: _input,
    ev.InputClosed: _input_closed,
    ev.Finished: _finished,
    ev.OutputsLoaded: _loaded,
    ev.CellOutputsCleared: _cell_cleared,
    ev.RuntimeLost: _lost,
    ev.FileSaved: _saved,
    ev.Noticed: _noticed,
    ev.DirtyChanged: _dirty,
    ev.SavingChanged: _saving,
    TrustChanged: _trust,
}
