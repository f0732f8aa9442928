"""marimo's edit server: one server process and one kernel for one notebook, driven as its page drives it."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import processes
from benchmarks.peers import Seen
from benchmarks.peers.mailbox import Mailbox

CELL = "bench"
EMPTY = 'import marimo\n\napp = marimo.App()\n\n\nif __name__ == "__main__":\n    app.run()\n'


class MarimoSession:
    def __init__(self, http: aiohttp.ClientSession, base: str, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.http = http
        self.base = base
        self.mail = Mailbox(socket)

    async def post(self, path: str, body: dict[str, Any]) -> None:
        async with self.http.post(f"{self.base}/api/kernel/{path}", json=body) as answer:
            answer.raise_for_status()

    async def receive(self, seconds: float) -> tuple[str, dict[str, Any]]:
        value = json.loads(await self.mail.receive(seconds))
        return value["op"], value["data"]

    async def run(self, code: str, *, seconds: float = 120.0) -> Seen:
        seen = Seen()
        began = time.perf_counter()
        await self.post("run", {"cellIds": [CELL], "codes": [code]})
        while True:
            kind, data = await self.receive(seconds)
            if kind == "cell-op" and data.get("cell_id") == CELL:
                seen.messages += 1
                found = data.get("output")
                console = data.get("console") or []
                parts = console if isinstance(console, list) else [console]
                seen.chars += sum(len(part["data"]) for part in parts if isinstance(part.get("data"), str))
                if found is not None and found.get("channel") == "marimo-error":
                    raise RuntimeError(str(found)[:300])
                if found is not None and found.get("data"):
                    seen.largest = max(seen.largest, await self.bytes_of(str(found["data"])))
                if (found is not None and found.get("data")) or parts:
                    seen.output = seen.output or time.perf_counter() - began
            elif kind == "completed-run":
                seen.done = time.perf_counter() - began
                return seen

    async def bytes_of(self, text: str) -> int:
        """What the page would show: the file that an image refers to, or the text itself."""
        found = re.search(r"\./(@file/[^\s'\"<>]+)", text)
        if found is None:
            return len(text)
        async with self.http.get(f"{self.base}/{found.group(1)}") as answer:
            answer.raise_for_status()
            return len(await answer.read())

    async def close(self) -> None:
        await self.mail.close()


class Marimo:
    name = "marimo"

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.http: aiohttp.ClientSession | None = None
        self.port = 0

    async def start(self, folder: Path) -> None:
        self.port = processes.free_port()
        (folder / "notebook.py").write_text(EMPTY)
        self.process = processes.start(
            [
                *(str(processes.PEERS / "marimo"), "-q", "-y", "edit", "notebook.py", "--headless", "--no-token"),
                *("--no-skew-protection", "--skip-update-check", "--no-sandbox", "-p", str(self.port)),
            ],
            cwd=folder,
            env={"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder)},
        )
        await processes.answers(self.port, self.process)
        self.http = aiohttp.ClientSession(headers={"Marimo-Session-Id": "s_bench0"})

    async def session(self) -> MarimoSession:
        assert self.http is not None
        base = f"http://127.0.0.1:{self.port}"
        socket = await self.http.ws_connect(f"{base}/ws?session_id=s_bench0", max_msg_size=0)
        made = MarimoSession(self.http, base, socket)
        while (await made.receive(60))[0] != "kernel-ready":
            pass
        await made.post("instantiate", {"objectIds": [], "values": [], "autoRun": False})
        while (await made.receive(60))[0] != "completed-run":
            pass
        return made

    def pids(self) -> list[int]:
        return [self.process.pid] if self.process is not None else []

    async def stop(self) -> None:
        if self.http is not None:
            await self.http.close()
        if self.process is not None:
            processes.stop(self.process)
