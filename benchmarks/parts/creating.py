"""From "new notebook" to its first output, for three notebooks one after the other."""

from __future__ import annotations

import time

from benchmarks.bench import Bench
from benchmarks.measured import Row
from benchmarks.peers import Peer
from benchmarks.peers.ours import Ours
from benchmarks.peers.raw import Raw
from benchmarks.peers.server import Server

ROUNDS = 3
IN_A_ROW = 3


async def measure(bench: Bench) -> list[Row]:
    ours = Ours()
    peers: list[Peer] = [Raw(), Server(binary=True)]
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    places: list[list[float]] = [[] for _ in range(IN_A_ROW)]
    warm = []
    async with bench.up([*peers, ours]):
        for _ in range(bench.times(ROUNDS)):
            for peer in peers:
                began = time.perf_counter()
                session = await peer.session()
                await session.run("1+1")
                found[peer.name].append(1000 * (time.perf_counter() - began))
                await session.close()
            warm.append(await ours.warm())
            for place in places:
                place.append(await first_output(ours, bench))
    rows = [Row(what="create to first output", who=name, unit="ms", samples=samples) for name, samples in found.items()]
    for number, place in enumerate(places, 1):
        rows.append(
            Row(
                what="create to first output",
                who=f"fumehood, number {number} in a row",
                unit="ms",
                samples=place,
                budget=300.0,
                note=f"{min(warm)} warm before",
            )
        )
    return rows


async def first_output(ours: Ours, bench: Bench) -> float:
    """Milliseconds until a client that makes a notebook, writes a cell and runs it has its output."""
    assert ours.client is not None
    path = bench.place() / "new.ipynb"
    began = time.perf_counter()
    notebook = await ours.client.open(path, create=True)
    result = await notebook.execute(notebook.append("1+1").cell).result(60)
    assert result.value == "2"
    return 1000 * (time.perf_counter() - began)
