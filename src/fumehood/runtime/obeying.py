"""What the daemon wants, command by command. One table: every command that exists is in it.

The daemon is who it says (`server`), but what it asks is checked all the same: an id, a folder or a size that cannot be
is refused with the reason, and nothing happened.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fumehood.core import ids, limits
from fumehood.core.errors import BadMessage, HoodError, Internal, KernelDied, LimitExceeded, NoKernel, TimedOut
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.runtime import extending, lifecycle, running
from fumehood.runtime.desk import Desk

log = logging.getLogger(__name__)

_COMMS = ("comm_open", "comm_msg", "comm_close")


def obey(desk: Desk, command: stream.Command) -> None:
    try:
        _HANDLERS[type(command)](desk, command)
    except HoodError as error:
        _refuse(desk, command, error)
    except Exception:  # a defect of ours in one command is not the end of a kernel
        log.exception("%s failed", type(command).__name__)
        _refuse(desk, command, Internal("The runtime could not do it."))


def _refuse(desk: Desk, command: stream.Command, error: HoodError) -> None:
    log.warning("%s refused: %s", type(command).__name__, error.code)
    desk.say(
        stream.Refusal(
            command=str(command.__struct_config__.tag),
            code=error.code,
            message=error.message,
            execution=getattr(command, "execution", ""),
        )
    )


def _adopt(desk: Desk, command: stream.Adopt) -> None:
    if desk.room == command.room:
        return
    if desk.room:
        raise BadMessage("This runtime belongs to another room.")
    room = ids.parse_room_id(command.room)
    if not Path(command.cwd).is_absolute() or "\0" in command.cwd:
        raise BadMessage("A kernel's folder is an absolute path.")
    for name, value in command.env.items():
        if not name or "=" in name or "\0" in name or "\0" in value:
            raise BadMessage("An environment variable has a name that cannot be.")
    desk.python = _interpreter(command.python)
    desk.room, desk.cwd, desk.env = room, command.cwd, command.env
    desk.spec = command.spec
    lifecycle.begin(desk, lifecycle.adopt, patient=True)


def _interpreter(python: str) -> str:
    if python and (not Path(python).is_absolute() or "\0" in python):
        raise BadMessage("An interpreter is named by its absolute path.")
    return python


def _execute(desk: Desk, command: stream.Execute) -> None:
    if desk.queue.knows(command.execution):
        return
    ids.parse_execution_id(command.execution)
    ids.parse_cell_id(command.cell)
    if len(command.source) > limits.CELL_SOURCE_BYTES:
        raise LimitExceeded("The cell is too large to run.")
    _check_kernel(desk)
    running.enqueue(desk, command)


def _check_kernel(desk: Desk) -> None:
    """A kernel is there, or is coming."""
    if not desk.room or desk.leaving:
        raise NoKernel("There is no kernel.")
    if desk.life.kernel is None and (desk.operation is None or desk.operation.done()):
        raise KernelDied("The kernel is dead.")


def _cancel(desk: Desk, command: stream.Cancel) -> None:
    gone = desk.queue.cancel(command.executions) if command.executions else desk.queue.cancel_all()
    running.cancel(desk, gone)


def _interrupt(desk: Desk, _command: stream.Interrupt) -> None:
    lifecycle.interrupt(desk)


def _restart(desk: Desk, command: stream.Restart) -> None:
    if not desk.room or desk.leaving:
        raise NoKernel("There is no kernel.")
    if command.python is not None:
        desk.python = _interpreter(command.python)
    desk.spec = command.spec or desk.spec
    lifecycle.restart(desk)


def _extend(desk: Desk, command: stream.Extend) -> None:
    _check_kernel(desk)
    _held = desk.start(extending.extend(desk, command.id, _interpreter(command.python)), "extend")


def _shutdown(desk: Desk, command: stream.Shutdown) -> None:
    desk.leaving = True
    lifecycle.begin(desk, lifecycle.kill if command.force else lifecycle.shutdown)


def _answer(desk: Desk, command: stream.Answer) -> None:
    question = desk.inputs.answer(command.request)
    if question is None or desk.life.kernel is None:
        raise BadMessage("Nobody waits for this answer (any more).", hint="")
    content = {"status": "ok", "value": command.value}
    desk.life.kernel.send("stdin", "input_reply", content, parent=question.message)
    desk.say(ev.InputClosed(execution=question.execution, request=question.request))


def _ask(desk: Desk, command: stream.Ask) -> None:
    try:
        _check_kernel(desk)
        desk.asks.hold(command)
    except HoodError as error:
        desk.say(stream.Reply(id=command.id, error=error.code, message=error.message))
        return
    asyncio.get_running_loop().call_later(limits.ASK_SECONDS, _give_up, desk, command.id)
    running.send_asks(desk)


def _give_up(desk: Desk, asked: int) -> None:
    if desk.asks.give_up(asked):
        error = TimedOut("The kernel did not answer in time; it may be busy.")
        desk.say(stream.Reply(id=asked, error=error.code, message=error.message))


def _comm_send(desk: Desk, command: stream.CommSend) -> None:
    try:
        message = _to_comm(desk, command)
    except HoodError as error:
        if not command.id:
            raise
        desk.say(stream.Reply(id=command.id, error=error.code, message=error.message))
        return
    if command.id:
        desk.handed.sent(message, command.id)


def _to_comm(desk: Desk, command: stream.CommSend) -> str:
    kernel = desk.life.kernel
    if kernel is None or not desk.life.takes_work:
        raise NoKernel("There is no kernel.")
    if command.kind not in _COMMS:
        raise BadMessage("That is no message of a widget.")
    content: dict[str, Any] = {"comm_id": command.comm, "data": command.data}
    if command.kind == "comm_open":
        content["target_name"] = command.target
    message = kernel.send("shell", command.kind, content, metadata=command.metadata, buffers=command.buffers)
    if command.kind == "comm_open":
        desk.comms.opened(
            command.comm, command.target, command.data, metadata=command.metadata, buffers=command.buffers
        )
    elif command.kind == "comm_close":
        desk.comms.closed(command.comm)
    else:
        desk.comms.updated(command.comm, command.data, command.buffers)
    if (kept := desk.comms.get(command.comm)) is not None and kept.opener:
        desk.executions.follows(message, kept.opener)
    return message


def _ack(desk: Desk, command: stream.Ack) -> None:
    desk.outlet.acknowledge(command.seq)


def _hello(_desk: Desk, _command: stream.Hello) -> None:
    raise BadMessage("The daemon has said hello already.")


_HANDLERS: dict[type, Callable[[Desk, Any], None]] = {
    stream.Hello: _hello,
    stream.Adopt: _adopt,
    stream.Execute: _execute,
    stream.Cancel: _cancel,
    stream.Interrupt: _interrupt,
    stream.Restart: _restart,
    stream.Extend: _extend,
    stream.Shutdown: _shutdown,
    stream.Answer: _answer,
    stream.Ask: _ask,
    stream.CommSend: _comm_send,
    stream.Ack: _ack,
}
