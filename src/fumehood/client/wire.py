"""One WebSocket connection on a Unix socket, from its upgrade to its end.

Why: everything above speaks in messages and must not know aiohttp. Sending never waits and keeps its order: what is
sent goes into a bounded outbox that one task writes. What arrives is handed to the sink in order, from one task.
Must never interpret a message, and never connect again: that is `client.client`'s part.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from pathlib import Path
from typing import Protocol, cast

import aiohttp  # noqa: TID253 - nothing light imports this module: see client/__init__.py

from fumehood.core import limits
from fumehood.core.errors import BY_CODE, Busy, DaemonUnreachable
from fumehood.protocol.upgrade import ERROR_HEADER, MESSAGE_HEADER


class Sink(Protocol):
    """Where a wire's messages go; called on the loop, one at a time. None of them may raise."""

    def text(self, data: bytes) -> None: ...
    def binary(self, data: bytes) -> None: ...
    def ended(self, wire: Wire) -> None: ...


class Wire:
    def __init__(self, session: aiohttp.ClientSession, socket_: aiohttp.ClientWebSocketResponse[bool]) -> None:
        self._session = session
        self._socket = socket_
        self._outbox: deque[tuple[aiohttp.WSMsgType, bytes] | None] = deque()
        self._waiting = 0
        self._wake: asyncio.Future[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.closing = False

    @classmethod
    async def connect(cls, path: Path) -> Wire:
        """Raises `DaemonUnreachable` where nobody listens; what the daemon says where it turns this process away
        (`PeerRefused`, `Busy`)."""
        session = aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path)), cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with asyncio.timeout(limits.HELLO_SECONDS):
                found = await session.ws_connect(
                    "http://localhost/ws", compress=0, max_msg_size=limits.CLIENT_MESSAGE, decode_text=False
                )
        except aiohttp.WSServerHandshakeError as error:
            await session.close()
            if error.headers is not None and (leaf := BY_CODE.get(error.headers.get(ERROR_HEADER, ""))):
                raise leaf(error.headers.get(MESSAGE_HEADER, "")) from error
            raise DaemonUnreachable("The daemon does not answer.") from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            await session.close()
            raise DaemonUnreachable("The daemon does not answer.") from error
        except BaseException:
            await session.close()
            raise
        return cls(session, found)

    @property
    def socket(self) -> socket.socket:
        found = self._socket.get_extra_info("socket")
        if found is None:
            raise DaemonUnreachable("The daemon closed the connection.")
        assert hasattr(found, "getsockopt")
        return found  # type: ignore[no-any-return]  # a TransportSocket: a socket's questions, not its data

    def start(self, sink: Sink) -> None:
        self._tasks = [asyncio.create_task(self._read(sink)), asyncio.create_task(self._write())]

    async def exchange(self, data: bytes) -> bytes:
        """One question and its answer, before `start`. Raises `DaemonUnreachable` where none comes."""
        try:
            async with asyncio.timeout(limits.HELLO_SECONDS):
                await self._socket.send_frame(data, aiohttp.WSMsgType.TEXT)
                message = await self._socket.receive()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DaemonUnreachable("The daemon does not answer.") from error
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise DaemonUnreachable("The daemon closed the connection.")
        return cast(bytes, message.data)

    async def send(self, data: bytes, binary: bool) -> None:
        """Instead of `start`, for who passes messages on: waits while the daemon does not read. Raises
        `DaemonUnreachable`."""
        try:
            await self._socket.send_frame(data, aiohttp.WSMsgType.BINARY if binary else aiohttp.WSMsgType.TEXT)
        except (aiohttp.ClientError, OSError) as error:
            raise DaemonUnreachable("The daemon closed the connection.") from error

    async def receive(self) -> tuple[bytes, bool] | None:
        """Instead of `start`: the next message and whether it is binary; `None` at the end."""
        message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            return message.data, False
        if message.type is aiohttp.WSMsgType.BINARY:
            return message.data, True
        return None

    async def ended(self) -> None:
        """Waits for the other end to close, before `start`. Raises `DaemonUnreachable` if it does not."""
        try:
            async with asyncio.timeout(limits.START_SECONDS):
                while not self._socket.closed:
                    await self._socket.receive()
        except TimeoutError as error:
            raise DaemonUnreachable("The old daemon does not end.") from error

    def send_text(self, data: bytes) -> None:
        """Raises `Busy` when too much waits."""
        self._put(aiohttp.WSMsgType.TEXT, data)

    def send_binary(self, data: bytes) -> None:
        """Raises `Busy` when too much waits."""
        self._put(aiohttp.WSMsgType.BINARY, data)

    def _put(self, kind: aiohttp.WSMsgType, data: bytes) -> None:
        if self._waiting > limits.CLIENT_OUTBOX:
            raise Busy("Too much waits for the daemon.")
        self._waiting += len(data)
        self._outbox.append((kind, data))
        self._rouse()

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def _write(self) -> None:
        while True:
            while self._outbox:
                message = self._outbox.popleft()
                if message is None:
                    return
                kind, data = message
                try:
                    await self._socket.send_frame(data, kind)
                except (aiohttp.ClientError, OSError):
                    return  # the reader sees the end, and says so
                self._waiting -= len(data)
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake

    async def _read(self, sink: Sink) -> None:
        try:
            while True:
                message = await self._socket.receive()
                if message.type is aiohttp.WSMsgType.TEXT:
                    sink.text(message.data)
                elif message.type is aiohttp.WSMsgType.BINARY:
                    sink.binary(message.data)
                else:
                    return
        finally:
            if not self.closing:
                sink.ended(self)

    async def abort(self) -> None:
        """Ends the connection without a word, before `start`."""
        self.closing = True
        await self._session.close()

    async def close(self) -> None:
        """Sends what waits, then ends the connection; the sink is not told."""
        self.closing = True
        self._outbox.append(None)
        self._rouse()
        try:
            async with asyncio.timeout(limits.CLIENT_CLOSE_SECONDS):
                await asyncio.gather(*self._tasks[1:], return_exceptions=True)
                await self._socket.close()
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
