"""The daemon's life: lock, parts, doors, until it is told to end; then the same backwards.

Thin on purpose: it decides in which order things begin and end, and nothing else. Order of the end: no new clients or
requests; every client hears `daemon.leaving`; rooms save and the journal is closed; connections end; the lock goes
last, so that a next daemon finds everything finished. Killed at any point instead, the next one recovers.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fumehood import __version__
from fumehood.client.launch import listens
from fumehood.core import identity, limits
from fumehood.core.detach import announce, detach, let_go
from fumehood.core.errors import DaemonUnreachable, HoodError, Internal, PeerRefused
from fumehood.core.identity import Holder
from fumehood.core.logs import note, note_failure, open_log, scrub
from fumehood.core.paths import Paths
from fumehood.daemon.idle import Idle, idle_seconds
from fumehood.daemon.lock import Lock, only_one, read_holder
from fumehood.daemon.parts import Parts
from fumehood.daemon.placing import Placing, mark_of_daemon
from fumehood.daemon.status import Standing
from fumehood.doors.control import ControlDoor
from fumehood.doors.peer import Handler, Operations, Peer
from fumehood.protocol.frames import Frame
from fumehood.protocol.methods import DaemonLeaving, Empty, StatusResult, StopParams

_log = logging.getLogger("fumehood.daemon")
_SLICE: Final = 0.1
"""How often a daemon that finds the lock taken looks whether the other one accepts."""

Compose = Callable[[Paths], Awaitable[Parts]]


@dataclass(frozen=True, slots=True)
class Ending:
    reason: str
    """`user`, `takeover`, `idle`, or a signal's name."""
    kill: bool = False


class _Whole:
    """The parts' operations with the daemon's own two."""

    def __init__(self, inner: Operations, own: Mapping[str, Handler]) -> None:
        self.handlers: Mapping[str, Handler] = {**inner.handlers, **own}
        self._inner = inner

    async def frame(self, peer: Peer, frame: Frame) -> None:
        await self._inner.frame(peer, frame)

    async def gone(self, peer: Peer) -> None:
        await self._inner.gone(peer)


async def live(paths: Paths, holder: Holder, compose: Compose, idle: float) -> Ending:
    """From the lock to the end."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_note_lost)
    ending: asyncio.Future[Ending] = loop.create_future()

    def end(why: Ending) -> None:
        if not ending.done():
            ending.set_result(why)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, partial(end, Ending(signal.Signals(number).name)))

    parts = await compose(paths)

    async def status(_peer: Peer, _params: Empty) -> StatusResult:
        return standing.status()

    async def stop(_peer: Peer, params: StopParams) -> Empty:
        end(Ending(params.reason, params.kill))
        return Empty()

    operations = _Whole(parts.operations, {"daemon.status": status, "daemon.stop": stop})
    timer = Idle(idle, lambda: door.peers, parts.busy, partial(end, Ending("idle")))
    standing = Standing(
        holder=holder,
        paths=paths,
        started=time.time(),
        blobs=lambda: parts.blobs,
        guest=lambda: parts.guest,
        rooms=parts.summaries,
        clients=lambda: door.peers,
        warm=parts.warm,
    )
    door = ControlDoor(operations, Placing(parts.runtimes), standing.hello, timer.changed)
    try:
        _refuse_inside(parts)
        await door.start(paths.control_socket, paths.agent_socket)
        announce("ready")
        let_go(paths.crash)
        note(_log, "daemon.ready", pid=holder.pid, build=holder.build, incarnation=holder.incarnation)
        timer.changed()
        why = await ending
    except BaseException:
        await _finish(parts, door, Ending("failed"))
        raise
    timer.stop()
    await _finish(parts, door, why)
    return why


def _note_lost(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An error that nobody waited for. asyncio's own words for it repeat the error's, which may be the user's."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        note_failure(_log, "loop.failed", error)
    else:
        note(_log, "loop.failed", level=logging.ERROR)


async def _finish(parts: Parts, door: ControlDoor, why: Ending) -> None:
    note(_log, "daemon.leaving", reason=why.reason, kill=why.kill)
    door.leave()
    door.broadcast("daemon.leaving", DaemonLeaving(reason=why.reason))
    for name, step in (("parts", partial(parts.close, why.kill)), ("door", door.close)):
        try:
            async with asyncio.timeout(limits.STOP_SECONDS):
                await step()
        except Exception as error:  # noqa: BLE001 - what comes after must still be finished
            note_failure(_log, "close.failed", error, part=name)


def run(compose: Compose, environ: Mapping[str, str]) -> int:
    """The program. Gives the exit status; what went wrong is a line on standard error."""
    detach()
    logging.lastResort = None
    try:
        return _run(compose, environ)
    except HoodError as error:
        _say_failed(error)
        note(_log, "daemon.failed", level=logging.ERROR, code=error.code, reason=error.message)
        return error.exit_status
    except Exception as error:  # noqa: BLE001 - the last resort
        _say_failed(Internal("The daemon could not start."))
        note_failure(_log, "daemon.failed", error)
        return Internal.exit_status


def _say_failed(error: HoodError) -> None:
    """On standard error, which is read by whoever started it until it is ready."""
    try:
        os.write(2, f"fumehood: {scrub(str(error))}\n".encode())
    except OSError:
        pass


def _run(compose: Compose, environ: Mapping[str, str]) -> int:
    if environ.get("FUMEHOOD_RUNTIME"):
        raise PeerRefused("A daemon is not started from inside a kernel.")
    idle = idle_seconds(environ)
    paths = Paths.of_user(environ)
    paths.create()
    lock = _take(paths)
    if lock is None:
        return 0
    open_log(paths.log)
    try:
        mark = mark_of_daemon(lock.holder(), hint=f"Start it from a plain terminal. If it is one: remove {lock.path}.")
        holder = lock.sign(__version__, mark.filters, mark.ceiling)
        with only_one(paths.state):
            asyncio.run(live(paths, holder, compose, idle))
    finally:
        note(_log, "daemon.ended")
        lock.release()
    return 0


def _take(paths: Paths) -> Lock | None:
    """The lock; `None` where a daemon runs already, and whoever started us was told so.

    One that holds the lock and accepts nobody is starting or ending: in a moment it does one of the two.
    """
    deadline = time.monotonic() + 2 * limits.STOP_SECONDS
    while time.monotonic() < deadline:
        if lock := Lock.take(paths.lock, wait=_SLICE):
            return lock
        if listens(paths.control_socket):
            holder = read_holder(paths.lock)
            announce("ready")
            announce(f"already running: pid {holder.pid if holder else '?'}")
            return None
    raise DaemonUnreachable("Another daemon holds the lock and accepts nobody.")


def _refuse_inside(parts: Parts) -> None:
    chain = identity.ancestors(os.getpid())
    if chain is None or not parts.runtimes().keys().isdisjoint(chain):
        raise PeerRefused("A daemon is not started from inside a kernel.")
