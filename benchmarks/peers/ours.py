"""fumehood, through its Python client: the daemon, a runtime and a kernel for each notebook, in a home of their own."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import fumehood.client
from benchmarks import processes
from benchmarks.peers import Seen
from fumehood.client import Client, Notebook
from fumehood.core import limits
from fumehood.protocol import events as ev
from fumehood.protocol.outputs import BlobRef, Output


class OurSession:
    def __init__(self, client: Client, notebook: Notebook) -> None:
        self.client = client
        self.notebook = notebook
        self.cell = notebook.append("1+1").cell

    async def run(self, code: str, *, seconds: float = 120.0) -> Seen:
        if self.notebook.source(self.cell) != code:
            # Another cell than the one before: peers get their code with the request, so this is not part of the time.
            self.notebook.edit(self.cell, code)
            await self.notebook.flush()
        seen = Seen()
        began = time.perf_counter()
        run = self.notebook.execute(self.cell)
        async for event in run:
            seen.messages += 1
            if isinstance(event, ev.OutputAdded | ev.StreamPatched) and not seen.output:
                if isinstance(event, ev.OutputAdded):
                    seen.largest = await self.bytes_of(event.output)
                seen.output = time.perf_counter() - began
        result = await run.result(seconds)
        seen.done = time.perf_counter() - began
        result.raise_for_error()
        seen.chars = len(result.stdout)
        return seen

    async def bytes_of(self, output: Output) -> int:
        """Fetches what the output refers to, as a page does when it shows it; the size of the largest."""
        data = getattr(output, "data", {})
        refs = [content for content in data.values() if isinstance(content, BlobRef)]
        return max([len(await self.client.read_blob(ref.blob)) for ref in refs], default=0)

    async def close(self) -> None:
        await self.notebook.close()


class Ours:
    name = "fumehood"

    def __init__(self) -> None:
        self.folder = Path()
        self.client: Client | None = None
        self.daemon = 0
        self.made = 0
        self.opened = False

    async def start(self, folder: Path) -> None:
        self.folder = folder
        os.environ["FUMEHOOD_HOME"] = str(folder / "home")
        self.client = await fumehood.client.connect("benchmark", home=folder / "home")
        self.daemon = (await self.client.status()).pid

    async def session(self) -> OurSession:
        assert self.client is not None
        self.made += 1
        notebook = await self.client.open(self.folder / f"n{self.made}.ipynb", create=True)
        made = OurSession(self.client, notebook)
        await made.run("1+1")
        return made

    async def warm(self, seconds: float = 60.0) -> int:
        """Waits until the pool is full, so that filling it is not measured with something else. How many are warm.

        The daemon fills it once a person opened a notebook.
        """
        assert self.client is not None
        if not self.opened:
            self.opened = True
            await (await self.client.open(self.folder / "first.ipynb", create=True)).leave()
        warm = 0
        for _ in range(int(seconds / 0.1)):
            warm = (await self.client.status()).warm
            if warm >= limits.POOL_SIZE:
                break
            await asyncio.sleep(0.1)
        return warm

    def pids(self) -> list[int]:
        return [self.daemon] if self.daemon else []

    async def stop(self) -> None:
        """May be called twice: a part may want to look at the files that are left."""
        if self.client is None:
            return
        members = processes.family(self.pids())
        await self.client.stop_daemon(kill=True)
        await self.client.close()
        await asyncio.to_thread(processes.end, members)
        self.client = None
