"""What takes time: starting, restarting, interrupting and ending a kernel, one such operation at a time.

A newer operation takes the place of one that still runs (a restart while the kernel starts). Every way a kernel can
end passes through `running.lose`, so that no execution stays open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from fumehood.core import limits
from fumehood.core.errors import HoodError, Internal, KernelDied, KernelSilent, KernelStartFailed
from fumehood.protocol import events as ev
from fumehood.protocol.stream import Ready, Reply
from fumehood.runtime import comms, running, widgets
from fumehood.runtime.desk import Desk
from fumehood.sandbox.process import Exit

log = logging.getLogger(__name__)

_LAST_LINE = 200
"""Characters of it in a reason."""
Operation = Callable[[Desk], Awaitable[None]]


def begin(desk: Desk, operation: Operation, *, patient: bool = False) -> None:
    """Starts it; what ran before is cancelled, or with `patient` awaited."""
    before = desk.operation
    desk.operation = desk.start(_follow(desk, before, operation, patient), operation.__name__)


async def _follow(desk: Desk, before: asyncio.Task[None] | None, operation: Operation, patient: bool) -> None:
    if before is not None and not before.done():
        if not patient:
            before.cancel()
        await asyncio.wait([before])
    try:
        await operation(desk)
    except HoodError as error:
        _failed(desk, error)
    except Exception:  # the runtime goes on: its spool and its queue are worth more than one operation
        log.exception("an operation failed")
        _failed(desk, Internal("The kernel could not be handled."))


def _failed(desk: Desk, error: HoodError) -> None:
    log.warning("%s: %s", error.code, error.message)
    if not desk.room:
        desk.end()
        return
    running.lose(desk)
    _give_up_asks(desk)
    desk.notice(error)
    desk.say(ev.KernelChanged(status="dead", spec=desk.spec, reason=error.message))


async def warm(desk: Desk) -> None:
    await desk.life.up(desk.spec, Path("/"), {}, warm=True)
    assert desk.life.kernel is not None
    desk.say(Ready(kernel_pid=desk.life.kernel.pid))


async def adopt(desk: Desk) -> None:
    desk.say(ev.KernelChanged(status="starting", spec=desk.spec))
    await desk.life.adopt(desk.spec, Path(desk.cwd), desk.env, desk.python)
    _ready(desk)


def restart(desk: Desk) -> None:
    """What ran and waited ends now; what is asked for from here on waits for the new kernel."""
    _kernel_ends(desk)
    desk.say(desk.life.changed("restarting"))
    begin(desk, _restart)


async def _restart(desk: Desk) -> None:
    await desk.life.down()
    await desk.life.up(desk.spec, Path(desk.cwd), desk.env, desk.python)
    _ready(desk)


def _ready(desk: Desk) -> None:
    if desk.life.kernel is None:
        raise KernelStartFailed("The kernel ended as soon as it was ready.")
    desk.busy = desk.told_busy = False
    desk.say(desk.life.changed("idle"))
    running.advance(desk)


def _kernel_ends(desk: Desk) -> None:
    if desk.interrupting is not None:
        desk.interrupting.cancel()
    desk.life.leave()
    running.lose(desk)
    _give_up_asks(desk)
    desk.captures.clear()
    desk.captured.clear()
    desk.untaught.clear()
    widgets.tell(desk)
    # The room knows that a widget's kernel has ended, and goes on showing what the widget was.
    for comm in desk.comms.close_all(but_widgets=True):
        desk.say(comms.closing(comm))
    desk.displays.clear()


def _give_up_asks(desk: Desk) -> None:
    for asked in (*desk.asks.give_up_all(), *desk.handed.give_up_all()):
        desk.say(Reply(id=asked, error=KernelDied.code, message="The kernel ended before it answered."))


def died(desk: Desk, ended: Exit, wrote: str) -> None:
    """The kernel ended and nobody asked it to. `wrote`: the end of what it said past its protocol."""
    log.warning("the kernel %s", ended.describe())
    if not desk.room:
        desk.end()
        return
    _kernel_ends(desk)
    desk.say(
        ev.KernelChanged(
            status="dead",
            spec=desk.spec,
            reason=f"The kernel {ended.describe()}.{_last_line(wrote)}",
            peak_memory=ended.peak_memory,
        )
    )


#: What IPython's kernel says of itself at every start: no reason why it ended.
_GREETING = (
    "NOTE: When using the `ipython kernel` entry point",
    "To exit, you will have to explicitly quit this process",
    '"quit" from a client',
    "To read more about this, see https://github.com/ipython/ipython",
    "To connect another client to this kernel, use:",
    "--existing ",
)


def _last_line(wrote: str) -> str:
    lines = [line.strip() for line in wrote.splitlines()]
    lines = [line for line in lines if line and not line.startswith(_GREETING)]
    return f" It wrote: {lines[-1][:_LAST_LINE]}" if lines else ""


# -- interrupting


def interrupt(desk: Desk) -> None:
    """Cancels what waits, and interrupts what runs until it listens."""
    running.cancel(desk, desk.queue.cancel_all())
    if desk.interrupting is not None:
        desk.interrupting.cancel()
        desk.interrupting = None
    if desk.running is not None:
        desk.interrupting = desk.start(_insist(desk, desk.running.message), "interrupt")
    elif desk.busy and desk.life.kernel is not None:
        desk.interrupting = desk.start(_once(desk), "interrupt")


async def _once(desk: Desk) -> None:
    if desk.life.kernel is None:
        return
    try:
        await desk.life.kernel.interrupt()
    except HoodError as error:
        log.warning("the kernel was not interrupted: %s", error.code)


async def _insist(desk: Desk, message: str) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for step in limits.INTERRUPT_STEPS:
        await asyncio.sleep(max(0.0, began + step - loop.time()))
        if not _runs(desk, message):
            return
        await _once(desk)
    await asyncio.sleep(max(0.0, began + limits.INTERRUPT_PATIENCE - loop.time()))
    if _runs(desk, message):
        reason = "The kernel does not react to interrupts."
        desk.say(ev.KernelChanged(status="unresponsive", reason=reason))
        desk.notice(KernelSilent(reason))


def _runs(desk: Desk, message: str) -> bool:
    return desk.running is not None and desk.running.message == message


# -- the end


async def shutdown(desk: Desk) -> None:
    await _shutdown(desk, limits.SHUTDOWN_GRACE)


async def kill(desk: Desk) -> None:
    await _shutdown(desk, 0.0)


async def _shutdown(desk: Desk, grace: float) -> None:
    desk.leaving = True
    try:
        _kernel_ends(desk)
        await desk.life.down(grace)
        if desk.room:
            desk.say(ev.KernelChanged(status="none"))
    finally:
        desk.end()
