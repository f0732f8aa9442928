"""Which process is this, really? Pids with their start times, ancestors, and the mark that kernels carry.

A pid alone names nothing for long: it is reused. A pid with its start time (field 22 of /proc/PID/stat, in clock
ticks since boot) names one process for as long as the machine is up. Linux only for now; a port puts its answers
behind the same functions. Must never guess: a process that cannot be read is `None`, and callers refuse it.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

import msgspec

_SO_PEERPIDFD = 77  # Linux 6.5; not in Python's socket module yet


class Identity(msgspec.Struct, frozen=True):
    pid: int
    start: int
    """Clock ticks since boot."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """What the lock file says of the daemon that holds it."""

    pid: int
    start: int
    incarnation: str
    """Random, new at each start."""
    build: str
    filters: int = 0
    """Its seccomp filters: on a machine where the mark is a filter, its kernels carry more."""
    ceiling: int = -1
    """Its hard limit of real-time CPU time in microseconds, -1 for none: its kernels have a lower one."""

    @property
    def identity(self) -> Identity:
        return Identity(self.pid, self.start)


def _stat_fields(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("latin-1")
    except OSError:
        return None
    # The name in parentheses may hold spaces and parentheses itself: what counts starts after the last ')'.
    return text[text.rfind(")") + 2 :].split()


def identity(pid: int) -> Identity | None:
    """The process that has this pid now; `None` if there is none, or only a zombie."""
    fields = _stat_fields(pid)
    if fields is None or fields[0] in ("Z", "X"):
        return None
    return Identity(pid, int(fields[19]))


def is_alive(who: Identity) -> bool:
    return identity(who.pid) == who


def own_identity() -> Identity:
    found = identity(os.getpid())
    assert found is not None, "a process can read its own /proc entry"
    return found


def ancestors(pid: int) -> list[Identity] | None:
    """The process and its parents, nearest first, without pid 1. `None` where the chain cannot be read to its end."""
    chain: list[Identity] = []
    while pid > 1:
        fields = _stat_fields(pid)
        if fields is None or len(chain) > 1000:
            return None
        chain.append(Identity(pid, int(fields[19])))
        pid = int(fields[1])
    return chain


def seccomp_filters(pid: int) -> int | None:
    """How many seccomp filters the process carries; filters are inherited and cannot be taken off."""
    try:
        text = Path(f"/proc/{pid}/status").read_text("latin-1")
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    if (count := fields.get("Seccomp_filters")) is not None:
        return int(count)
    # Before Linux 5.9 nobody counts; there, filters or none is all that can be told.
    return 1 if fields.get("Seccomp", "0").strip() == "2" else 0


def peer(sock: socket.socket) -> tuple[int, int]:
    """(pid, uid) of the process at the other end of a Unix socket, as it was when it connected or listened."""
    raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _gid = struct.unpack("3i", raw)
    return pid, uid


def peer_pidfd(sock: socket.socket) -> int | None:
    """A pidfd of the connected process (Linux 6.5 and later), which a reused pid cannot fool. The caller closes it."""
    try:
        raw = sock.getsockopt(socket.SOL_SOCKET, _SO_PEERPIDFD, 4)
    except OSError:
        return None
    return int(struct.unpack("i", raw)[0])
