"""Names of packages: loading what they are judged by, and judging: well-known ones, known ones, ones nobody has."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measured import Row
from benchmarks.processes import ROOT
from fumehood.trust.lookalikes import Names

LEGITIMATE = ROOT / "tests" / "trust" / "lookalikes" / "data" / "legitimate.txt"
LISTED = ("numpy", "pandas", "requests", "scanpy", "Typing_Extensions", "zope.interface", "google-cloud-storage")
FROM_COLD = """
import time
from fumehood.trust.lookalikes import Names
began = time.perf_counter()
Names.load().judge("numpy")
print(time.perf_counter() - began)
"""


async def measure(bench: Bench) -> list[Row]:
    names = Names.load()
    known = [name for name in LEGITIMATE.read_text().split("\n") if name and name[0] != "#"]
    invented = [made for name in known if not names.judge(made := f"{name[:-2]}qz"[:40]).known]
    many = bench.times(4_000, 200)
    hundred = [*known[:20], *invented[:5], *(LISTED * 11)][:100]
    batches = [_all(names, hundred) for _ in range(bench.times(30, 5))]
    return [
        Row(
            what="names: loaded, and one judged",
            who="fumehood",
            unit="ms",
            samples=_loads(bench.times(10, 3)),
            budget=20,
        ),
        Row(what="a ranked name", who="fumehood", unit="us", samples=_each(names, LISTED * (many // 7)), budget=10),
        Row(what="a known name", who="fumehood", unit="us", samples=_each(names, known[:many])),
        Row(what="a name nobody has", who="fumehood", unit="us", samples=_each(names, invented[:many]), budget=200),
        Row(what="100 dependencies", who="fumehood", unit="ms", samples=batches, budget=20),
        Row(
            what="100,000 names through `hood trust check`", who="fumehood", unit="s", samples=[_command(bench, known)]
        ),
    ]


def _loads(times: int) -> list[float]:
    """In a process of its own each, so that nothing is left from before but what the system keeps of the file."""
    command = [sys.executable, "-c", FROM_COLD]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(times)]
    return [1e3 * float(run.stdout) for run in runs]


def _each(names: Names, ones: Sequence[str]) -> list[float]:
    samples = []
    for one in ones:
        began = time.perf_counter()
        names.judge(one)
        samples.append(1e6 * (time.perf_counter() - began))
    return samples


def _all(names: Names, ones: Sequence[str]) -> float:
    began = time.perf_counter()
    for one in ones:
        names.judge(one)
    return 1e3 * (time.perf_counter() - began)


def _command(bench: Bench, known: Sequence[str]) -> float:
    file: Path = bench.place() / "names.txt"
    file.write_text("\n".join((list(known) * (100_000 // len(known) + 1))[:100_000]))
    with file.open("rb") as stdin:
        began = time.perf_counter()
        command = [sys.executable, "-m", "fumehood.cli.main", "trust", "check", "--json"]
        subprocess.run(command, stdin=stdin, stdout=subprocess.DEVNULL, check=False)
        return time.perf_counter() - began
