"""Puts a runtime together: the desk, the way out, the kernel's life and the door for the daemon. Then waits.

The runtime ends when it is told to, when its warm kernel dies, or when no daemon came for long and nothing runs; its
kernel ends with it in any case (`sandbox.spawn`, `die_with_parent`). What the daemon has not acknowledged stays in the
spool for the next one.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fumehood.core import limits
from fumehood.core.heap import give_back_large
from fumehood.core.logs import open_log
from fumehood.core.paths import private_folder
from fumehood.runtime import hearing, lifecycle
from fumehood.runtime.desk import Desk
from fumehood.runtime.life import Life
from fumehood.runtime.outlet import Outlet
from fumehood.runtime.reception import Reception
from fumehood.runtime.server import Door
from fumehood.runtime.spool import Spool
from fumehood.runtime.teller import Teller
from fumehood.sandbox.mark import become_subreaper, carry_mark
from fumehood.sandbox.process import reap_orphans

log = logging.getLogger(__name__)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fumehood.runtime", description="The process beside a kernel.")
    parser.add_argument("--id", required=True)
    parser.add_argument("--folder", required=True, type=Path, help="where its sockets go")
    parser.add_argument("--spool", required=True, type=Path, help="where its reports wait, and its log")
    parser.add_argument("--lock", required=True, type=Path, help="the file that names the daemon")
    parser.add_argument("--warm", metavar="SPEC", help="start this kernel before anybody asks; empty: the default one")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    # First of all, so that nothing runs here that could be taken for a person's process.
    carry_mark()
    become_subreaper()
    give_back_large()
    options = arguments(argv)
    private_folder(options.folder)
    private_folder(options.spool)
    open_log(options.spool / "runtime.log")
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        asyncio.run(run(options.id, options.folder, options.spool, options.lock, options.warm, _say_ready))
    except Exception:
        log.exception("the runtime ends by a defect")
        return 70
    return 0


async def run(
    runtime: str, folder: Path, spool_folder: Path, lock: Path, warm: str | None, ready: Callable[[], None]
) -> None:
    """`ready` is called when the runtime listens; returns when it has ended in order."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    spool = Spool(spool_folder)
    async with asyncio.TaskGroup() as tasks:
        outlet = Outlet(spool, on_disk_trouble=lambda error: desk.notice(error))
        life = Life(
            runtime,
            folder,
            tasks,
            on_message=lambda message: hearing.hear(desk, message),
            on_fault=lambda channel, fault, count: hearing.fault(desk, channel, fault, count),
            on_death=lambda ended, wrote: lifecycle.died(desk, ended, wrote),
        )
        desk = Desk(id=runtime, tasks=tasks, outlet=outlet, teller=Teller(outlet), life=life, end=ended.set)
        reception = Reception(desk)
        door = Door(
            folder,
            lock,
            on_command=reception.command,
            on_drained=lambda _link: outlet.pump(),
            on_lost=reception.lost,
        )
        await door.open()
        loop.add_signal_handler(signal.SIGCHLD, reap_orphans)
        loop.add_signal_handler(signal.SIGTERM, lifecycle.begin, desk, lifecycle.shutdown)
        reception.left_alone()
        if warm is not None:
            desk.spec = warm
            lifecycle.begin(desk, lifecycle.warm)
        ready()
        log.info("runtime %s listens", runtime)
        await ended.wait()
        reception.close()
        await _leave(desk, door, spool, folder, spool_folder)
        loop.remove_signal_handler(signal.SIGTERM)
        loop.remove_signal_handler(signal.SIGCHLD)


def _say_ready() -> None:
    try:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        # Whoever waits for our end of the pipe must not wait for the kernel's.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
    except OSError:
        log.warning("nobody waited for the word that this runtime listens")


async def _leave(desk: Desk, door: Door, spool: Spool, folder: Path, spool_folder: Path) -> None:
    desk.teller.close()
    kept = await desk.outlet.wait_acknowledged(limits.FAREWELL_SECONDS)
    await door.close()
    await desk.life.down(0.0)
    if kept:
        await desk.outlet.close()
        spool.remove()
        shutil.rmtree(spool_folder, ignore_errors=True)
    else:
        log.warning("not all was acknowledged; the spool stays")
        await desk.outlet.close()
    shutil.rmtree(folder, ignore_errors=True)
