"""A WebSocket that is read all the time: servers ping, and drop a client that does not look while others run."""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp


class Mailbox:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._messages: asyncio.Queue[aiohttp.WSMessage | None] = asyncio.Queue()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            self._messages.put_nowait(message)
        self._messages.put_nowait(None)

    async def receive(self, seconds: float) -> str | bytes:
        """Raises `TimeoutError`, `RuntimeError` where the server has closed it."""
        async with asyncio.timeout(seconds):
            message = await self._messages.get()
        if message is None or message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            raise RuntimeError(f"the WebSocket ended: {self.socket.close_code}")
        data: str | bytes = message.data
        return data

    async def close(self) -> None:
        await self.socket.close()
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
