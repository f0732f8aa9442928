"""Starts the daemon, once, whoever else wants to at the same moment.

Clients that find no daemon queue up at a lock of their own (`start.lock`, held by the kernel for whoever lives), look
again, and only the first starts one; it lets go when the daemon has said `ready`. So nobody polls, a client that dies
lets the next one go on, and the daemon's own lock is never touched. Must never run inside a runtime's tree:
`client.reach` has seen to that before.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fumehood.core import limits
from fumehood.core.errors import DaemonUnreachable, HoodError
from fumehood.core.paths import Paths
from fumehood.sandbox.process import Process
from fumehood.sandbox.spawn import NONE, spawn

_MOST_SAID = 4000


async def start_daemon(paths: Paths) -> Process | None:
    """Returns when a daemon listens; the process if it was started here.

    Raises `DaemonUnreachable` with the end of what it said if it does not come up, `PlaceUnsafe`.
    """
    paths.create()
    async with _turn(paths.start_lock):
        if listens(paths.control_socket):
            return None
        return await _start(paths)


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(path))
        except OSError as error:
            return error.errno == errno.EAGAIN  # somebody listens, and has not accepted yet
        return True


async def _start(paths: Paths) -> Process:
    reading, writing = os.pipe2(os.O_CLOEXEC)
    try:
        # Both streams into one pipe: it says `ready`, or why not. The daemon lets go of both when it is ready.
        process = spawn(
            NONE,
            [sys.executable, "-P", "-m", "fumehood.daemon"],
            cwd=Path("/"),
            env=_environment(paths),
            stdout=writing,
            stderr=writing,
        )
    except HoodError:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    said = await _first_words(reading)
    if not said.startswith(b"ready\n"):
        reason = said.decode("utf-8", "replace").strip().splitlines()
        what = f"The daemon did not come up{': ' + reason[-1] if reason else ''}."
        raise DaemonUnreachable(what, killed=not reason)
    return process


def _environment(paths: Paths) -> dict[str, str]:
    environment = dict(os.environ)
    if Paths.of_user(environment) != paths:
        environment["FUMEHOOD_HOME"] = str(paths.run.parent)
    return environment


async def _first_words(reading: int) -> bytes:
    """The first line if it is `ready`; all that it says otherwise, until its end."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb", buffering=0)
    )
    said = b""
    try:
        async with asyncio.timeout(limits.START_SECONDS):
            while not said.startswith(b"ready\n") and (line := await reader.readline()):
                said = (said + line)[-_MOST_SAID:]
    except (TimeoutError, ValueError):  # ValueError: a line without end
        pass
    finally:
        transport.close()
    return said


@asynccontextmanager
async def _turn(path: Path) -> AsyncIterator[None]:
    """Holds the start lock. A thread waits for it, because `flock` can wait and `asyncio` cannot."""
    loop = asyncio.get_running_loop()
    taken: asyncio.Future[None] = loop.create_future()
    given_up = threading.Event()
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    def tell() -> None:
        if not taken.done():
            taken.set_result(None)

    def wait() -> None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if given_up.is_set():
            os.close(lock)
            return
        try:
            loop.call_soon_threadsafe(tell)
        except RuntimeError:  # the loop is closed: nobody waits any more
            os.close(lock)

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        threading.Thread(target=wait, name="fumehood start lock", daemon=True).start()
        try:
            async with asyncio.timeout(limits.START_SECONDS):
                await taken
        except BaseException as error:
            given_up.set()
            if taken.done() and not taken.cancelled():
                os.close(lock)
            if isinstance(error, TimeoutError):
                raise DaemonUnreachable("Another program has been starting the daemon for too long.") from error
            raise
    try:
        yield
    finally:
        os.close(lock)
