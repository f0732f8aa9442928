"""The mark that a kernel and all that it starts carry and cannot take off (docs/decisions/0002-the-mark.md).

`control.sock` refuses who carries it (design, section 5). It is two things, because for each there is a process that
could shed the other, and none that could shed both:

- the hard limit of real-time CPU time, lowered from "unlimited" to 2**62 microseconds. Only CAP_SYS_RESOURCE in the
  machine's own user namespace raises it again. It limits nothing, and costs nothing.
- a seccomp filter that allows everything. Nobody takes a filter off; without CAP_SYS_ADMIN it needs `no_new_privs`,
  which ends sudo and every other setuid program in cells. So it is laid only where that is not needed, or where the
  process could shed the first.

Both pass to children over fork, exec, setsid and new namespaces. Must never be laid on a process that a person's own
shell descends from. It stops accidents and simple attacks; only the sandbox is a boundary.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
from pathlib import Path
from typing import NamedTuple

from fumehood.core.identity import seccomp_filters

WATERMARK = 2**62
_CAP_SYS_RESOURCE = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_CHILD_SUBREAPER = 36
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4
_SECCOMP_RET_ALLOW = 0x7FFF0000
_BPF_RET_K = 0x06
_SYS_SECCOMP = {"x86_64": 317, "aarch64": 277, "riscv64": 277, "ppc64le": 358, "s390x": 348}


class Mark(NamedTuple):
    """What can be read of a process from outside."""

    filters: int
    ceiling: int
    """The hard RLIMIT_RTTIME in microseconds; `resource.RLIM_INFINITY` (-1) for none."""


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction))]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def carry_mark() -> None:
    """Marks this process and all that it starts from now on. Called once, before there are other threads.

    Raises `OSError` where the system refuses both halves.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_RTTIME)
    # Where the machine sets a limit of its own, ours is the next lower one: the daemon compares with what it has.
    ceiling = WATERMARK if hard == resource.RLIM_INFINITY else max(hard - 1, 0)
    resource.setrlimit(
        resource.RLIMIT_RTTIME, (ceiling if soft == resource.RLIM_INFINITY else min(soft, ceiling), ceiling)
    )
    if _lay_filter():
        return
    if _has_capability(_CAP_SYS_RESOURCE):
        # It could raise the limit again, so it must have a filter, at the price of setuid programs.
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        if not _lay_filter():
            raise OSError(ctypes.get_errno(), "the system lays no seccomp filter")


def _lay_filter() -> bool:
    """False where the process may not, or the machine has none."""
    number = _SYS_SECCOMP.get(platform.machine())
    if number is None:
        return False
    allow = (_Instruction * 1)(_Instruction(_BPF_RET_K, 0, 0, _SECCOMP_RET_ALLOW))
    program = _Program(1, allow)
    # SPEC_ALLOW: before Linux 5.16 a filter also switched speculation off, which costs numeric code up to a third.
    done = _libc().syscall(
        number, _SECCOMP_SET_MODE_FILTER, ctypes.c_ulong(_SECCOMP_FILTER_FLAG_SPEC_ALLOW), ctypes.byref(program)
    )
    return int(done) == 0


def _prctl(option: int, value: int) -> None:
    if _libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def _has_capability(number: int) -> bool:
    text = Path("/proc/self/status").read_text("latin-1")
    for line in text.splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> number & 1)
    return False


def read_mark(pid: int) -> Mark | None:
    """`None` where the process is gone or cannot be read: refuse it."""
    filters = seccomp_filters(pid)
    try:
        text = Path(f"/proc/{pid}/limits").read_text("latin-1")
    except OSError:
        return None
    if filters is None:
        return None
    for line in text.splitlines():
        if line.startswith("Max realtime timeout"):
            hard = line.split()[4]
            return Mark(filters, resource.RLIM_INFINITY if hard == "unlimited" else int(hard))
    return None


def is_marked(pid: int) -> bool | None:
    """Whether the process carries more than this one does. `None` where it cannot be read: refuse it.

    Compared with ourselves, because in a container runtime every process has filters of its own.
    """
    own, theirs = read_mark(os.getpid()), read_mark(pid)
    if own is None or theirs is None:
        return None
    if theirs.filters > own.filters and _has_capability(_CAP_SYS_RESOURCE):
        # Elsewhere our filter is never alone, and a terminal inside some sandbox has filters without being a kernel.
        return True
    return theirs.ceiling != resource.RLIM_INFINITY and not 0 <= own.ceiling <= theirs.ceiling


def become_subreaper() -> None:
    """What this process's descendants leave behind becomes its child instead of init's (see `process.reap_orphans`)."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
