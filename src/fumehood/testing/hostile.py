"""A client of the control or agent socket that says whatever it likes: for tests of what a door withstands.

Speaks just enough WebSocket (RFC 6455) by hand to break every rule of it. Blocking, one socket, no dependencies.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class HostileClient:
    def __init__(self, path: Path, timeout: float = 10.0) -> None:
        """Connects; says nothing yet."""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self._buffer = b""
        self._id = 0

    # -- the upgrade

    def request(
        self, method: str = "GET", target: str = "/ws", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> int:
        """Any HTTP request; gives the status of the answer. `headers` replace those of a good upgrade; "" drops one."""
        key = base64.b64encode(os.urandom(16)).decode()
        whole = {
            "Host": "localhost",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
        } | dict(headers or {})
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in whole.items() if value)]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        head = self._until(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1])

    def upgrade(self) -> HostileClient:
        assert self.request() == 101, "the door did not take a good upgrade"
        return self

    def hello(self, version: int = 1, client: str = "hostile") -> dict[str, Any]:
        return self.call("daemon.hello", {"version": version, "client": client})

    # -- frames

    def send_frame(
        self,
        opcode: int,
        payload: bytes,
        *,
        fin: bool = True,
        masked: bool = True,
        reserved: int = 0,
        length: int | None = None,
    ) -> None:
        """`length` lies about the payload's size."""
        size = len(payload) if length is None else length
        head = bytes([(fin << 7) | (reserved << 4) | opcode])
        if size < 126:
            head += bytes([(masked << 7) | size])
        elif size < 65536:
            head += bytes([(masked << 7) | 126]) + struct.pack("!H", size)
        else:
            head += bytes([(masked << 7) | 127]) + struct.pack("!Q", size)
        if masked:
            mask = os.urandom(4)
            payload = mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self.socket.sendall(head + payload)

    def send_text(self, text: str | bytes) -> None:
        self.send_frame(TEXT, text.encode() if isinstance(text, str) else text)

    def send_binary(self, data: bytes) -> None:
        self.send_frame(BINARY, data)

    def receive(self) -> tuple[int, bytes]:
        """(opcode, payload) of the next frame. Raises `EOFError` when the other end is gone."""
        first, second = self._exactly(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self._exactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._exactly(8))
        return first & 0x0F, self._exactly(size)

    def call(self, method: str, params: Any = None) -> dict[str, Any]:
        """A request and the answer to it, with what comes in between thrown away."""
        self._id += 1
        self.send_text(json.dumps({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params or {}}))
        return self.answer(self._id)

    def answer(self, id: int | None) -> dict[str, Any]:
        while True:
            opcode, data = self.receive()
            if opcode == CLOSE:
                raise EOFError("the door closed the connection")
            if opcode == TEXT:
                message: dict[str, Any] = json.loads(data)
                if "method" not in message and message.get("id") == id:
                    return message

    def ended(self) -> bool:
        """Waits until the other end closes; false if it does not within the time-out."""
        try:
            while True:
                self.receive()
        except (EOFError, ConnectionError):
            return True
        except TimeoutError:
            return False

    # -- inside

    def _exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found

    def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            self._more()
        found, self._buffer = self._buffer.split(end, 1)
        return found

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("the other end is gone")
        self._buffer += data

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> HostileClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
