"""Requests that wait for their answers, over the life of several connections.

Pure bookkeeping with futures. A call that may be said twice (it reads, or names what it does by an id) is sent again
on a new connection; another one that was under way when the connection was lost fails, because nobody can say whether
it was done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fumehood.core.errors import DaemonUnreachable, HoodError
from fumehood.protocol import jsonrpc
from fumehood.protocol.base import decode_json
from fumehood.protocol.methods import METHODS

REPEATABLE: Final = frozenset(
    (
        "daemon.status",
        "room.open",
        "room.save",
        "room.autosave",
        "room.leave",
        "room.trash",
        "cell.read",
        "cell.versions",
        "cell.execute",
        "kernel.specs",
        "kernel.interrupt",
        "kernel.complete",
        "kernel.inspect",
        "kernel.history",
        "grant.list",
        "files.recent",
        "files.list",
        "files.grant",
        "files.grants",
        "trust.sheet",
        "trust.list",
        "preferences.read",
        "preferences.write",
    )
)


@dataclass(slots=True)
class Call:
    id: int
    method: str
    message: bytes
    future: asyncio.Future[Any]
    received: Callable[[Any], None] | None
    repeat: bool
    """May be sent again on another connection."""
    sent: bool = False


class Calls:
    def __init__(self) -> None:
        self._next = 1
        self._open: dict[int, Call] = {}

    def new(
        self,
        method: str,
        params: Any,
        received: Callable[[Any], None] | None = None,
        repeat: bool | None = None,
    ) -> Call:
        """`received` is called with the result in the order of messages, before anyone who awaits it goes on."""
        number, self._next = self._next, self._next + 1
        future = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda _: self._open.pop(number, None))
        message = jsonrpc.request(method, params, number)
        call = Call(number, method, message, future, received, method in REPEATABLE if repeat is None else repeat)
        self._open[number] = call
        return call

    def answered(self, message: jsonrpc.Incoming) -> None:
        call = self._open.pop(message.id, None) if message.id is not None else None
        if call is None or call.future.done():
            return
        try:
            if message.error is not None:
                raise jsonrpc.to_error(message.error)
            value: Any = decode_json(message.result, METHODS[call.method].result)
            if call.received is not None:
                call.received(value)
        except HoodError as error:
            call.future.set_exception(error)
        else:
            call.future.set_result(value)

    def lost(self) -> None:
        """The connection is gone."""
        for call in list(self._open.values()):
            if call.sent and not call.repeat:
                self._fail(call, DaemonUnreachable("The connection was lost; whether this was done is not known."))
            call.sent = False

    def unsent(self) -> list[Call]:
        return [call for call in self._open.values() if not call.sent]

    def give_up(self, error: HoodError) -> None:
        for call in list(self._open.values()):
            self._fail(call, error)

    def _fail(self, call: Call, error: HoodError) -> None:
        self._open.pop(call.id, None)
        if not call.future.done():
            call.future.set_exception(error)
            call.future.exception()  # seen: a call that nobody awaits any more may fail without a word
