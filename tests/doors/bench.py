"""A door with small operations behind it, and a client without any of `fumehood.client`: raw sockets and WebSockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from fumehood.core import identity
from fumehood.core.ids import RoomId
from fumehood.doors.control import ControlDoor
from fumehood.doors.peer import Handler, Operations, Peer, Place
from fumehood.protocol import jsonrpc, methods
from fumehood.protocol.frames import Document, Frame, Kind, encode_frame

ROOM = RoomId("0123456789abcdef" * 2)
OTHER_ROOM = RoomId("f" * 32)

EXAMPLES: dict[str, dict[str, Any]] = {
    "daemon.hello": {"version": methods.VERSION, "client": "test"},
    "room.open": {"path": "/nowhere/a.ipynb"},
    "room.autosave": {"room": ROOM, "on": False},
    "room.export": {"room": ROOM},
    "cell.insert": {"room": ROOM, "source": "1"},
    "cell.edit": {"room": ROOM, "cell": "a", "source": "1", "version": "0"},
    "cell.move": {"room": ROOM, "cell": "a"},
    "cell.delete": {"room": ROOM, "cell": "a", "version": "0"},
    "cell.restore": {"room": ROOM, "cell": "a"},
    "cell.versions": {"room": ROOM, "cell": "a"},
    "cell.execute": {"room": ROOM, "cells": []},
    "kernel.complete": {"room": ROOM, "code": "a", "cursor": 1},
    "kernel.inspect": {"room": ROOM, "code": "a", "cursor": 1},
    "kernel.input": {"room": ROOM, "request": "a", "value": "a"},
    "comm.send": {"room": ROOM, "comm": "a"},
    "grant.settle": {"room": ROOM, "request": "a", "allow": True},
    "grant.revoke": {"room": ROOM, "agent": "a"},
    "files.list": {"folder": "/nowhere"},
    "files.grant": {"folder": "/nowhere"},
    "files.revoke": {"folder": "/nowhere"},
    "files.create": {"folder": "/nowhere", "name": "a"},
    "files.import": {"folder": "/nowhere", "name": "a", "text": "{}"},
    "policy.allow": {"room": ROOM, "kind": "scripts", "host": "cdn.example.org"},
    "policy.revoke": {"room": ROOM, "kind": "scripts", "host": "cdn.example.org"},
    "policy.guest": {"policy": {}},
    "trust.approve": {"room": ROOM, "digest": "0"},
    "trust.offer": {"room": ROOM, "file": "pyproject.toml"},
    "trust.revoke": {"notebook": ROOM},
    "preferences.write": {"text": "{}"},
}
"""Well-formed params per method; the rest needs a room or nothing."""


def example(method: str) -> dict[str, Any]:
    if method in EXAMPLES:
        return EXAMPLES[method]
    fields = {field.name for field in msgspec.structs.fields(methods.METHODS[method].params)}
    return {"room": ROOM} if "room" in fields else {}


class Bench:
    """Operations that write down what they were asked, in order. `answer` may be replaced per method."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Peer, Any]] = []
        self.frames: list[tuple[Peer, Frame]] = []
        self.left: list[Peer] = []
        self.events: list[str] = []
        self.special: dict[str, Handler] = {}
        self.on_frame: Callable[[Peer, Frame], Awaitable[None]] | None = None

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {name: self._handler(name) for name in methods.METHODS if name != "daemon.hello"}

    def _handler(self, name: str) -> Handler:
        async def handle(peer: Peer, params: Any) -> Any:
            self.calls.append((name, peer, params))
            self.events.append(name)
            if name in self.special:
                return await self.special[name](peer, params)
            return methods.Empty()

        return handle

    async def frame(self, peer: Peer, frame: Frame) -> None:
        self.events.append(f"frame {frame.payload.decode()}")
        if self.on_frame is not None:
            await self.on_frame(peer, frame)
        self.frames.append((peer, frame))

    async def gone(self, peer: Peer) -> None:
        self.left.append(peer)


def admit_all(connected: socket.socket, door: str) -> Place:
    """A placing that looks at nothing: what the doors do must not depend on it, and attacks must succeed with it."""
    pid, _ = identity.peer(connected)
    return Place("person" if door == "control" else "agent", None, pid)


def say_hello(peer: Peer) -> methods.HelloResult:
    return methods.HelloResult(
        version=methods.VERSION, build="test", incarnation="0", role=peer.role, peer=peer.number, blobs=""
    )


@asynccontextmanager
async def opened(
    folder: Path,
    operations: Operations,
    place: Callable[[socket.socket, str], Place] = admit_all,
) -> AsyncIterator[ControlDoor]:
    door = ControlDoor(operations, place, say_hello)
    await door.start(folder / "control.sock", folder / "agent.sock")
    try:
        yield door
    finally:
        await door.close()


class Caller:
    def __init__(self, websocket: aiohttp.ClientWebSocketResponse[bool]) -> None:
        self.websocket = websocket
        self.notes: list[jsonrpc.Incoming] = []
        self._next = 1

    async def send(self, method: str, params: Any = None, *, number: int | None = None) -> None:
        body = example(method) if params is None else params
        await self.websocket.send_str(jsonrpc.request(method, body, number).decode())

    async def send_frame(
        self, payload: bytes, kind: Kind = Kind.UPDATE, document: Document = Document.NOTEBOOK, room: RoomId = ROOM
    ) -> None:
        await self.websocket.send_bytes(encode_frame(Frame(room=room, document=document, kind=kind, payload=payload)))

    async def call(self, method: str, params: Any = None) -> jsonrpc.Incoming:
        number, self._next = self._next, self._next + 1
        await self.send(method, params, number=number)
        return await self.answer(number)

    async def answer(self, number: int | None) -> jsonrpc.Incoming:
        while True:
            incoming = await self.receive()
            assert incoming is not None, "the connection ended before the answer"
            if not incoming.method and incoming.id == number:
                return incoming
            self.notes.append(incoming)

    async def receive(self) -> jsonrpc.Incoming | None:
        """The next message, `None` at the end."""
        message = await asyncio.wait_for(self.websocket.receive(), 20)
        if message.type is not aiohttp.WSMsgType.TEXT:
            return None
        data: str = message.data
        return jsonrpc.parse_incoming(data)


def code_of(answer: jsonrpc.Incoming) -> str:
    return "" if answer.error is None else str(answer.error.data["code"])


@asynccontextmanager
async def connected(path: Path, **headers: str) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session:
        url = "http://localhost/ws"
        async with session.ws_connect(url, headers=headers, max_msg_size=0, timeout=_CLOSE) as websocket:
            yield Caller(websocket)


_CLOSE = aiohttp.ClientWSTimeout(ws_close=3.0)


@asynccontextmanager
async def greeted(path: Path, client: str = "test") -> AsyncIterator[Caller]:
    async with connected(path) as caller:
        answer = await caller.call("daemon.hello", {"version": methods.VERSION, "client": client})
        assert answer.error is None, answer.error
        yield caller


UPGRADE = {
    "Host": "localhost",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def http(method: str = "GET", target: str = "/ws", headers: Mapping[str, str] = UPGRADE, extra: str = "") -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}{extra}\r\n".encode("latin-1")


async def status_of(path: Path, request: bytes) -> int:
    """The status of the answer to a raw request; 0 where the connection was ended without one."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    try:
        writer.write(request)
        line = await asyncio.wait_for(reader.readline(), 20)
    except ConnectionError:
        return 0
    finally:
        writer.close()
    return int(line.split()[1]) if line else 0


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another task or process
            await asyncio.sleep(0.005)
