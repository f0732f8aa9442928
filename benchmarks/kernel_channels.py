"""Our kernel channels against raw blocking jupyter_client, on one kernel each, interleaved.

`python benchmarks/kernel_channels.py [--runs 300]` prints one line of JSON: the median of `1+1` from request to the
idle status with reply, and the time to drain 20,000 flushed prints, for both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

from fumehood.kernels.kernel import Kernel
from fumehood.kernels.specs import default_spec
from fumehood.kernels.wire import KernelMessage

FLUSHED = "import sys\nfor i in range(20000):\n    sys.stdout.write(f'{i}\\n'); sys.stdout.flush()\n"
REQUEST = {
    "silent": False,
    "store_history": True,
    "user_expressions": {},
    "allow_stdin": False,
    "stop_on_error": True,
}


class Ours:
    def __init__(self) -> None:
        self.kernel: Kernel
        self._wanted = ""
        self._left: set[str] = set()
        self._done = asyncio.Event()
        self.lines = 0

    async def start(self, folder: Path) -> None:
        self.kernel = await Kernel.start(default_spec(), folder, folder.parent, dict(os.environ), self._take)

    def _take(self, message: KernelMessage) -> None:
        if message.parent_id != self._wanted:
            return
        if message.msg_type == "stream":
            self.lines += message.content["text"].count("\n")
        elif message.msg_type == "execute_reply" or (
            message.msg_type == "status" and message.content["execution_state"] == "idle"
        ):
            self._left.discard(message.msg_type)
            if not self._left:
                self._done.set()

    async def run(self, code: str) -> float:
        self._done.clear()
        self._left = {"execute_reply", "status"}
        start = time.perf_counter()
        self._wanted = self.kernel.send("shell", "execute_request", {"code": code, **REQUEST})
        await self._done.wait()
        return time.perf_counter() - start


class Raw:
    def __init__(self, transport: str) -> None:
        self.manager = KernelManager(transport=transport)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.lines = 0

    def run(self, code: str) -> float:
        start = time.perf_counter()
        wanted = self.client.execute(code, allow_stdin=False)
        while True:
            message: dict[str, Any] = self.client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != wanted:
                continue
            if message["msg_type"] == "stream":
                self.lines += message["content"]["text"].count("\n")
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        while self.client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != wanted:
            pass
        return time.perf_counter() - start

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


async def main(runs: int, floods: int) -> None:
    ours, raw = Ours(), Raw("tcp")
    place = tempfile.TemporaryDirectory(prefix="fhb-")
    await ours.start(Path(place.name) / "k")
    try:
        for _ in range(20):
            raw.run("1+1")
            await ours.run("1+1")
        times: dict[str, list[float]] = {"ours": [], "raw": []}
        for _ in range(runs):
            times["raw"].append(raw.run("1+1"))
            times["ours"].append(await ours.run("1+1"))
        drained: dict[str, list[float]] = {"ours": [], "raw": []}
        raw.lines = ours.lines = 0
        for _ in range(floods):
            drained["raw"].append(raw.run(FLUSHED))
            drained["ours"].append(await ours.run(FLUSHED))
        print(
            json.dumps(
                {
                    "1+1 median ms": {k: round(statistics.median(v) * 1000, 2) for k, v in times.items()},
                    "1+1 p90 ms": {k: round(statistics.quantiles(v, n=10)[8] * 1000, 2) for k, v in times.items()},
                    "20,000 flushed prints s": {k: round(statistics.median(v), 2) for k, v in drained.items()},
                    "lines lost": {"ours": 20000 * floods - ours.lines, "raw": 20000 * floods - raw.lines},
                    "faults": sum(ours.kernel.faults.values()),
                }
            )
        )
    finally:
        raw.close()
        await ours.kernel.shutdown()
        place.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--floods", type=int, default=3)
    asked = parser.parse_args()
    asyncio.run(main(asked.runs, asked.floods))
