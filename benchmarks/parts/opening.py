"""Opening a notebook: until all of its cells and outputs are at the client."""

from __future__ import annotations

import time

from benchmarks import files
from benchmarks.bench import Bench
from benchmarks.measured import Row
from benchmarks.peers.ours import Ours
from benchmarks.peers.server import Server

ROUNDS = 7
BUDGETS = {500: 100.0, 2000: 400.0}


async def measure(bench: Bench) -> list[Row]:
    import nbformat

    ours, server = Ours(), Server(binary=False)
    rows = []
    async with bench.up([ours, server]):
        assert ours.client is not None and server.process is not None
        await ours.warm()
        folder = bench.place()
        for cells, budget in BUDGETS.items():
            found: dict[str, list[float]] = {"nbformat": [], "jupyter_server JSON": [], "fumehood": []}
            for number in range(bench.times(ROUNDS, 2)):
                # A file that nobody has opened yet, each time: the daemon keeps rooms.
                path = files.write(folder / f"{cells}-{number}.ipynb", cells)
                began = time.perf_counter()
                assert len(nbformat.read(path, as_version=4).cells) == cells  # type: ignore[no-untyped-call]
                found["nbformat"].append(1000 * (time.perf_counter() - began))

                beside = files.write(server.folder / path.name, cells)
                began = time.perf_counter()
                assert await server.open_notebook(beside.name) == cells
                found["jupyter_server JSON"].append(1000 * (time.perf_counter() - began))

                began = time.perf_counter()
                notebook = await ours.client.open(path)
                assert len(notebook.cells) == cells
                found["fumehood"].append(1000 * (time.perf_counter() - began))
                await notebook.leave()
            for who, samples in found.items():
                rows.append(
                    Row(
                        what=f"open {cells:,} cells",
                        who=who,
                        unit="ms",
                        samples=samples,
                        budget=budget if who == "fumehood" else None,
                        note="reads the file, nobody else can" if who == "nbformat" else "",
                    )
                )
    return rows
