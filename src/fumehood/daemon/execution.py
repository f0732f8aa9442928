"""From "run these cells" to what the runtime is told: the document's source, never a client's.

A cell is named by its id and the hash of the source that the person saw. All cells of a request are queued or none:
`prepare` is pure and is asked again after everything that took time (a grant, the start of a kernel is not among
them: the source was fixed when the hash was compared).
"""

from __future__ import annotations

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded, StaleSource
from fumehood.core.ids import CellId, parse_cell_id, parse_execution_id
from fumehood.daemon.kernels import Kernels
from fumehood.daemon.room import Room
from fumehood.daemon.subscribers import Listener
from fumehood.document.notebook import Notebook
from fumehood.protocol.events import CellOutputsCleared
from fumehood.protocol.methods import ClearParams, ExecuteParams, ExecuteResult
from fumehood.protocol.stream import Execute


def prepare(notebook: Notebook, params: ExecuteParams, by: str) -> tuple[Execute, ...]:
    """Raises CellMissing, StaleSource (naming the cell), BadMessage, LimitExceeded."""
    if len(params.cells) > limits.QUEUE:
        raise LimitExceeded(f"At most {limits.QUEUE} cells can wait.")
    if len({ref.execution for ref in params.cells}) != len(params.cells):
        raise BadMessage("An execution id names one execution.")
    requests: list[Execute] = []
    for ref in params.cells:
        cell = parse_cell_id(ref.cell)
        view = notebook.cell(cell)
        if view.type != "code":
            raise BadMessage(f"Cell {cell} is not code.", hint="Only code cells run.", cell=cell)
        found = notebook.source_hash(cell)
        if found != ref.source_hash:
            raise StaleSource(f"Cell {cell} was changed since you saw it.", cell=cell, source_hash=found)
        requests.append(
            Execute(
                execution=parse_execution_id(ref.execution),
                cell=cell,
                source=view.source,
                source_hash=found,
                by=by,
                stop_on_error=params.stop_on_error,
            )
        )
    return tuple(requests)


async def execute(room: Room, kernels: Kernels, peer: Listener, params: ExecuteParams) -> ExecuteResult:
    """Returns when the runtime has queued them."""
    requests = prepare(room.notebook, params, peer.who)
    if peer.role != "person" and requests:
        await room.grants.ask(peer, tuple(request.cell for request in requests))
        # The person granted these cells as they were: what changed meanwhile was not granted.
        requests = prepare(room.notebook, params, peer.who)
    if requests:
        room.history.flush([CellId(request.cell) for request in requests])
        tether = await kernels.obtain(room)
        await tether.execute(requests)
    return ExecuteResult(executions=tuple(request.execution for request in requests))


def clear(room: Room, params: ClearParams) -> None:
    """Raises CellMissing for one that is not there; then nothing was cleared."""
    wanted = [parse_cell_id(cell) for cell in params.cells] or [CellId(cell) for cell in room.state.cells]
    for cell in wanted if params.cells else ():
        room.notebook.cell(cell)
    shown = [cell for cell in wanted if cell in room.state.cells]
    if shown:
        room.log.emit(*(CellOutputsCleared(cell=cell) for cell in shown))
        room.outputs_changed(shown)
