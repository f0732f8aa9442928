"""A runtime that lives and cannot be talked to when the daemon starts: stopped, starved, or of another version.

Its kernel may hold hours of somebody's work, and silence does not say that this is lost. So it is tried again for
`limits.REACH_SECONDS`, the room shows its kernel as unresponsive, and whether to end it is for a person to decide.
Must never kill.
"""

from __future__ import annotations

import asyncio
import logging

import msgspec

from fumehood.core import limits
from fumehood.core.errors import HoodError, KernelSilent, VersionMismatch
from fumehood.daemon.tether import Tether
from fumehood.protocol import events as ev

_log = logging.getLogger(__name__)

_SILENT = KernelSilent(
    "The kernel does not answer since the daemon has started. It was left running.",
    hint="It goes on by itself as soon as it answers. `hood kill` ends it; its variables would be gone.",
)
_GIVEN_UP = KernelSilent(
    "The kernel still does not answer, and is not asked again before the daemon is started again. It was left running.",
    hint="`hood kill` ends it; its variables would be gone.",
)
_OTHER_VERSION = VersionMismatch(
    "The kernel was started by another version of fumehood, which this one cannot talk to. It was left running.",
    hint="Use that version again, or end the kernel with `hood kill`; its variables would be gone.",
)


async def wait_out(tether: Tether, why: BaseException) -> None:
    """Until the runtime answers, then as `Tether.run`; or until it has ended by itself or by a person's wish."""
    room = tether.room
    before = room.state.kernel
    if before.status == "unresponsive":
        before = msgspec.structs.replace(before, status="busy" if room.state.queue else "idle", reason="")
    _show(tether, _OTHER_VERSION if isinstance(why, VersionMismatch) else _SILENT)
    body = asyncio.create_task(tether.runtime.body.wait())
    try:
        reached = not isinstance(why, VersionMismatch) and await _reach(tether, body)
        how = "" if reached else await body
    finally:
        body.cancel()
    if reached:
        room.log.emit(before)
        await tether.run()
    else:
        await tether.bury(how)


async def _reach(tether: Tether, body: asyncio.Task[str]) -> bool:
    """False when it has ended, or is not tried any more."""
    clock = asyncio.get_running_loop().time
    last = clock() + limits.REACH_SECONDS
    delay = limits.REACH_RETRY_FIRST
    while clock() < last:
        done, _ = await asyncio.wait([body], timeout=delay)
        if done:
            return False
        try:
            await tether.connect()
        except VersionMismatch:
            _show(tether, _OTHER_VERSION)
            return False
        except (HoodError, OSError, TimeoutError) as error:
            _log.warning("runtime %s is silent: %s", tether.runtime.id, error)
        else:
            return True
        delay = min(2 * delay, limits.REACH_RETRY_MOST)
    _show(tether, _GIVEN_UP)
    return False


def _show(tether: Tether, error: HoodError) -> None:
    tether.unreachable = error
    tether.room.log.emit(ev.KernelChanged(status="unresponsive", reason=error.message))
    tether.room.notice(error)
