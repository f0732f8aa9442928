"""How a connection that may not come in is told so, without a byte of it being parsed.

One fixed HTTP answer, then the end. Whoever is turned away gets a second to read it; more than
`limits.REFUSALS` at once are closed without a word.
"""

from __future__ import annotations

import asyncio
import http
from typing import cast

from fumehood.core.errors import Busy, HoodError
from fumehood.protocol.upgrade import ERROR_HEADER, MESSAGE_HEADER

_PATIENCE = 1.0
_MOST = 64 * 1024


def answer(error: HoodError) -> bytes:
    status = http.HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, Busy) else http.HTTPStatus.FORBIDDEN
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"{ERROR_HEADER}: {error.code}",
        f"{MESSAGE_HEADER}: {ascii(error.message)[1:-1]}",
        "Content-Length: 0",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


class TurnAway(asyncio.Protocol):
    """Says `answer` at once; ends when the request has been sent whole, or after `_PATIENCE`.

    Closing earlier would reset the connection while the other side still writes, and it would not read why.
    """

    def __init__(self, error: HoodError) -> None:
        self._answer = answer(error)
        self._tail = b""
        self._got = 0
        self._timer: asyncio.TimerHandle | None = None
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self._transport.abort)
        self._transport.write(self._answer)

    def data_received(self, data: bytes) -> None:
        self._got += len(data)
        self._tail = (self._tail + data)[-8:]
        if self._tail.endswith(b"\r\n\r\n") or self._got > _MOST:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self.ended.done():
            self.ended.set_result(None)
