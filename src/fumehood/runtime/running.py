"""What the queue does: the next cell goes to the kernel, and is done when the kernel has said so twice.

An execution is done when both the reply (shell) and the idle status (IOPub, after the last output) are there; a kernel
that forgets one of them is asked for kernel_info, whose answer then stands for it. Where IOPub itself is gone, the
answer and silence on IOPub do. `Finished` is said exactly once, by `_finish`, for every execution that was ever queued.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.kernels.wire import KernelMessage
from fumehood.protocol import events as ev
from fumehood.protocol.stream import Execute, Reply
from fumehood.runtime import areas, jupyter, missing, refused, widgets
from fumehood.runtime.desk import Desk, Running
from fumehood.runtime.execution import Execution


def enqueue(desk: Desk, request: Execute) -> None:
    """Raises `Busy`. Nothing happens for an execution that was asked for before."""
    if not desk.queue.add(request):
        return
    desk.executions.supersede(request.cell)
    desk.say(
        ev.Queued(
            execution=request.execution,
            cell=request.cell,
            source_hash=request.source_hash,
            by=request.by,
            time=desk.clock(),
        )
    )
    advance(desk)


def advance(desk: Desk) -> None:
    """Gives the kernel the next cell, if it is free. What people asked meanwhile comes before it."""
    if desk.running is not None or not desk.life.takes_work:
        return
    send_asks(desk)
    request = desk.queue.take()
    kernel = desk.life.kernel
    if request is None or kernel is None:
        return
    content = {
        "code": request.source,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": True,
        # The queue is here, so the kernel has nothing to abort; told to, it would abort what comes next by mistake.
        "stop_on_error": False,
    }
    execution = Execution(request)
    try:
        message = kernel.send("shell", "execute_request", content, metadata={"cellId": request.cell})
    except HoodError as error:
        desk.notice(error, request.cell)
        desk.queue.finish()
        cancel(desk, [request, *desk.queue.cancel_all()])
        return
    desk.executions.begin(message, execution)
    desk.running = Running(execution, message)
    if not desk.told_busy:
        desk.told_busy = True
        desk.say(ev.KernelChanged(status="busy"))
    desk.say(ev.Started(execution=request.execution, time=desk.clock()))


def send_asks(desk: Desk) -> None:
    kernel = desk.life.kernel
    if desk.running is not None or kernel is None or not desk.life.takes_work:
        return
    while (ask := desk.asks.next()) is not None:
        try:
            desk.asks.sent(ask, kernel.send("shell", f"{ask.what}_request", ask.content))
        except HoodError:
            return


def replied(desk: Desk, message: KernelMessage) -> None:
    """An execute_reply. Raises `BadMessage`, and then the cell is done all the same."""
    running = desk.running
    if running is None or message.parent_id != running.message or running.reply is not None:
        return
    try:
        running.reply = jupyter.parse(message.content, jupyter.ExecuteReply)
    except HoodError:
        running.reply = jupyter.ExecuteReply(status=_status_of(message.content.get("status")))
        raise
    finally:
        _done_or_patient(desk, running)


def _status_of(found: object) -> str:
    return found if isinstance(found, str) else "error"


def status(desk: Desk, message: KernelMessage) -> None:
    """Idle or busy, on IOPub."""
    state = message.content.get("execution_state")
    running = desk.running
    desk.busy = state == "busy"
    if state == "idle":
        _handed(desk, message.parent_id)
    if running is None or state != "idle":
        return
    if message.parent_id == running.message or (
        running.probe and message.parent_id == running.probe and running.reply is not None
    ):
        running.idle = True
        _done_or_patient(desk, running)


def _handed(desk: Desk, message: str) -> None:
    done = desk.handed.done(message)
    if done:
        # What widgets became and what an Output widget caught meanwhile belongs before the answer.
        widgets.tell(desk)
        areas.tell(desk)
    for asked in done:
        desk.say(Reply(id=asked, content={}))


def probed(desk: Desk, message: KernelMessage) -> None:
    """A kernel_info_reply: shell answers come in order, so the execute_reply will not come any more."""
    running = desk.running
    if running is None or not running.probe or message.parent_id != running.probe:
        return
    if running.reply is None:
        running.reply = jupyter.ExecuteReply(status="error" if running.execution.failed else "ok")
    if running.idle:
        complete(desk, running, running.reply)
    else:
        _wait_for_silence(desk, running, running.reply)


def _wait_for_silence(desk: Desk, running: Running, reply: jupyter.ExecuteReply) -> None:
    """The kernel is free and its idle status may have been lost with IOPub. What still comes there is waited for."""
    heard = desk.published

    def look() -> None:
        if desk.running is running:
            complete(desk, running, reply) if desk.published == heard else _wait_for_silence(desk, running, reply)

    running.patience = asyncio.get_running_loop().call_later(limits.DONE_PATIENCE, look)


def _done_or_patient(desk: Desk, running: Running) -> None:
    if running.idle and running.reply is not None:
        complete(desk, running, running.reply)
    elif running.patience is None:
        running.patience = asyncio.get_running_loop().call_later(limits.DONE_PATIENCE, _probe, desk, running)


def _probe(desk: Desk, running: Running) -> None:
    kernel = desk.life.kernel
    if desk.running is not running or kernel is None:
        return
    try:
        running.probe = kernel.send("shell", "kernel_info_request", {})
    except HoodError:
        return


def complete(desk: Desk, running: Running, reply: jupyter.ExecuteReply) -> None:
    execution = running.execution
    for payload in reply.payload[: limits.PAYLOADS]:
        _payload(desk, execution, payload)
    status: ev.FinishStatus = "ok" if reply.status == "ok" else "error"
    if reply.status in ("abort", "aborted"):
        status = "cancelled"
    _finish(desk, running, status, reply.execution_count)
    refused.tell(desk, execution.cell)
    if status == "error":
        missing.tell(desk, execution.cell, reply)
    if status == "error" and execution.stop_on_error:
        cancel(desk, desk.queue.cancel_all())
    advance(desk)
    if desk.running is None:
        desk.told_busy = False
        desk.say(ev.KernelChanged(status="idle"))


def _payload(desk: Desk, execution: Execution, payload: jupyter.Payload) -> None:
    if payload.source == "set_next_input":
        text = payload.text[: limits.CELL_SOURCE_BYTES // 4]
        desk.teller.tell(execution)
        desk.say(ev.NextInput(execution=execution.execution, text=text, replace=payload.replace))
    elif payload.source == "page" and payload.data:
        execution.add("display", jupyter.Display(data=payload.data), full=desk.outlet.full)


def _finish(desk: Desk, running: Running, status: ev.FinishStatus, count: int | None) -> None:
    execution = running.execution
    if running.patience is not None:
        running.patience.cancel()
    # Also what this cell changed in the outputs of others.
    desk.teller.tell_all()
    widgets.tell(desk)
    areas.tell(desk)
    desk.teller.tell(execution, last=True)
    close_inputs(desk, execution.execution)
    execution.finished = True
    desk.running = None
    desk.queue.finish()
    areas.teach(desk)
    count = execution.count if count is None else count
    desk.say(ev.Finished(execution=execution.execution, status=status, time=desk.clock(), count=count))


def close_inputs(desk: Desk, execution: str | None = None) -> None:
    for question in desk.inputs.close(execution):
        desk.say(ev.InputClosed(execution=question.execution, request=question.request))


def cancel(desk: Desk, requests: Iterable[Execute]) -> None:
    """They have left the queue; the room is told."""
    now = desk.clock()
    for request in requests:
        desk.say(ev.Finished(execution=request.execution, status="cancelled", time=now))


def lose(desk: Desk) -> None:
    """The kernel is gone under whatever ran; what waited never starts."""
    if desk.running is not None:
        _finish(desk, desk.running, "lost", None)
    desk.teller.tell_all()
    close_inputs(desk)
    cancel(desk, desk.queue.cancel_all())
    desk.busy = desk.told_busy = False
