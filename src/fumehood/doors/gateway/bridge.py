"""From a page's WebSocket to the daemon's and back: whole messages, unchanged, in order.

Whoever does not read stops the other from being read: nothing is queued here but what two sockets and two parsers
hold. Must never look into a message or say one of its own, but for a window of outputs (`narrow`), or connect a second
time: a page whose daemon went away is told so and comes again.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal, NamedTuple

from aiohttp import WSMsgType, web  # noqa: TID253 - only the gateway's process imports this module

from fumehood.client.reach import reach, reach_unsaid
from fumehood.client.wire import Wire
from fumehood.core.errors import DaemonUnreachable
from fumehood.core.paths import Paths
from fumehood.doors.gateway.narrow import Heard, hear

NAME = "hood gateway"

Socket = web.WebSocketResponse[Any]
Side = Literal["page", "daemon"]


class Goodbye(NamedTuple):
    """How a page's WebSocket is closed."""

    code: int
    reason: str


class Daemon:
    """The daemon as a gateway needs it; started whenever it is asked for and does not run."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._asking: asyncio.Task[str] | None = None

    async def wire(self) -> Wire:
        """Raises `DaemonUnreachable`, `DaemonForeign`, `VersionMismatch`, `PeerRefused`, `Busy`."""
        return await reach_unsaid(self._paths, NAME)

    async def blobs(self) -> str:
        """The blob server's address now. However many ask at once, the daemon is asked once. Raises as `wire`."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> str:
        reached = await reach(self._paths, NAME)
        await reached.wire.abort()
        return reached.hello.blobs


async def carry(page: Socket, wire: Wire, only: str | None = None) -> Side:
    """Until one of the two ends; which one that was. Neither is closed. `only`: the page is a window of outputs of the
    notebook at this path, and may say little."""
    ways = (asyncio.create_task(_up(page, wire, only)), asyncio.create_task(_down(wire, page)))
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _up(page: Socket, wire: Wire, only: str | None) -> Side:
    while True:
        message = await page.receive()
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return "page"
        binary = message.type is WSMsgType.BINARY
        heard = Heard(up=message.data) if only is None else hear(message.data, binary, only)
        try:
            if heard.up is not None:
                await wire.send(heard.up, binary)
        except DaemonUnreachable:
            return "daemon"
        try:
            if heard.back is not None:
                await page.send_frame(heard.back, WSMsgType.TEXT)
        except (OSError, RuntimeError):  # aiohttp's ways to say that the connection is closing
            return "page"


async def _down(wire: Wire, page: Socket) -> Side:
    while (message := await wire.receive()) is not None:
        data, binary = message
        try:
            await page.send_frame(data, WSMsgType.BINARY if binary else WSMsgType.TEXT)
        except (OSError, RuntimeError):  # aiohttp's ways to say that the connection is closing
            return "page"
    return "daemon"
