"""The first texts of a WebSocket, before the control protocol: the gateway proves itself, then the page.

Whoever asks hears a proof that only a page with that bearer can make use of. Must never pass anything on.
"""

from __future__ import annotations

import re
from typing import Final

from aiohttp import WSMsgType  # noqa: TID253 - only the gateway's process imports this module

from fumehood.core.errors import PassRefused
from fumehood.doors.gateway.bridge import Socket
from fumehood.doors.passes import Key, Passes
from fumehood.protocol import gateway

_PAGE: Final = re.compile(rf"{gateway.PAGE}([0-9a-f]{{64}}) ([0-9a-f]{{64}})\Z", re.ASCII)
_PROOF: Final = re.compile(rf"{gateway.PROOF}([0-9a-f]{{64}})\Z", re.ASCII)


async def prove(socket: Socket, passes: Passes, host: str) -> Key:
    """The bearer that both sides have. Raises `PassRefused`."""
    asked = _PAGE.match(await _hear(socket))
    if asked is None:
        raise PassRefused("This window is not one of ours any more.")
    greeting = passes.greet(asked[1], asked[2], host)
    await say(socket, f"{gateway.GATEWAY}{greeting.answered} {greeting.proof}")
    said = _PROOF.match(await _hear(socket))
    # It may have ended while the page made its proof.
    if said is None or not greeting.accepts(said[1]) or not passes.knows(greeting.bearer):
        raise PassRefused("This window is not one of ours any more.")
    return greeting.bearer


async def say(socket: Socket, text: str) -> None:
    try:
        await socket.send_str(text)
    except (OSError, RuntimeError):
        pass  # it has gone, which the next read says too


async def _hear(socket: Socket) -> str:
    """The next message, where it is text."""
    message = await socket.receive()
    return message.data.decode("utf-8", "replace") if message.type is WSMsgType.TEXT else ""
