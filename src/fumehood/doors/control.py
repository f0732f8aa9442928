"""The control and agent sockets: WebSocket servers on two Unix sockets, for whoever `place` lets in.

Every connection is placed when it arrives, before a byte of it is read; has `limits.HELLO_SECONDS` until its hello;
and is one of at most `limits.PEERS`. What a peer may then say is decided in `dispatch`. Knows aiohttp, and no room.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from aiohttp import WSCloseCode, WSMsgType, web  # noqa: TID253 - only the daemon imports this module

from fumehood.core import limits
from fumehood.core.errors import Busy, HoodError, Internal, PeerRefused
from fumehood.core.logs import note, note_failure
from fumehood.doors.dispatch import HELLO
from fumehood.doors.guards import Route
from fumehood.doors.outbox import Outbox
from fumehood.doors.peer import Operations, Peer, Place
from fumehood.doors.session import Session
from fumehood.doors.sockets import listen_private
from fumehood.doors.turnaway import TurnAway
from fumehood.doors.upgrade import ROUTES, verdict
from fumehood.protocol import frames, jsonrpc
from fumehood.protocol.methods import METHODS, HelloResult

_log = logging.getLogger("fumehood.doors")
_CLOSE_SECONDS: Final = 2.0
"""What a peer that is sent away has for reading the rest."""


@dataclass(eq=False, slots=True)
class _Arrival:
    """A connection from its acceptance to its end."""

    door: str
    place: Place
    transport: asyncio.Transport | None = None
    deadline: asyncio.TimerHandle | None = None
    session: Session | None = None
    outbox: Outbox | None = None
    writer: asyncio.Task[None] | None = None
    websocket: web.WebSocketResponse[Any] | None = None

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()


class _Server(web.Server):
    """aiohttp's server, which says when a connection begins and ends."""

    def __init__(self, door: ControlDoor) -> None:
        super().__init__(door._handle, access_log=None, keepalive_timeout=limits.HELLO_SECONDS)
        self._door = door

    def connection_made(self, handler: Any, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._door._began(handler, transport)

    def connection_lost(self, handler: Any, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._door._ended(handler)


@dataclass(slots=True)
class _Listener:
    path: Path
    sock: socket.socket
    task: asyncio.Task[None] | None = field(default=None)


class ControlDoor:
    def __init__(
        self,
        operations: Operations,
        place: Callable[[socket.socket, str], Place],
        hello: Callable[[Peer], HelloResult],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`place` gets the connected socket and `"control"` or `"agent"`; raises PeerRefused. `changed` is called
        whenever a peer came or went. Raises Internal where a method has no handler, or a handler no method."""
        if different := operations.handlers.keys() ^ (METHODS.keys() - {HELLO}):
            raise Internal(f"Methods and handlers differ: {', '.join(sorted(different))}.")
        self._operations = operations
        self._place = place
        self._hello = hello
        self._changed = changed
        self._arrivals: dict[Any, _Arrival] = {}
        self._refusals: set[TurnAway] = set()
        self._listeners: list[_Listener] = []
        self._server: _Server | None = None
        self._count = 0

    @staticmethod
    def routes() -> tuple[Route, ...]:
        return ROUTES

    @property
    def peers(self) -> int:
        """Connections that have said hello."""
        return len(self._peers())

    def _peers(self) -> list[Peer]:
        return [a.session.peer for a in self._arrivals.values() if a.session is not None and a.session.peer is not None]

    def broadcast(self, method: str, params: Any) -> None:
        message = jsonrpc.notification(method, params)
        for peer in self._peers():
            peer.send_text(message)

    async def start(self, control: Path, agent: Path) -> None:
        """Listens at both paths. Raises PlaceUnsafe."""
        self._server = _Server(self)
        for path, door in ((control, "control"), (agent, "agent")):
            listener = _Listener(path, listen_private(path))
            listener.task = asyncio.create_task(self._accept(listener.sock, door))
            self._listeners.append(listener)

    # -- arrival

    async def _accept(self, listener: socket.socket, door: str) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connected, _ = await loop.sock_accept(listener)
            except OSError as error:  # out of descriptors: those that are connected must not suffer
                note(_log, "accept.failed", level=logging.ERROR, reason=error.strerror)
                await asyncio.sleep(0.1)
                continue
            try:
                await self._arrive(connected, door)
            except Exception as error:  # noqa: BLE001 - the door stays open whatever one connection does
                note_failure(_log, "arrival.failed", error, door=door)
                connected.close()

    async def _arrive(self, connected: socket.socket, door: str) -> None:
        loop = asyncio.get_running_loop()
        connected.setblocking(False)
        try:
            place = self._place(connected, door)
            if len(self._arrivals) >= limits.PEERS:
                raise Busy(f"{limits.PEERS} programs are connected already.")
            if door == "agent" and sum(a.door == door for a in self._arrivals.values()) >= limits.AGENT_PEERS:
                raise Busy(f"{limits.AGENT_PEERS} agents are connected already.")
        except HoodError as error:
            await self._turn_away(connected, door, error)
            return
        server = self._server
        assert server is not None

        def protocol() -> asyncio.Protocol:
            handler = server()
            self._arrivals[handler] = _Arrival(door, place)
            return cast(asyncio.Protocol, handler)

        await loop.connect_accepted_socket(protocol, connected)

    async def _turn_away(self, connected: socket.socket, door: str, error: HoodError) -> None:
        note(_log, "peer.refused", level=logging.WARNING, door=door, code=error.code, reason=error.message)
        foreign = isinstance(error, PeerRefused) and error.data.get("foreign", False)
        if foreign or len(self._refusals) >= limits.REFUSALS:
            connected.close()
            return
        refusal = TurnAway(error)
        self._refusals.add(refusal)
        refusal.ended.add_done_callback(lambda _: self._refusals.discard(refusal))
        await asyncio.get_running_loop().connect_accepted_socket(lambda: refusal, connected)

    def _began(self, handler: Any, transport: asyncio.Transport) -> None:
        arrival = self._arrivals[handler]
        arrival.transport = transport
        arrival.deadline = asyncio.get_running_loop().call_later(limits.HELLO_SECONDS, transport.abort)

    def _ended(self, handler: Any) -> None:
        arrival = self._arrivals.pop(handler, None)
        if arrival is None:
            return
        if arrival.deadline is not None:
            arrival.deadline.cancel()
        if arrival.session is not None and arrival.session.peer is not None:
            self._changed()

    # -- one connection

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        status = verdict(request.method, request.raw_path, request.headers)
        arrival = self._arrivals.get(request.protocol)
        if arrival is None:  # it has ended already
            status = 403
        if status != 101:
            allow = {"Allow": "GET"} if status == 405 else {"Upgrade": "websocket"} if status == 426 else {}
            response = web.Response(status=status, headers=allow)
            response.force_close()
            return response
        assert arrival is not None
        largest = limits.SYNC_MESSAGE + frames.HEAD if arrival.place.role == "person" else limits.RPC_MESSAGE
        websocket: web.WebSocketResponse[Any] = web.WebSocketResponse(
            timeout=_CLOSE_SECONDS, compress=False, max_msg_size=largest, decode_text=False
        )
        await websocket.prepare(request)
        await self._serve(arrival, websocket)
        return websocket

    async def _serve(self, arrival: _Arrival, websocket: web.WebSocketResponse[Any]) -> None:
        wire = _Wire(websocket)

        def cut(reason: str) -> None:
            note(_log, "peer.dropped", level=logging.WARNING, reason=reason, pid=arrival.place.pid)
            arrival.abort()

        outbox = arrival.outbox = Outbox(wire.send, cut)
        arrival.writer = asyncio.create_task(_write(outbox, arrival))
        arrival.websocket = websocket
        session = arrival.session = Session(arrival.place, wire, outbox, self._operations, self._hello)
        self._count += 1
        try:
            peer = await session.greet(self._count)
            if peer is not None:
                if arrival.deadline is not None:
                    arrival.deadline.cancel()
                note(_log, "peer.came", peer=peer.number, role=peer.role, pid=peer.pid, client=peer.client)
                self._changed()
                await session.serve(peer)
                note(_log, "peer.left", peer=peer.number)
        finally:
            await _part(arrival)

    # -- the end

    def leave(self) -> None:
        """No new connections, no new requests; what is running goes on. The socket files are gone when it returns."""
        for listener in self._listeners:
            if listener.task is not None:
                listener.task.cancel()
            listener.sock.close()
            listener.path.unlink(missing_ok=True)
        for arrival in self._arrivals.values():
            if arrival.session is not None:
                arrival.session.leaving = True

    async def close(self) -> None:
        """`leave`, then the end of every connection once what waits for it was sent."""
        self.leave()
        tasks = [listener.task for listener in self._listeners if listener.task is not None]
        self._listeners.clear()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(_part(arrival) for arrival in list(self._arrivals.values())))
        if self._server is not None:
            await self._server.shutdown(_CLOSE_SECONDS)
            self._server = None


class _Wire:
    def __init__(self, websocket: web.WebSocketResponse[Any]) -> None:
        self._websocket = websocket

    async def receive(self) -> tuple[bytes, bool] | None:
        message = await self._websocket.receive()
        if message.type is WSMsgType.TEXT:
            return message.data, False
        if message.type is WSMsgType.BINARY:
            return message.data, True
        return None

    async def send(self, data: bytes, binary: bool) -> None:
        await self._websocket.send_frame(data, WSMsgType.BINARY if binary else WSMsgType.TEXT)


async def _write(outbox: Outbox, arrival: _Arrival) -> None:
    try:
        await outbox.run()
    except (OSError, RuntimeError):  # aiohttp's ways to say that the connection is closing
        arrival.abort()


async def _part(arrival: _Arrival) -> None:
    """Sends what waits, says goodbye, and ends the connection; all of it within `_CLOSE_SECONDS` twice."""
    if arrival.outbox is None or arrival.writer is None or arrival.websocket is None:
        arrival.abort()
        return
    arrival.outbox.finish()
    await asyncio.wait((arrival.writer,), timeout=_CLOSE_SECONDS)
    arrival.writer.cancel()
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await arrival.websocket.close(code=WSCloseCode.GOING_AWAY)
    except (OSError, RuntimeError, TimeoutError):
        pass
    arrival.abort()
