"""Floods of text: 100,000 printed lines, and 20,000 prints that are flushed one by one."""

from __future__ import annotations

import statistics

from benchmarks import processes
from benchmarks.bench import Bench, everyone
from benchmarks.measured import Row
from benchmarks.peers import Peer, Session
from benchmarks.peers.ours import Ours

LINES = "for i in range(100_000): print('line', i)"
FLUSHED = "for i in range(20_000): print('line', i, flush=True)"
ROUNDS = 3


async def measure(bench: Bench) -> list[Row]:
    rows = []
    for what, code in (("100,000 lines", LINES), ("20,000 flushed prints", FLUSHED)):
        peers = everyone()
        async with bench.sessions(peers) as sessions:
            rows += await flood(bench, peers, sessions, what, code)
    return rows


async def flood(bench: Bench, peers: list[Peer], sessions: dict[str, Session], what: str, code: str) -> list[Row]:
    seconds: dict[str, list[float]] = {peer.name: [] for peer in peers}
    rates: dict[str, list[float]] = {peer.name: [] for peer in peers}
    chars: dict[str, set[int]] = {peer.name: set() for peer in peers}
    growth: list[float] = []
    for _ in range(bench.times(ROUNDS)):
        for peer in peers:
            if isinstance(peer, Ours):
                before = processes.resident(peer.daemon)
                processes.reset_peak(peer.daemon)
            seen = await sessions[peer.name].run(code)
            if isinstance(peer, Ours):
                growth.append((processes.peak(peer.daemon) - before) / 2**20)
            seconds[peer.name].append(seen.done)
            rates[peer.name].append(seen.messages / seen.done)
            chars[peer.name].add(seen.chars)
    floor = 1.2 * statistics.median(seconds["raw jupyter_client"])
    whole = max(chars["raw jupyter_client"])
    rows = []
    for peer in peers:
        budget = floor if peer.name == "fumehood" else None
        lost = (
            ""
            if chars[peer.name] == {whole}
            else f"{whole - min(chars[peer.name]):,} of {whole:,} characters did not come"
        )
        rows.append(Row(what=what, who=peer.name, unit="s", samples=seconds[peer.name], budget=budget, note=lost))
    for peer in peers:
        budget = 30.0 if peer.name == "fumehood" else None
        row = Row(what=f"{what}, at a client", who=peer.name, unit="/s", samples=rates[peer.name], budget=budget)
        rows.append(row)
    if growth:
        what, note = f"{what}, daemon grows", "peak over before"
        rows.append(Row(what=what, who="fumehood", unit="MiB", samples=growth, budget=50.0, note=note))
    return rows
