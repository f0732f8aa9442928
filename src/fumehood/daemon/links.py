"""One connection to one runtime, over its Unix socket: commands down, reports up, in order.

Trusts nobody by name: the peer's pid and start time must be those that the journal recorded when the runtime was
started, or the connection is not used. Whatever the stream says is decoded here and nowhere else; a runtime that
sends what cannot be read is cut off. Reports are handed on in batches, as they arrived, so that a flood costs one
fan-out and one append per batch and not per report.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import (
    BY_CODE,
    BadMessage,
    Busy,
    DaemonForeign,
    HoodError,
    KernelDied,
    LimitExceeded,
    TimedOut,
    VersionMismatch,
)
from fumehood.core.identity import Identity, identity, peer
from fumehood.core.ids import RuntimeId
from fumehood.protocol import stream
from fumehood.protocol.stream import Ask, Command, CommSend, Extend, Hello, Ready, Reply, Report, Welcome

Deliver = Callable[[Sequence[Report]], Awaitable[None]]

_READ = 1 << 18


class RuntimeLink:
    def __init__(
        self, runtime: RuntimeId, who: Identity, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.runtime = runtime
        self.who = who
        self.welcome: Welcome = Welcome(version=stream.VERSION, runtime=runtime, pid=who.pid, kernel_pid=None)
        self._reader = reader
        self._writer = writer
        self._buffer = bytearray()
        self._asked: dict[int, asyncio.Future[Reply]] = {}
        self._numbers = itertools.count(1)
        self._early: list[Report] = []
        self.closed = False

    @classmethod
    async def connect(cls, runtime: RuntimeId, socket_path: Path, who: Identity, acked: int) -> RuntimeLink:
        """Raises DaemonForeign for another process than `who`, VersionMismatch, TimedOut, OSError, BadMessage."""
        async with asyncio.timeout(limits.RUNTIME_ANSWER_SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(socket_path), limit=limits.STREAM_FRAME)
            link = cls(runtime, who, reader, writer)
            try:
                link._check_peer()
                link.send(Hello(version=stream.VERSION, acked=acked))
                await link._greet()
            except BaseException:
                link.close()
                raise
        return link

    def _check_peer(self) -> None:
        sock: socket.socket = self._writer.get_extra_info("socket")
        pid, _uid = peer(sock)
        if pid != self.who.pid or identity(pid) != self.who:
            raise DaemonForeign("Whoever listens on the runtime's socket is not that runtime.", pid=pid)

    async def _greet(self) -> None:
        while True:
            batch = await self._batch()
            if batch is None:
                raise KernelDied("The runtime ended while it was reached.")
            if batch:
                break
        first, *self._early = batch
        if not isinstance(first, Welcome):
            raise BadMessage("The runtime did not say welcome.")
        if first.version != stream.VERSION:
            raise VersionMismatch(f"The runtime speaks version {first.version} of the stream.")
        self.welcome = first

    async def ready(self) -> int | None:
        """Waits for the kernel of a warm runtime; its pid. Raises KernelDied."""
        if self.welcome.ready:
            return self.welcome.kernel_pid
        held: list[Report] = []
        while True:
            for index, report in enumerate(self._early):
                if isinstance(report, Ready):
                    self._early = held + self._early[index + 1 :]
                    return report.kernel_pid
                held.append(report)
            batch = await self._batch()
            if batch is None:
                raise KernelDied("A warm kernel ended before it was ready.")
            self._early = batch

    # -- down

    def send(self, command: Command) -> None:
        """Raises LimitExceeded for a command over a frame, KernelDied on a closed link, Busy on a stalled one."""
        if self.closed or self._writer.is_closing():
            raise KernelDied("The runtime is gone.")
        data = stream.frame(command)
        if self._writer.transport.get_write_buffer_size() + len(data) > limits.PEER_BACKLOG:
            raise Busy("The runtime does not take what it is sent.", hint="Wait, or end it with `hood kill`.")
        self._writer.write(data)

    async def drained(self) -> None:
        """Returns when little waits to be sent. Raises TimeoutError, OSError."""
        async with asyncio.timeout(limits.RUNTIME_ANSWER_SECONDS):
            await self._writer.drain()

    async def ask(self, what: str, content: dict[str, Any]) -> dict[str, Any]:
        """Raises TimedOut, or what the runtime answered."""
        number = next(self._numbers)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        try:
            self.send(Ask(id=number, what=what, content=content))
            async with asyncio.timeout(limits.ASK_SECONDS):
                reply = await future
        except TimeoutError as error:
            raise TimedOut("The kernel does not answer: it is busy.", hint="Try again when it is idle.") from error
        finally:
            self._asked.pop(number, None)
        if reply.error:
            raise as_error(reply.error, reply.message)
        return reply.content

    async def extend(self, python: str) -> None:
        """The running kernel gets what this environment has beyond its own. Raises TimedOut, or what was answered."""
        number = next(self._numbers)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        try:
            self.send(Extend(id=number, python=python))
            async with asyncio.timeout(limits.ASK_SECONDS):
                reply = await future
        except TimeoutError as error:
            raise TimedOut("The kernel does not answer: it is busy.", hint="Restart it.") from error
        finally:
            self._asked.pop(number, None)
        if reply.error:
            raise as_error(reply.error, reply.message)

    async def hand(self, command: CommSend) -> None:
        """A message to a comm: returns when the kernel has done with it, however long what it does before takes.

        Raises what the runtime answered, or KernelDied.
        """
        number = next(self._numbers)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        try:
            self.send(msgspec.structs.replace(command, id=number))
            reply = await future
        finally:
            self._asked.pop(number, None)
        if reply.error:
            raise as_error(reply.error, reply.message)

    # -- up

    async def run(self, deliver: Deliver) -> None:
        """Hands on reports until the stream ends. Raises BadMessage, LimitExceeded for what cannot be read, OSError."""
        try:
            batch: list[Report] | None = self._early
            self._early = []
            while batch is not None:
                others = [report for report in batch if not isinstance(report, Reply)]
                if others:
                    await deliver(others)
                # After what was said before it; what was said behind it in the same breath does not hurt.
                for report in batch:
                    if isinstance(report, Reply):
                        self._answered(report)
                batch = await self._batch()
        finally:
            self.close()

    def _answered(self, reply: Reply) -> None:
        future = self._asked.get(reply.id)
        if future is not None and not future.done():
            future.set_result(reply)

    async def _batch(self) -> list[Report] | None:
        """What has arrived, at least a read's worth; None at the end of the stream."""
        try:
            data = await self._reader.read(_READ)
        except ConnectionError:
            data = b""
        if not data:
            if self._buffer:
                raise BadMessage("The runtime's stream ended within a frame.")
            return None
        self._buffer += data
        reports: list[Report] = []
        at = 0
        size = len(self._buffer)
        while size - at >= 4:
            length = int.from_bytes(self._buffer[at : at + 4], "big")
            if length > limits.STREAM_FRAME:
                raise LimitExceeded("A frame of the runtime's stream is too large.")
            if size - at - 4 < length:
                break
            # A view: a picture of many megabytes is copied once, into its report.
            with memoryview(self._buffer) as whole:
                reports.append(stream.parse_report(whole[at + 4 : at + 4 + length]))
            at += 4 + length
        del self._buffer[:at]
        return reports

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()
        for future in self._asked.values():
            if not future.done():
                future.set_exception(KernelDied("The kernel ended before it answered."))


def as_error(code: str, message: str) -> HoodError:
    return BY_CODE.get(code, KernelDied)(message)
