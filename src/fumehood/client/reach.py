"""From nothing to a connection with the right daemon: who we are, who answers, which version.

Why: a client must not trust a name in the file system. Whoever answers on the socket must be the process that the
lock file names (`SO_PEERCRED` pid and its start time, design section 5), and must run as this user. A client inside a
runtime's tree reaches nothing by this way and never starts a daemon.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import NamedTuple

import msgspec

from fumehood import __version__
from fumehood.client.inside import refuse_inside_runtime
from fumehood.client.launch import start_daemon
from fumehood.client.wire import Wire
from fumehood.core import identity
from fumehood.core.errors import DaemonForeign, DaemonUnreachable, HoodError, VersionMismatch
from fumehood.core.paths import Paths
from fumehood.protocol import jsonrpc, methods
from fumehood.protocol.base import decode_json
from fumehood.sandbox.process import Process

_TRIES = 8
"""Of a connection, while daemons come and go (a take-over, an idle exit, a kill)."""


class Reached(NamedTuple):
    wire: Wire
    hello: methods.HelloResult
    started: Process | None
    """The daemon's process, if this call started it."""


async def reach(paths: Paths, client: str, *, agent: bool = False, start: bool = True) -> Reached:
    """Raises `PeerRefused` inside a runtime's tree, `DaemonUnreachable`, `DaemonForeign`, `VersionMismatch`."""
    if not agent:
        refuse_inside_runtime(paths)
    started: Process | None = None
    problem: HoodError = DaemonUnreachable("No daemon is running.")
    for _ in range(_TRIES):
        try:
            wire, hello = await _connect(paths, client, agent)
        except (DaemonUnreachable, DaemonForeign) as error:
            # A foreign peer is looked at again as well: during a take-over the lock is a moment ahead of the socket.
            problem = error
        else:
            if agent or not older(hello.build):
                return Reached(wire, hello, started)
            await take_over(wire)
        if agent or not start:
            break
        try:
            started = await start_daemon(paths) or started
        except DaemonUnreachable as error:
            if not error.data.get("killed"):
                raise
            problem = error
    raise problem


async def reach_unsaid(paths: Paths, client: str) -> Wire:
    """A connection on which nothing was said yet, for who passes on another program's words, its hello among them.

    Raises what `reach` raises, but `VersionMismatch` only where this program is the older one: what the other program
    speaks is between it and the daemon.
    """
    refuse_inside_runtime(paths)
    problem: HoodError = DaemonUnreachable("No daemon is running.")
    for _ in range(_TRIES):
        try:
            wire = await Wire.connect(paths.control_socket)
        except DaemonUnreachable as error:
            problem = error
        else:
            try:
                if not older(check_peer(wire.socket, paths.lock).build):
                    return wire
            except (DaemonForeign, DaemonUnreachable) as error:
                problem = error
            except BaseException:
                await wire.abort()
                raise
            await wire.abort()
        # It starts a daemon, or takes over from an older one; whoever it reaches is asked again.
        await (await reach(paths, client)).wire.abort()
    raise problem


def older(build: str) -> bool:
    """Whether the daemon is of an older version than this program, so that this one takes over."""
    return _numbers(build) < _numbers(__version__)


def _numbers(build: str) -> tuple[int, ...]:
    """`1.2.3+anything` as (1, 2, 3); what is no number ends it."""
    numbers: list[int] = []
    for part in build.partition("+")[0].split("."):
        if not part.isascii() or not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


async def _connect(paths: Paths, client: str, agent: bool) -> tuple[Wire, methods.HelloResult]:
    wire = await Wire.connect(paths.agent_socket if agent else paths.control_socket)
    try:
        check_peer(wire.socket, paths.lock)
        return wire, await greet(wire, client)
    except VersionMismatch as error:
        theirs = error.data.get("version")
        await wire.abort()
        if agent or not isinstance(theirs, int) or theirs > methods.VERSION:
            raise
        return await _older_protocol(paths, client, theirs)
    except BaseException:
        await wire.abort()
        raise


async def _older_protocol(paths: Paths, client: str, version: int) -> tuple[Wire, methods.HelloResult]:
    """Greets a daemon in its own, older version of the protocol, in order to take over from it."""
    wire = await Wire.connect(paths.control_socket)
    try:
        check_peer(wire.socket, paths.lock)
        hello = await greet(wire, client, version)
    except BaseException:
        await wire.abort()
        raise
    return wire, msgspec.structs.replace(hello, build="0")


async def greet(wire: Wire, client: str, version: int = methods.VERSION) -> methods.HelloResult:
    """Says hello. Raises what the daemon answers."""
    params = methods.HelloParams(version=version, client=client)
    answer = jsonrpc.parse_incoming(await wire.exchange(jsonrpc.request("daemon.hello", params, 0)))
    if answer.error is not None:
        raise jsonrpc.to_error(answer.error)
    return decode_json(answer.result, methods.HelloResult)


async def take_over(wire: Wire) -> None:
    """Asks an older daemon to end. Its kernels go on; the next daemon finds them."""
    try:
        await wire.exchange(jsonrpc.request("daemon.stop", methods.StopParams(reason="takeover"), 1))
        await wire.ended()
    finally:
        await wire.abort()


def check_peer(connection: socket.socket, lock: Path) -> identity.Holder:
    """What the lock file says. Raises `DaemonForeign` unless the process at the other end is the daemon of it."""
    pid, uid = identity.peer(connection)
    if uid != os.getuid():
        raise DaemonForeign("Another user listens on the daemon's socket.", uid=uid)
    try:
        holder = msgspec.json.decode(lock.read_bytes(), type=identity.Holder)
    except (OSError, msgspec.MsgspecError) as error:
        raise DaemonForeign("The daemon's lock file does not say who holds it.", pid=pid) from error
    if pid != holder.pid or identity.identity(pid) != holder.identity:
        raise DaemonForeign("A process that is not the daemon listens on its socket.", pid=pid)
    return holder
