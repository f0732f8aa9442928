"""One connection that was let in: hello, then requests and frames until it ends.

Begins messages in the order in which they came (see `peer.Operations`), answers each request once, and holds every
task that it started until that has ended. Must never let a defect of a handler end another connection, nor say
anything of it to the peer but that there was one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy, HoodError, Internal, LimitExceeded, VersionMismatch
from fumehood.core.logs import note, note_failure
from fumehood.doors import dispatch
from fumehood.doors.outbox import Outbox
from fumehood.doors.peer import Operations, Peer, Place
from fumehood.protocol import jsonrpc, methods
from fumehood.protocol.base import decode_json

_log = logging.getLogger("fumehood.doors")


class Wire(Protocol):
    """Whole messages in: `None` at the end of the connection."""

    async def receive(self) -> tuple[bytes, bool] | None:
        """(bytes, is binary)"""
        ...


class Session:
    def __init__(
        self,
        place: Place,
        wire: Wire,
        outbox: Outbox,
        operations: Operations,
        hello: Callable[[Peer], methods.HelloResult],
    ) -> None:
        self._place = place
        self._wire = wire
        self._outbox = outbox
        self._operations = operations
        self._hello = hello
        self._tasks: set[asyncio.Task[None]] = set()
        self.peer: Peer | None = None
        self.leaving = False
        """Set when the daemon ends: requests that still come are refused."""

    async def greet(self, ordinal: int) -> Peer | None:
        """The peer, once the first message was a good hello. Otherwise `None`, and the peer was told why."""
        message = await self._wire.receive()
        if message is None:
            return None
        number: int | None = None
        try:
            data, binary = message
            if binary:
                raise BadMessage("The first message must be daemon.hello.")
            request = _parse(data)
            number = request.id
            if request.method != dispatch.HELLO or number is None:
                raise BadMessage("The first message must be daemon.hello.")
            version = decode_json(request.params, _Version).version
            if version != methods.VERSION:
                raise VersionMismatch(
                    f"This daemon speaks version {methods.VERSION} of the protocol, the program version {version}.",
                    version=methods.VERSION,
                )
            params = decode_json(request.params, methods.HelloParams)
            peer = Peer(ordinal, self._place, params.client, self._outbox)
            self._outbox.text(jsonrpc.result(number, self._hello(peer)))
        except HoodError as error:
            note(_log, "hello.refused", code=error.code, pid=self._place.pid)
            self._outbox.text(jsonrpc.failure(number, error))
            return None
        self.peer = peer
        return peer

    async def serve(self, peer: Peer) -> None:
        """Until the connection ends; then until the handlers that it began have ended."""
        try:
            while (message := await self._wire.receive()) is not None:
                data, binary = message
                if binary:
                    await self._frame(peer, data)
                else:
                    await self._request(peer, data)
        finally:
            await self._end(peer)

    async def _request(self, peer: Peer, data: bytes) -> None:
        number: int | None = None
        try:
            request = _parse(data)
            number = request.id
            params = dispatch.admit_request(peer.role, peer.room, request)
            if self.leaving:
                raise Busy("The daemon is ending.")
            if len(self._tasks) >= limits.REQUESTS_IN_FLIGHT:
                raise Busy(f"{limits.REQUESTS_IN_FLIGHT} requests of this connection are waiting already.")
        except HoodError as error:
            self._outbox.text(jsonrpc.failure(number, error))
            return
        task = asyncio.create_task(self._answer(peer, request.method, number, params))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # The loop is first in, first out: after one turn the handler has run up to its first suspension.
        await asyncio.sleep(0)

    async def _answer(self, peer: Peer, method: str, number: int | None, params: Any) -> None:
        try:
            reply = jsonrpc.result(number, await self._operations.handlers[method](peer, params))
        except HoodError as error:
            reply = jsonrpc.failure(number, error)
        except Exception as error:  # noqa: BLE001 - the last resort: a defect of one handler is one failed request
            note_failure(_log, "request.failed", error, method=method)
            reply = jsonrpc.failure(number, _internal())
        if number is not None:
            self._outbox.text(reply)

    async def _frame(self, peer: Peer, data: bytes) -> None:
        try:
            frame = dispatch.admit_frame(peer.role, data)
            if self.leaving:
                raise Busy("The daemon is ending.")
            await self._operations.frame(peer, frame)
        except HoodError as error:
            self._outbox.text(jsonrpc.failure(None, error))
        except Exception as error:  # noqa: BLE001 - as above: a defect is one refused frame
            note_failure(_log, "frame.failed", error)
            self._outbox.text(jsonrpc.failure(None, _internal()))

    async def _end(self, peer: Peer) -> None:
        try:
            await self._operations.gone(peer)
        except Exception as error:  # noqa: BLE001 - the connection is over in any case
            note_failure(_log, "gone.failed", error)
        # A save or an edit that was asked for is finished though nobody waits for its answer.
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=limits.ASK_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


class _Version(msgspec.Struct, frozen=True):
    """As much of a hello as every version has: a newer program may say more in it."""

    version: int


def _parse(data: bytes) -> jsonrpc.Request:
    if len(data) > limits.RPC_MESSAGE:
        raise LimitExceeded(f"A request may have {limits.RPC_MESSAGE} bytes.")
    return jsonrpc.parse_request(data)


def _internal() -> Internal:
    return Internal("Something went wrong in the daemon.")
