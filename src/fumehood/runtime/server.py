"""The runtime's socket: one daemon at a time, and it must be the daemon of the lock file.

A connection is a stream of frames (`protocol.stream`), the first of which is `Hello`. Who connects is asked of the
operating system, not of the peer: pid, user and start time must be those that the lock file names now. A newer daemon
replaces an older connection. Whatever cannot be parsed ends the connection: the daemon speaks correctly, so a peer
that does not is none.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec

from fumehood.core import identity, limits
from fumehood.core.errors import HoodError
from fumehood.protocol import stream

log = logging.getLogger(__name__)


def daemon_of(lock: Path) -> identity.Identity | None:
    try:
        return msgspec.json.decode(lock.read_bytes(), type=identity.Holder).identity
    except (OSError, msgspec.MsgspecError):
        return None


def _still_has(pidfd: int, pid: int) -> bool:
    """Whether the process behind the pidfd lives and has this pid, which therefore nobody else can have."""
    try:
        lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    except OSError:
        return False
    return f"Pid:\t{pid}" in lines


def is_daemon(sock: socket.socket, lock: Path) -> bool:
    """Whether the process that connected is the one that the lock file names."""
    pid, uid = identity.peer(sock)
    if uid != os.getuid():
        return False
    wanted = daemon_of(lock)
    if wanted is None or wanted.pid != pid:
        return False
    pidfd = identity.peer_pidfd(sock)
    try:
        found = identity.identity(pid)
        return found == wanted and (pidfd is None or _still_has(pidfd, pid))
    finally:
        if pidfd is not None:
            os.close(pidfd)


class DaemonLink(asyncio.Protocol):
    """One connection. `on_command` gets each command in order; after an error of the peer it is closed."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._greeting: asyncio.TimerHandle | None = None
        self.greeted = False
        self.welcomed = False
        """Its hello was answered."""

    # -- what the outlet uses

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def backlog(self) -> int:
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def drop(self, reason: str) -> None:
        log.warning("the connection of the daemon is closed: %s", reason)
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """What was written is still sent."""
        if self._transport is not None:
            self._transport.close()

    # -- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        sock = cast(socket.socket, transport.get_extra_info("socket"))
        if not is_daemon(sock, self._door.lock):
            self.drop("this peer is not the daemon of the lock file")
            return
        self._transport.set_write_buffer_limits(high=limits.LINK_BACKLOG, low=limits.LINK_BACKLOG // 4)
        self._door.links.add(self)
        self._greeting = asyncio.get_running_loop().call_later(limits.HELLO_SECONDS, self.drop, "it said no hello")

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle()
        self._transport = None
        self._door.links.discard(self)
        if self.greeted:
            self._door.on_lost(self)

    def resume_writing(self) -> None:
        if self.greeted:
            self._door.on_drained(self)

    def eof_received(self) -> bool:
        return False

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        start = 0
        try:
            while len(self._buffer) - start >= 4:
                size = int.from_bytes(self._buffer[start : start + 4], "big")
                if size > limits.STREAM_FRAME:
                    self.drop("its frame is too large")
                    return
                end = start + 4 + size
                if len(self._buffer) < end:
                    break
                body = bytes(self._buffer[start + 4 : end])
                start = end
                self._take(stream.parse_command(body))
                if self._transport is None or self._transport.is_closing():
                    return
        except HoodError as error:
            self.drop(f"what it sent makes no sense ({error.code})")
            return
        del self._buffer[:start]

    def _take(self, command: stream.Command) -> None:
        if not self.greeted:
            if not isinstance(command, stream.Hello):
                self.drop("it said no hello")
                return
            self._settle()
            self.greeted = True
            for other in [link for link in self._door.links if link is not self and link.greeted]:
                other.drop("a newer connection takes over")
        self._door.on_command(self, command)

    def _settle(self) -> None:
        if self._greeting is not None:
            self._greeting.cancel()
            self._greeting = None


class Door:
    """The listening socket and its connections."""

    def __init__(
        self,
        folder: Path,
        lock: Path,
        *,
        on_command: Callable[[DaemonLink, stream.Command], None],
        on_drained: Callable[[DaemonLink], None],
        on_lost: Callable[[DaemonLink], None],
    ) -> None:
        self.path = folder / "s"
        self.lock = lock
        self.on_command = on_command
        self.on_drained = on_drained
        self.on_lost = on_lost
        self.links: set[DaemonLink] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self.path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listening.bind(str(self.path))
        finally:
            os.umask(before)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: DaemonLink(self), sock=listening)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for link in list(self.links):
            link.close()
        self.path.unlink(missing_ok=True)
