"""`1+1`: from the request to the finished output, on the 1,000th run as on the first, and what it costs in CPU."""

from __future__ import annotations

import statistics

import psutil

from benchmarks import processes
from benchmarks.bench import Bench, everyone
from benchmarks.measured import Row

ROUNDS = 10
RUNS = {"raw jupyter_client": 100, "fumehood": 100}
"""In each round; others 20, because most of them need 50 ms for one."""
CODE = "1+1"


async def measure(bench: Bench) -> list[Row]:
    peers = everyone()
    output: dict[str, list[float]] = {peer.name: [] for peer in peers}
    done: dict[str, list[float]] = {peer.name: [] for peer in peers}
    cpu: dict[str, list[float]] = {peer.name: [] for peer in peers}
    own = psutil.Process()
    async with bench.sessions(peers) as sessions:
        for _ in range(ROUNDS):
            for peer in peers:
                runs = bench.times(RUNS.get(peer.name, 20), 5)
                session = sessions[peer.name]
                members = [own, *processes.family(peer.pids())]
                before = processes.cpu(members)
                for _ in range(runs):
                    seen = await session.run(CODE)
                    output[peer.name].append(1000 * seen.output)
                    done[peer.name].append(1000 * seen.done)
                cpu[peer.name].append(1000 * (processes.cpu(members) - before) / runs)
    rows = []
    floor = statistics.median(done["raw jupyter_client"]) + 3
    for what, found in (("1+1, output visible", output), ("1+1, done", done)):
        for peer in peers:
            budget = floor if peer.name == "fumehood" and found is done else None
            rows.append(Row(what=what, who=peer.name, unit="ms", samples=found[peer.name], budget=budget))
    for peer in peers:
        budget = 20.0 if peer.name == "fumehood" else None
        note = "of all processes, the client too; each sample is a round"
        rows.append(Row(what="1+1, CPU", who=peer.name, unit="ms", samples=cpu[peer.name], budget=budget, note=note))
    for peer in peers:
        part = max(1, len(done[peer.name]) // 10)
        first, last = done[peer.name][:part], done[peer.name][-part:]
        ratio = statistics.median(last) / statistics.median(first)
        budget = 1.1 if peer.name == "fumehood" else None
        what = "1+1, last tenth against first"
        note = f"{part} runs each"
        rows.append(Row(what=what, who=peer.name, unit="x", samples=[ratio], budget=budget, note=note))
    for peer in peers:
        # Unlike the time, this does not depend on what else the machine does.
        ratio = cpu[peer.name][-1] / cpu[peer.name][0]
        rows.append(Row(what="1+1, CPU of the last round against the first", who=peer.name, unit="x", samples=[ratio]))
    return rows
