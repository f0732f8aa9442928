"""Where a connection comes from, and so what it may be (design, section 5: "A kernel is not a person").

What is asked is asked of the operating system, never of the peer: its uid and pid as they were when it connected, its
ancestors, and the mark that every kernel inherits and cannot take off (`sandbox.mark`), which stays when a process
leaves its runtime's tree. A process that cannot be read, or has gone, is refused. This stops accidents and simple
attacks by code in an unsandboxed kernel; docs/threat-model.md says what it does not stop.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Callable, Mapping

from fumehood.core import identity
from fumehood.core.errors import PeerRefused
from fumehood.core.identity import Holder, Identity
from fumehood.core.ids import RoomId
from fumehood.doors.peer import Place
from fumehood.sandbox.mark import WATERMARK, Mark, is_marked, read_mark

Runtimes = Callable[[], Mapping[Identity, RoomId | None]]
"""Every runtime that is or was: with its room, or `None` while (or after) it has none."""

_NONE = resource.RLIM_INFINITY


class Placing:
    def __init__(self, runtimes: Runtimes) -> None:
        self._runtimes = runtimes

    def __call__(self, connected: socket.socket, door: str) -> Place:
        """Raises PeerRefused; with `foreign=True` for another user's process."""
        pid, uid = identity.peer(connected)
        if uid != os.getuid():
            raise PeerRefused("This socket belongs to another user.", hint="", foreign=True)
        pidfd = identity.peer_pidfd(connected)
        try:
            ancestors, marked = _read(pid)
            if pidfd is not None:
                _still_there(pidfd)
            elif _read(pid) != (ancestors, marked):
                raise PeerRefused("The process that connected changed while it was looked at.")
        finally:
            if pidfd is not None:
                os.close(pidfd)
        return self._decide(door, pid, ancestors, marked)

    def _decide(self, door: str, pid: int, ancestors: list[Identity], marked: bool) -> Place:
        runtimes = self._runtimes()
        inside = next((one for one in ancestors if one in runtimes), None)
        if inside is None and not marked:
            return Place("person" if door == "control" else "agent", None, pid)
        if door == "control":
            raise PeerRefused("A process that was started from a kernel cannot use this socket.")
        room = runtimes[inside] if inside is not None else None
        if room is None:
            raise PeerRefused("The notebook that this process belongs to cannot be told.")
        return Place("cell", room, pid)


def _read(pid: int) -> tuple[list[Identity], bool]:
    ancestors = identity.ancestors(pid) if pid > 0 else None
    marked = is_marked(pid) if pid > 0 else None
    if not ancestors or marked is None:
        raise PeerRefused("The process that connected has gone or cannot be read.")
    return ancestors, marked


def mark_of_daemon(before: Holder | None, hint: str) -> Mark:
    """This process's own mark, which persons are told from kernels by.

    Raises PeerRefused in a process that carries more than the daemon `before` it: a kernel started it, and it would
    take that kernel for a person.
    """
    own = read_mark(os.getpid())
    if own is None:
        raise PeerRefused("This process cannot be read under /proc.", hint="The daemon needs /proc to be mounted.")
    lower = own.ceiling == WATERMARK
    if before is not None:
        lower = lower or (own.ceiling != _NONE and (before.ceiling == _NONE or own.ceiling < before.ceiling))
        # An ordinary user's terminal may be inside some sandbox with filters of its own; there the limit decides.
        lower = lower or (os.geteuid() == 0 and own.filters > before.filters)
    if lower:
        raise PeerRefused(
            "This process carries the mark of a kernel; a daemon is not started from inside one.", hint=hint
        )
    return own


def _still_there(pidfd: int) -> None:
    """After the reading: as long as the pidfd's process lives, its pid was nobody else's."""
    try:
        signal.pidfd_send_signal(pidfd, 0)
    except OSError as error:
        raise PeerRefused("The process that connected has gone.") from error
