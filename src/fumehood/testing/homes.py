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
    wanted = b"FUMEHOOD_HOME=" + os.fsencode(home)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def kill_all(home: Path) -> None:
    """SIGKILL, again until nobody is left: what dies may have been starting another one."""
    for _ in range(10):
        pids = processes_of(home)
        if not pids:
            return
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
            try:
                os.waitpid(pid, 0)
            except ChildProcessError:
                continue
