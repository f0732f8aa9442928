"""Genes of one dataset in this process: before the gene-major store is there, while it is built, and after.

    python -m benchmarks.datasets.genes FILE [--shelf FOLDER]

Prints what the issue's budgets ask for, without any transport: the time of the first gene, of the build, of cold genes
as they are sent (8 bits, compressed), eight threads at once, an embedding, and the memory of both processes.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from fumehood.core.heap import give_back_large
from fumehood.datasets.genes.reading import Genes
from fumehood.datasets.opening import open_dataset
from fumehood.datasets.resources import Resources

_TAKES = ("zstd", "br", "gzip")


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def _memory() -> str:
    return f"{psutil.Process().memory_info().rss >> 20} MiB"


def _row(what: str, values: list[float]) -> None:
    found = np.array(values)
    high, most = np.quantile(found, 0.99), found.max()
    print(f"{what:44} p50 {np.median(found):8.2f} ms   p99 {high:8.2f}   max {most:8.2f}   {_memory()}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file", type=Path)
    asked.add_argument("--shelf", type=Path, help="where the store is kept; a temporary folder without it")
    given = asked.parse_args()
    give_back_large()
    with tempfile.TemporaryDirectory() as aside:
        _measure(given.file, given.shelf or Path(aside) / "shelf")


def _measure(file: Path, shelf: Path) -> None:
    opened: list[Any] = []
    print(f"{'open':44} {_timed(lambda: opened.append(open_dataset(file))):12.2f} ms   {_memory()}")
    dataset = opened[0]
    alone = Genes(dataset)
    _row("gene before the store, nothing else runs", [_timed(partial(alone.column, gene)) for gene in range(5)])
    genes = Genes(dataset, folder=shelf)
    table = Resources(dataset, genes)

    def sent(gene: int) -> int:
        found = table.find(f"gene/{gene}")
        assert found is not None
        return len(found.body(_TAKES).data)

    start = time.perf_counter()
    while_built = [_timed(partial(sent, gene)) for gene in range(10, 13)]
    while genes.state().how == "building":
        threading.Event().wait(0.02)
    print(f"{'store: ' + genes.state().how:44} {(time.perf_counter() - start) * 1e3:12.2f} ms")
    _row("gene while it is built, as sent", while_built)
    count = dataset.n_genes
    _row("gene cold, as sent", [_timed(partial(sent, gene)) for gene in range(20, min(320, count))])
    _row("gene warm, as sent", [_timed(partial(sent, gene)) for gene in range(300, min(320, count))])
    start = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        times = list(pool.map(lambda n: _timed(partial(sent, n * 37 % count)), range(1600)))
    print(f"{'8 threads x 200 genes':44} {1600 / (time.perf_counter() - start):12.0f} genes/s")
    _row("  each", times)
    for number in (2, 3):
        points = table.find(f"points_{number}d.bin")
        if points is not None:
            _row(f"embedding {number}D, first", [_timed(partial(points.body, _TAKES))])
            table.bodies.settle()
            _row(f"embedding {number}D, then", [_timed(partial(points.body, _TAKES)) for _ in range(20)])
    built = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"memory: now {_memory()}, peak {peak}, of the process that built the store {built}")
    table.close()


if __name__ == "__main__":
    main()
