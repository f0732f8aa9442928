"""Where a connection comes from, and so what it may be (design, section 5: "A kernel is not a person").

What is asked is asked of the operating system, never of the peer: its uid and pid as they were when it connected, its
ancestors, and how many seccomp filters it carries. Every kernel carries one more than the daemon that started it, and
can neither take it off nor keep it from what it starts; that mark stays when a process leaves its runtime's tree.
A process that cannot be read, or has gone, is refused. This stops accidents and simple attacks by code in an
unsandboxed kernel; docs/threat-model.md says what it does not stop.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Mapping

from fumehood.core import identity
from fumehood.core.errors import PeerRefused
from fumehood.core.identity import Identity
from fumehood.core.ids import RoomId
from fumehood.doors.peer import Place

Runtimes = Callable[[], Mapping[Identity, RoomId | None]]
"""Every runtime that is or was: with its room, or `None` while (or after) it has none."""


class Placing:
    def __init__(self, filters: int, runtimes: Runtimes) -> None:
        """`filters`: the most seccomp filters that a peer may carry and still be no kernel (`Holder.filters`)."""
        self._filters = filters
        self._runtimes = runtimes

    def __call__(self, connected: socket.socket, door: str) -> Place:
        """Raises PeerRefused; with `foreign=True` for another user's process."""
        pid, uid = identity.peer(connected)
        if uid != os.getuid():
            raise PeerRefused("This socket belongs to another user.", hint="", foreign=True)
        pidfd = identity.peer_pidfd(connected)
        try:
            ancestors, filters = _read(pid)
            if pidfd is not None:
                _still_there(pidfd)
            elif _read(pid) != (ancestors, filters):
                raise PeerRefused("The process that connected changed while it was looked at.")
        finally:
            if pidfd is not None:
                os.close(pidfd)
        return self._decide(door, pid, ancestors, filters)

    def _decide(self, door: str, pid: int, ancestors: list[Identity], filters: int) -> Place:
        runtimes = self._runtimes()
        inside = next((one for one in ancestors if one in runtimes), None)
        marked = filters > self._filters
        if inside is None and not marked:
            return Place("person" if door == "control" else "agent", None, pid)
        if door == "control":
            raise PeerRefused("Code inside a kernel cannot use this socket." if inside else _MARKED)
        room = runtimes[inside] if inside is not None else None
        if room is None:
            raise PeerRefused("The notebook that this process belongs to cannot be told.")
        return Place("cell", room, pid)


_MARKED = "This process carries a seccomp filter that the daemon does not, as every process started from a kernel does."


def _read(pid: int) -> tuple[list[Identity], int]:
    ancestors = identity.ancestors(pid) if pid > 0 else None
    filters = identity.seccomp_filters(pid) if pid > 0 else None
    if not ancestors or filters is None:
        raise PeerRefused("The process that connected has gone or cannot be read.")
    return ancestors, filters


def _still_there(pidfd: int) -> None:
    """After the reading: as long as the pidfd's process lives, its pid was nobody else's."""
    try:
        signal.pidfd_send_signal(pidfd, 0)
    except OSError as error:
        raise PeerRefused("The process that connected has gone.") from error
