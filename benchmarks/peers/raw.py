"""A kernel with nothing between: jupyter_client, in the benchmark's own process. The floor that the others stand on."""

from __future__ import annotations

import asyncio
import os
import queue
import time
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.peers import Seen

PATIENCE = 5.0
"""Seconds for which the rest of a run's messages may be late once the reply is there."""


class RawSession:
    """The blocking client, as most scripts use it."""

    def __init__(self, folder: Path) -> None:
        from jupyter_client.manager import KernelManager

        self.manager: Any = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder), env={**os.environ})
        self.client: Any = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)

    async def run(self, code: str, *, seconds: float = 120.0) -> Seen:
        seen = Seen()
        began = last = time.perf_counter()
        parent = self.client.execute(code)
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=PATIENCE)
            except queue.Empty:
                if self.client.shell_channel.msg_ready():
                    # A kernel's IOPub drops messages when it is not read in time, and this was the last one.
                    began += time.perf_counter() - last
                    break
                if time.perf_counter() - began > seconds:
                    raise
                continue
            last = time.perf_counter()
            if message["parent_header"].get("msg_id") != parent:
                continue
            seen.messages += 1
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                seen.chars += len(content["text"])
            elif kind in ("execute_result", "display_data"):
                seen.largest = max(seen.largest, *(len(str(value)) for value in content["data"].values()))
            elif kind == "error":
                raise RuntimeError(content["evalue"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
            else:
                continue
            seen.output = seen.output or time.perf_counter() - began
        while self.client.get_shell_msg(timeout=seconds)["parent_header"].get("msg_id") != parent:
            pass
        seen.done = time.perf_counter() - began
        return seen

    async def close(self) -> None:
        self.client.stop_channels()
        await asyncio.to_thread(self.manager.shutdown_kernel, now=True)


class Raw:
    name = "raw jupyter_client"

    def __init__(self) -> None:
        self.sessions: list[RawSession] = []
        self.folder = Path()

    async def start(self, folder: Path) -> None:
        self.folder = folder

    async def session(self) -> RawSession:
        made = RawSession(self.folder)
        self.sessions.append(made)
        return made

    def pids(self) -> list[int]:
        return [session.pid for session in self.sessions if processes.family([session.pid])]

    async def stop(self) -> None:
        for session in self.sessions:
            await session.close()
        self.sessions.clear()
