"""What the recovery tests share: who is the daemon now, how to kill it, and a notebook to try it on."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from fumehood import client
from fumehood.core.identity import Holder, is_alive
from fumehood.core.paths import Paths
from fumehood.runtime.spool import read_reports

LINES = 20_000
FLOOD = f"""\
import sys
for number in range({LINES}):
    sys.stdout.write(f"line {{number:06d}} of a flood\\n")
    sys.stdout.flush()
"""
FLOOD_TEXT = "".join(f"line {number:06d} of a flood\n" for number in range(LINES))

TICKS = """\
import time
for number in range(60):
    print("tick", number)
    time.sleep(0.05)
"""
TICKS_TEXT = "".join(f"tick {number}\n" for number in range(60))


def holder(home: Path) -> Holder:
    return msgspec.json.decode(Paths.of_user({"FUMEHOOD_HOME": str(home)}).lock.read_bytes(), type=Holder)


def kill_daemon(home: Path) -> Holder:
    """kill -9, and waits until it is gone, so that the next look at the lock file sees the next daemon."""
    victim = holder(home)
    os.kill(victim.pid, signal.SIGKILL)
    _wait(lambda: not is_alive(victim.identity))
    return victim


def kill_process(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    _wait(lambda: _is_gone(pid))


def _is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def _wait(done: Callable[[], bool], seconds: float = 20) -> None:
    import time

    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "what was waited for has not happened"
        time.sleep(0.005)


def spooled(home: Path) -> list[object]:
    """What the runtime has said and no daemon acknowledged."""
    (spool,) = Paths.of_user({"FUMEHOOD_HOME": str(home)}).spools.iterdir()
    return [report.body for report in read_reports(spool)]


async def until(true: Callable[[], object], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - there is nothing to wait for
            await asyncio.sleep(0.01)


async def killing(home: Path, seed: int, times: int, longest: float, stop: asyncio.Event) -> int:
    """Kills the daemon `times` times, each at a random moment after the next came up. Returns how often it did."""
    chance = random.Random(seed)
    killed = 0
    last = ""
    for _ in range(times):
        while True:
            # The client starts the next daemon: its name is in the lock file as soon as it holds the lock.
            try:
                found = holder(home)
                if found.incarnation != last and is_alive(found.identity):
                    break
            except (OSError, msgspec.MsgspecError):
                pass
            if stop.is_set():
                return killed
            await asyncio.sleep(0.01)
        try:
            await asyncio.wait_for(stop.wait(), chance.uniform(0.02, longest))
            return killed
        except TimeoutError:
            last = kill_daemon(home).incarnation
            killed += 1
    return killed


@contextmanager
def notebook(home: Path, *sources: str) -> Iterator[Path]:
    """A notebook of these code cells, named `cell-0`, `cell-1`, ..."""
    path = home / "notebook.ipynb"
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": f"cell-{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for n, text in enumerate(sources)
    ]
    path.write_bytes(msgspec.json.encode({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    yield path


def connect() -> client.client.Connecting:
    return client.connect("recovery test")


def program(code: str) -> list[str]:
    """The command of another process that is a client."""
    return [sys.executable, "-P", "-c", code]
