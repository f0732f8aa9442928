"""What the kernel says, message by message. One table; what is not in it is not listened to.

Everything here is hostile input: contents are parsed by `jupyter.parse`, and what makes no sense is counted, told to
the room now and then, and otherwise ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from fumehood.core import limits
from fumehood.core.errors import HoodError, KernelMisspoke, LimitExceeded
from fumehood.kernels.wire import Channel, Fault, KernelMessage
from fumehood.protocol import events as ev
from fumehood.protocol.stream import Reply
from fumehood.runtime import areas, comms, jupyter, outputs, running, widgets
from fumehood.runtime.changes import Message
from fumehood.runtime.desk import Desk
from fumehood.runtime.execution import Execution

log = logging.getLogger(__name__)


def hear(desk: Desk, message: KernelMessage) -> None:
    if message.channel == "iopub":
        desk.published += 1
    handler = _HANDLERS.get((message.channel, message.msg_type))
    if handler is None:
        return
    try:
        handler(desk, message)
    except HoodError as error:
        misspoke(desk, message.msg_type, error)


def misspoke(desk: Desk, what: str, error: HoodError) -> None:
    desk.misspoken += 1
    log.warning("kernel: %s: %s", what[:40], error.code)
    if desk.misspoken & (desk.misspoken - 1) == 0:
        desk.notice(
            KernelMisspoke(f"The kernel sent {desk.misspoken} messages that make no sense, the last a {what[:40]}.")
        )


def fault(desk: Desk, channel: Channel, found: Fault, count: int) -> None:
    """What the wire dropped; called for the 1st, 2nd, 4th, 8th … of a kind."""
    log.warning("kernel: %s messages on %s dropped: %s", count, channel, found.kind)
    if desk.room:
        desk.notice(KernelMisspoke(f"{count} messages of the kernel were dropped ({channel}: {found.kind})."))


def _belongs_to(desk: Desk, message: KernelMessage) -> Execution | None:
    found = desk.executions.of(message.parent_id)
    if found is None and not message.parent_id and desk.running is not None:
        # Some kernels name no parent; then it is the cell that runs.
        found = desk.running.execution
    if found is None:
        desk.executions.stray += 1
    return found


# -- outputs


def _input(desk: Desk, message: KernelMessage) -> None:
    if desk.running is not None and message.parent_id == desk.running.message:
        content = jupyter.parse(message.content, jupyter.ExecuteInput)
        execution = desk.running.execution
        desk.teller.urge(execution, execution.counted(content.execution_count))


def _stream(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.Stream)
    area = desk.captures.of(message.parent_id)
    if area is not None and area.stream(content.name, content.text):
        areas.caught(desk, area)
        return
    execution = _belongs_to(desk, message)
    if execution is not None:
        desk.teller.urge(execution, execution.stream(content.name, content.text, full=desk.outlet.full))


def _display(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.Display)
    area = desk.captures.of(message.parent_id)
    if area is not None and area.display(content, message.msg_type):
        areas.caught(desk, area)
        return
    execution = _belongs_to(desk, message)
    if execution is None:
        return
    kind: Literal["result", "display"] = "result" if message.msg_type == "execute_result" else "display"
    urgency, slot = execution.add(kind, content, full=desk.outlet.full)
    if slot is not None and content.display_id is not None:
        desk.displays.add(content.display_id, execution, slot)
    desk.teller.urge(execution, urgency)


def _update_display(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.Display)
    if content.display_id is None:
        return
    for area in desk.captures.showing(content.display_id, content):
        areas.caught(desk, area)
    for execution, slot in desk.displays.find(content.display_id):
        desk.teller.urge(execution, execution.replace(slot, content, full=desk.outlet.full))


def _error(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.Error)
    area = desk.captures.of(message.parent_id)
    if area is not None and area.error(content):
        areas.caught(desk, area)
        return
    execution = _belongs_to(desk, message)
    if execution is not None:
        urgency, _ = execution.add("error", content, full=desk.outlet.full)
        desk.teller.urge(execution, urgency)


def _clear(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.ClearOutput)
    area = desk.captures.of(message.parent_id)
    if area is not None:
        area.clear(content.wait)
        areas.caught(desk, area)
        return
    if desk.executions.origin(message.parent_id) != message.parent_id:
        # A widget's callback clears the widget's own area, never the cell that shows the widget.
        return
    execution = _belongs_to(desk, message)
    if execution is not None:
        desk.teller.urge(execution, execution.clear(content.wait))


# -- questions and answers


def _input_request(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.InputRequest)
    execution = _belongs_to(desk, message)
    question = desk.inputs.ask(execution.execution, message) if execution is not None else None
    if question is None or execution is None:
        # Nobody could answer it, and the kernel would wait for ever.
        if desk.life.kernel is not None:
            desk.life.kernel.send("stdin", "input_reply", {"status": "ok", "value": ""}, parent=message)
        return
    desk.teller.tell(execution)
    desk.say(
        ev.InputRequested(
            execution=question.execution,
            request=question.request,
            prompt=outputs.shortened(content.prompt, limits.PROMPT),
            password=content.password,
        )
    )


def _answer(desk: Desk, message: KernelMessage) -> None:
    asked = desk.asks.answered(message.parent_id)
    if asked is None:
        return
    try:
        desk.outlet.leave(Reply(id=asked, content=message.content))
    except LimitExceeded as error:
        desk.say(Reply(id=asked, error=error.code, message=error.message))


# -- comms


def _comm_open(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.CommOpen)
    widgets.tell(desk)
    origin = desk.executions.origin(message.parent_id)
    metadata = outputs.metadata(message.metadata)
    kept = desk.comms.opened(
        content.comm_id,
        content.target_name,
        content.data,
        metadata=metadata,
        buffers=message.buffers,
        opener=origin,
    )
    _kept(desk, kept)
    if content.target_name == comms.WIDGET:
        desk.captures.opened(content.comm_id, content.data.get("state"))
    if desk.greeted:
        desk.say(*comms.opening(content.comm_id, content.target_name, content.data, metadata, message.buffers))


def _comm_message(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.CommMessage)
    _kept(desk, desk.comms.updated(content.comm_id, content.data, message.buffers))
    method = content.data.get("method")
    if method == "update":
        desk.captures.updated(content.comm_id, content.data.get("state"))
    if method in comms.UPDATES and desk.comms.is_widget(content.comm_id):
        widgets.changed(desk, content.comm_id, content.data, message.buffers)
    else:
        metadata = outputs.metadata(message.metadata)
        widgets.said(desk, Message(content.comm_id, content.data, metadata, message.buffers))


def _comm_close(desk: Desk, message: KernelMessage) -> None:
    content = jupyter.parse(message.content, jupyter.CommMessage)
    widgets.tell(desk)
    desk.captures.closed(content.comm_id)
    if desk.comms.closed(content.comm_id):
        desk.say(comms.closing(content.comm_id, content.data))


def _kept(desk: Desk, kept: bool) -> None:
    count = desk.comms.forgotten
    if not kept and count & (count - 1) == 0:
        desk.notice(LimitExceeded("The widgets of this kernel are too many or too large to be kept for later."))


Handler = Callable[[Desk, KernelMessage], None]
_HANDLERS: dict[tuple[str, str], Handler] = {
    ("iopub", "status"): running.status,
    ("iopub", "execute_input"): _input,
    ("iopub", "stream"): _stream,
    ("iopub", "display_data"): _display,
    ("iopub", "execute_result"): _display,
    ("iopub", "update_display_data"): _update_display,
    ("iopub", "error"): _error,
    ("iopub", "clear_output"): _clear,
    ("iopub", "comm_open"): _comm_open,
    ("iopub", "comm_msg"): _comm_message,
    ("iopub", "comm_close"): _comm_close,
    ("shell", "execute_reply"): running.replied,
    ("shell", "kernel_info_reply"): running.probed,
    ("shell", "complete_reply"): _answer,
    ("shell", "inspect_reply"): _answer,
    ("shell", "history_reply"): _answer,
    ("stdin", "input_request"): _input_request,
}
