"""Starting the programs that are measured, and reading what they use."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".peers" / "bin"
OWN = ROOT / ".venv" / "bin"
_started: list[subprocess.Popen[bytes]] = []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """In a session of its own, so that `stop` can end what it started too. Output goes to `cwd`/log."""
    with (cwd / "log").open("ab") as log:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started.append(process)
    return process


def stop_all() -> None:
    """What is left of a part that was given up."""
    for process in _started:
        if process.poll() is None:
            stop(process)
    _started.clear()


def family(roots: Iterable[int]) -> list[psutil.Process]:
    """The processes and all that they started and still have."""
    found: dict[int, psutil.Process] = {}
    for pid in roots:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            for member in (process, *process.children(recursive=True)):
                found[member.pid] = member
    return list(found.values())


def cpu(processes: Iterable[psutil.Process]) -> float:
    """Seconds of user and system time so far."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def resident(pid: int) -> int:
    return int(psutil.Process(pid).memory_info().rss)


def peak(pid: int) -> int:
    """The most resident memory that the process ever had, in bytes."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    assert found is not None
    return int(found.group(1)) * 1024


def reset_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def stop(process: subprocess.Popen[bytes]) -> None:
    members = family([process.pid])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        pass
    for member in members:
        with contextlib.suppress(psutil.Error):
            member.kill()
    process.wait(5)


def end(members: Iterable[psutil.Process], seconds: float = 5.0) -> None:
    """Lets the processes end by themselves for a moment, then kills what is left."""
    _, alive = psutil.wait_procs(list(members), seconds)
    for member in alive:
        with contextlib.suppress(psutil.Error):
            member.kill()


async def answers(port: int, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    """Returns when somebody listens on the port."""
    async with asyncio.timeout(seconds):
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return
