"""An edit of one client is seen by a second one, on another connection."""

from __future__ import annotations

import asyncio
import time

import fumehood.client
from benchmarks.bench import Bench
from benchmarks.measured import Row
from fumehood.client import Notebook

EDITS = 300


async def measure(bench: Bench) -> list[Row]:
    arrives, kept = [], []
    async with bench.ours() as ours:
        assert ours.client is not None
        await ours.warm()
        path = bench.place() / "shared.ipynb"
        mine = await ours.client.open(path, create=True)
        cell = mine.append("x = 0").cell
        await mine.flush()
        async with (
            fumehood.client.connect("second", home=ours.folder / "home") as second,
            second.open(path) as theirs,
        ):
            for number in range(bench.times(EDITS, 20)):
                seen = sees(theirs, cell, f"x = {number + 1}")
                began = time.perf_counter()
                edit = mine.edit(cell, f"x = {number + 1}")
                await asyncio.wait_for(seen, 10)
                arrives.append(1000 * (time.perf_counter() - began))
                await edit.acknowledged()
                kept.append(1000 * (time.perf_counter() - began))
    return [
        Row(what="edit reaches a second client", who="fumehood", unit="ms", samples=arrives, budget=5.0),
        Row(what="edit is on disk", who="fumehood", unit="ms", samples=kept, note="acknowledged after fsync"),
    ]


def sees(notebook: Notebook, cell: str, source: str) -> asyncio.Future[None]:
    """Done in the moment in which the notebook's replica has this source."""
    seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def changed(_update: bytes) -> None:
        if not seen.done() and notebook.source(cell) == source:
            seen.set_result(None)

    forget = notebook._room.document.on_update(changed)
    seen.add_done_callback(lambda _: forget())
    return seen
