"""jupyter_server, with its JSON WebSocket (what its clients use unless they ask) and with the binary one."""

from __future__ import annotations

import itertools
import json
import secrets
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import processes
from benchmarks.peers import Seen
from benchmarks.peers.mailbox import Mailbox

BINARY = "v1.kernel.websocket.jupyter.org"
PATIENCE = 5.0
"""Seconds for which the rest of a run's messages may be late once the reply is there."""


def unpack(data: bytes) -> tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Channel, header, parent header and content of a message of the binary protocol."""
    count = int.from_bytes(data[:8], "little")
    offsets = [int.from_bytes(data[8 * (i + 1) : 8 * (i + 2)], "little") for i in range(count)]
    parts = [data[a:b] for a, b in itertools.pairwise(offsets)]
    return parts[0].decode(), json.loads(parts[1]), json.loads(parts[2]), json.loads(parts[4])


def pack(channel: str, header: dict[str, Any], content: dict[str, Any]) -> bytes:
    parts = [channel.encode(), json.dumps(header).encode(), b"{}", b"{}", json.dumps(content).encode()]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    head = [len(offsets), *offsets]
    return b"".join(number.to_bytes(8, "little") for number in head) + b"".join(parts)


class ServerSession:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, binary: bool) -> None:
        self.socket = socket
        self.mail = Mailbox(socket)
        self.binary = binary
        self.id = uuid.uuid4().hex

    async def send(self, kind: str, content: dict[str, Any]) -> str:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.id,
            "username": "",
            "version": "5.3",
            "date": "2026-01-01T00:00:00Z",
        }
        if self.binary:
            await self.socket.send_bytes(pack("shell", header, content))
        else:
            message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
            await self.socket.send_str(json.dumps(message))
        return str(header["msg_id"])

    async def receive(self, seconds: float) -> tuple[str, str, str, dict[str, Any]]:
        """Channel, type, parent's id, content."""
        data = await self.mail.receive(seconds)
        if isinstance(data, bytes):
            channel, header, parent, content = unpack(data)
        else:
            value = json.loads(data)
            channel, header = value["channel"], value["header"]
            parent, content = value["parent_header"], value["content"]
        return channel, header["msg_type"], parent.get("msg_id", ""), content

    async def ready(self) -> None:
        asked = await self.send("kernel_info_request", {})
        while True:
            _, kind, parent, _ = await self.receive(60)
            if kind == "kernel_info_reply" and parent == asked:
                return

    async def run(self, code: str, *, seconds: float = 120.0) -> Seen:
        seen = Seen()
        began = last = time.perf_counter()
        asked = await self.send("execute_request", {"code": code, "silent": False, "store_history": True})
        replied = idle = False
        while not (replied and idle):
            try:
                channel, kind, parent, content = await self.receive(PATIENCE if replied else seconds)
            except TimeoutError:
                # A kernel's IOPub drops messages when it is not read in time, and this was the last one.
                seen.done = last - began
                return seen
            last = time.perf_counter()
            if parent != asked:
                continue
            if channel == "shell":
                replied = True
                continue
            seen.messages += 1
            if kind == "stream":
                seen.chars += len(content["text"])
            elif kind in ("execute_result", "display_data"):
                seen.largest = max(seen.largest, *(len(str(value)) for value in content["data"].values()))
            elif kind == "error":
                raise RuntimeError(content["evalue"])
            else:
                idle = idle or (kind == "status" and content["execution_state"] == "idle")
                continue
            seen.output = seen.output or time.perf_counter() - began
        seen.done = time.perf_counter() - began
        return seen

    async def close(self) -> None:
        await self.mail.close()


class Server:
    def __init__(self, *, binary: bool) -> None:
        self.binary = binary
        self.name = f"jupyter_server {'binary' if binary else 'JSON'}"
        self.process: subprocess.Popen[bytes] | None = None
        self.http: aiohttp.ClientSession | None = None
        self.base = ""
        self.folder = Path()

    async def start(self, folder: Path) -> None:
        self.folder = folder
        port, token = processes.free_port(), secrets.token_hex(16)
        self.process = processes.start(
            [
                str(processes.PEERS / "jupyter-server"),
                f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0",
                "--ServerApp.open_browser=False",
                "--ServerApp.allow_root=True",
                f"--ServerApp.root_dir={folder}",
                f"--IdentityProvider.token={token}",
                "--ServerApp.iopub_msg_rate_limit=1e9",
                "--ServerApp.iopub_data_rate_limit=1e12",
                "--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=1e9",
                "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1e12",
            ],
            cwd=folder,
        )
        await processes.answers(port, self.process)
        self.base = f"http://127.0.0.1:{port}"
        self.http = aiohttp.ClientSession(headers={"Authorization": f"token {token}"})

    async def session(self) -> ServerSession:
        assert self.http is not None
        async with self.http.post(f"{self.base}/api/kernels", json={"name": "python3"}) as answer:
            answer.raise_for_status()
            kernel = (await answer.json())["id"]
        made_id = uuid.uuid4().hex
        socket = await self.http.ws_connect(
            f"{self.base}/api/kernels/{kernel}/channels?session_id={made_id}",
            protocols=(BINARY,) if self.binary else (),
            max_msg_size=0,
        )
        made = ServerSession(socket, self.binary)
        await made.ready()
        return made

    async def open_notebook(self, name: str) -> int:
        """The number of cells that the contents API answered with."""
        assert self.http is not None
        async with self.http.get(f"{self.base}/api/contents/{name}?content=1") as answer:
            answer.raise_for_status()
            return len((await answer.json())["content"]["cells"])

    def pids(self) -> list[int]:
        return [self.process.pid] if self.process is not None else []

    async def stop(self) -> None:
        if self.http is not None:
            await self.http.close()
        if self.process is not None:
            processes.stop(self.process)
