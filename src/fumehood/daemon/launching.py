"""Starts runtimes, and knows their processes apart: folder, spool, pid with start time, and how one ends.

A runtime is used only when its pid is in the journal, on disk: whatever happens to this daemon, the next one finds
it, and `control.sock` knows what it must not serve.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from fumehood.core import limits
from fumehood.core.errors import HoodError, KernelStartFailed, StorageFailed
from fumehood.core.identity import Identity, identity, is_alive
from fumehood.core.ids import RoomId, RuntimeId, new_runtime_id
from fumehood.core.paths import Paths, private_folder
from fumehood.sandbox.process import Exit, Process
from fumehood.sandbox.spawn import NONE, spawn
from fumehood.store.journal import Journal
from fumehood.store.operations import DropRuntime, PutRuntime


class Body(Protocol):
    """A runtime's process, started by us or by a daemon before us."""

    @property
    def who(self) -> Identity: ...
    async def wait(self) -> str:
        """Returns, once it has ended, how: half a sentence."""
        ...

    def kill(self) -> None: ...


class Child:
    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def who(self) -> Identity:
        return self._process.identity

    async def wait(self) -> str:
        ended: Exit = await self._process.wait()
        return ended.describe()

    def kill(self) -> None:
        self._process.kill_group()


class Stranger:
    """Not our child: a daemon before us started it. Its end is seen through a pidfd, its exit status is not."""

    def __init__(self, who: Identity) -> None:
        self._who = who
        try:
            self._fd = os.pidfd_open(who.pid)
        except OSError:
            self._fd = -1
        if self._fd >= 0 and not is_alive(who):
            os.close(self._fd)
            self._fd = -1

    @property
    def who(self) -> Identity:
        return self._who

    async def wait(self) -> str:
        if self._fd >= 0:
            loop = asyncio.get_running_loop()
            ended: asyncio.Future[None] = loop.create_future()
            fd = os.dup(self._fd)

            def seen() -> None:
                if not ended.done():
                    ended.set_result(None)

            loop.add_reader(fd, seen)
            try:
                await ended
            finally:
                loop.remove_reader(fd)
                os.close(fd)
        return "ended; how is not known"

    def kill(self) -> None:
        if self._fd >= 0 and is_alive(self._who):
            try:
                signal.pidfd_send_signal(self._fd, signal.SIGKILL)
            except OSError:
                pass

    def __del__(self) -> None:
        if getattr(self, "_fd", -1) >= 0:
            os.close(self._fd)


class Runtime:
    """A runtime that is in the journal."""

    def __init__(self, id: RuntimeId, folder: Path, spool: Path, body: Body) -> None:
        self.id = id
        self.folder = folder
        self.spool = spool
        self.body = body

    @property
    def socket(self) -> Path:
        return self.folder / "s"


class Launcher:
    def __init__(self, paths: Paths, journal: Journal, environ: Mapping[str, str] | None = None) -> None:
        self._paths = paths
        self._journal = journal
        self._environ = dict(os.environ if environ is None else environ)
        self.identities: dict[Identity, RoomId | None] = {}
        """Every runtime that is or was since this daemon began, and those that the journal names."""

    def folder(self, runtime: RuntimeId) -> Path:
        return self._paths.runtimes / runtime

    def spool(self, runtime: RuntimeId) -> Path:
        return self._paths.spools / runtime

    async def start(self, room: RoomId | None, warm: str | None = None) -> Runtime:
        """A runtime that listens and is in the journal; `warm`: a kernelspec whose kernel it starts at once.

        Raises KernelStartFailed, StorageFailed; then nothing of it is left.
        """
        name = new_runtime_id()
        folder, spool = private_folder(self.folder(name)), private_folder(self.spool(name))
        argv = [sys.executable, "-P", "-m", "fumehood.runtime", "--id", name, "--folder", str(folder)]
        argv += ["--spool", str(spool), "--lock", str(self._paths.lock)]
        if warm is not None:
            argv += ["--warm", warm]
        read, write = os.pipe2(os.O_CLOEXEC)
        try:
            process = spawn(NONE, argv, cwd=Path("/"), env=self._environ, stdout=write)
        except HoodError:
            os.close(read)
            self._remove(folder, spool)
            raise
        finally:
            os.close(write)
        runtime = Runtime(name, folder, spool, Child(process))
        try:
            await _ready(read)
            await self.record(runtime, room, None)
        except (HoodError, asyncio.CancelledError):
            runtime.body.kill()
            await asyncio.shield(self.forget(runtime))
            raise
        return runtime

    async def record(self, runtime: Runtime, room: RoomId | None, kernel_pid: int | None) -> None:
        """On disk when this returns. Raises StorageFailed."""
        who = runtime.body.who
        self.identities[who] = room
        await self._journal.write(
            PutRuntime(
                runtime=runtime.id,
                room=room,
                pid=who.pid,
                start=who.start,
                kernel_pid=kernel_pid,
                folder=str(runtime.folder),
            )
        )

    async def forget(self, runtime: Runtime) -> None:
        """After its end."""
        await asyncio.to_thread(self._remove, runtime.folder, runtime.spool)
        try:
            await self._journal.write(DropRuntime(runtime=runtime.id))
        except StorageFailed:
            pass  # it is found dead by the next daemon, and forgotten then

    @staticmethod
    def _remove(folder: Path, spool: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(spool, ignore_errors=True)


async def _ready(read: int) -> None:
    """Waits for the line `ready` on the pipe `read`, which it closes."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb", buffering=0)
    )
    try:
        async with asyncio.timeout(limits.RUNTIME_READY_SECONDS):
            line = await reader.readline()
    except TimeoutError as error:
        raise KernelStartFailed("The runtime did not come up in time.") from error
    finally:
        transport.close()
    if line.strip() != b"ready":
        raise KernelStartFailed("The runtime ended before it was ready.", hint="`hood daemon logs` says more.")


def kill_stray(kernel_pid: int | None, name: RuntimeId, runtime: Identity) -> None:
    """Ends the process group of a kernel whose runtime is dead, if the pid still is that kernel.

    A kernel leads its own session, began after its runtime and carries its name; a pid that was given to another
    program since then, be it another notebook's kernel, does not.
    """
    if kernel_pid is None:
        return
    found = identity(kernel_pid)
    if found is None or found.start < runtime.start:
        return
    try:
        if os.getpgid(kernel_pid) != kernel_pid or f"FUMEHOOD_RUNTIME={name}".encode() not in Path(
            f"/proc/{kernel_pid}/environ"
        ).read_bytes().split(b"\0"):
            return
        os.killpg(kernel_pid, signal.SIGKILL)
    except OSError:
        pass
