"""The daemon from nothing to its first answer, and the time that `hood --help` takes."""

from __future__ import annotations

import asyncio
import subprocess
import time

import fumehood.client
from benchmarks import processes
from benchmarks.bench import Bench
from benchmarks.measured import Row

ROUNDS = 7


async def measure(bench: Bench) -> list[Row]:
    cold, helps, python = [], [], []
    for _ in range(bench.times(ROUNDS, 3)):
        cold.append(await start_cold(bench))
        helps.append(command(str(processes.OWN / "hood"), "--help"))
        python.append(command(str(processes.OWN / "python"), "-c", "pass"))
    return [
        Row(what="daemon ready from cold", who="fumehood", unit="ms", samples=cold, budget=600.0),
        Row(what="hood --help", who="fumehood", unit="ms", samples=helps, budget=150.0),
        Row(what="hood --help", who="python -c pass", unit="ms", samples=python, note="what Python itself takes"),
    ]


async def start_cold(bench: Bench) -> float:
    """Milliseconds from a client that finds no daemon to the answer to its first request."""
    began = time.perf_counter()
    async with fumehood.client.connect("benchmark", home=bench.place() / "home") as client:
        status = await client.status()
        took = 1000 * (time.perf_counter() - began)
        members = processes.family([status.pid])
        await client.stop_daemon(kill=True)
    await asyncio.to_thread(processes.end, members)
    return took


def command(*argv: str) -> float:
    began = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, timeout=30)
    return 1000 * (time.perf_counter() - began)
