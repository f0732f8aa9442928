"""Resident memory of the daemon: idle, and with thirty 500-cell notebooks open."""

from __future__ import annotations

import asyncio

from benchmarks import files, processes
from benchmarks.bench import Bench
from benchmarks.measured import Row

NOTEBOOKS = 30


async def measure(bench: Bench) -> list[Row]:
    async with bench.ours() as ours:
        assert ours.client is not None
        await ours.warm()
        await asyncio.sleep(1)
        idle = processes.resident(ours.daemon) / 2**20
        folder = bench.place()
        for number in range(NOTEBOOKS):
            notebook = await ours.client.open(files.write(folder / f"{number}.ipynb", 500))
            await notebook.leave()
        await asyncio.sleep(1)
        rooms = len((await ours.client.status()).rooms)
        full = processes.resident(ours.daemon) / 2**20
    return [
        Row(what="daemon memory, idle", who="fumehood", unit="MiB", samples=[idle], budget=80.0),
        Row(
            what="daemon memory, after thirty 500-cell notebooks",
            who="fumehood",
            unit="MiB",
            samples=[full],
            budget=160.0,
            note=f"{rooms} rooms open",
        ),
    ]
