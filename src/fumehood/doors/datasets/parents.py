"""Ends a server when whoever started it has ended, however that came about: a kernel that was killed says nothing.

Where a program started us (`--json`), that is our parent; inside a kernel it is any of our ancestors, because a shell
may stand between. A server that a person started in a terminal outlives nothing: the terminal's own signals end it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator, Mapping

from fumehood.core import identity


def watched(environ: Mapping[str, str], by_program: bool) -> list[identity.Identity]:
    """The processes with which we end; none for a server of a person."""
    if not _in_kernel(environ):
        parent = identity.identity(os.getppid()) if by_program and os.getppid() > 1 else None
        return [parent] if parent is not None else []
    return (identity.ancestors(os.getpid()) or [])[1:]


def _in_kernel(environ: Mapping[str, str]) -> bool:
    """Jupyter's kernels and ours tell their children so."""
    return bool(environ.get("JPY_PARENT_PID") or environ.get("FUMEHOOD_RUNTIME"))


@contextlib.contextmanager
def watching(processes: list[identity.Identity], ended: Callable[[], None]) -> Iterator[None]:
    """Calls `ended` in the running loop when one of them has ended, also when it already has."""
    loop = asyncio.get_running_loop()
    watched_fds: list[int] = []
    try:
        for one in processes:
            try:
                fd = os.pidfd_open(one.pid)
            except OSError:
                loop.call_soon(ended)
                continue
            watched_fds.append(fd)
            loop.add_reader(fd, ended)
            if not identity.is_alive(one):  # the pid was another's by now
                loop.call_soon(ended)
        yield
    finally:
        for fd in watched_fds:
            loop.remove_reader(fd)
            os.close(fd)
