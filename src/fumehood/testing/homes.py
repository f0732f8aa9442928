"""A fumehood of its own for a test: a short `FUMEHOOD_HOME`, and the end of everything that was started in it."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def temporary_home() -> Iterator[Path]:
    """Sets `FUMEHOOD_HOME` for this process and what it starts; a Unix socket's path in it stays short enough."""
    folder = Path(tempfile.mkdtemp(prefix="fh-", dir="/tmp"))
    before = os.environ.get("FUMEHOOD_HOME")
    os.environ["FUMEHOOD_HOME"] = str(folder)
    try:
        yield folder
    finally:
        if before is None:
            os.environ.pop("FUMEHOOD_HOME", None)
        else:
            os.environ["FUMEHOOD_HOME"] = before
        kill_all(folder)
        shutil.rmtree(folder, ignore_errors=True)


def processes_of(home: Path) -> list[int]:
    """Pids of the daemon, runtimes, kernels and whatever they started there, without this process."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if pid != os.getpid() and _lives_in(home, pid)]


def _lives_in(home: Path, pid: int) -> bool:
    try:
        return b"FUMEHOOD_HOME=" + os.fsencode(home) in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def kill_all(home: Path) -> None:
    """SIGKILL, again until nobody is left: what dies may have been starting another one."""
    for _ in range(10):
        pids = processes_of(home)
        if not pids:
            return
        for pid in pids:
            _kill(home, pid)


def _kill(home: Path, pid: int) -> None:
    """Never a stranger who got the number of one that has ended meanwhile."""
    try:
        fd = os.pidfd_open(pid)
    except OSError:
        return
    try:
        if _lives_in(home, pid):
            signal.pidfd_send_signal(fd, signal.SIGKILL)
            os.waitpid(pid, 0)
    except OSError:
        return  # it has ended, or is nobody's child of ours
    finally:
        os.close(fd)
