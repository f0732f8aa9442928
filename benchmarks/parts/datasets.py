"""The dataset server and exports beside cellucid 0.0.9, on the same h5ad in one run: `a` and `b` of the maker.

Both serve the file as it is (their AnnData mode; the matrix lies row by row) to the same client, which says what
Chromium says. Ours is asked for the bytes that theirs gives (`var/NAME.values.f32`) and for its own form
(`gene/INDEX`). Cold is a gene that nobody asked for before; "no store" is while the gene-major store is being made.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import processes
from benchmarks.bench import Bench
from benchmarks.datasets import comm
from benchmarks.datasets.maker import SIZES, Size, make
from benchmarks.measured import Row, quantile
from benchmarks.peers import cellucid
from benchmarks.peers.viewing import Reader, load

OURS, THEIRS = "fumehood", "cellucid 0.0.9"
COLD = 30
STARTS = 3
CLIENTS, EACH = 8, 200
LOAD_SECONDS = 15.0
EVENTS = 400
SELECTED = 5_000_000


class Server(NamedTuple):
    who: str
    pid: int
    port: int
    bearer: str
    reader: Reader
    started: float
    """Seconds to the first answer."""


async def measure(bench: Bench) -> list[Row]:
    small = bench.scale < 1
    return await bench.aside(lambda: _measure(bench, [SIZES["small"]] if small else [SIZES["a"], SIZES["b"]]))


def _measure(bench: Bench, sizes: list[Size]) -> list[Row]:
    rows: list[Row] = []
    for size in sizes:
        folder = bench.place()
        began = time.monotonic()
        data = make(folder, size)
        print(f"  {size.name}: made in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        for part in (_serving, _exporting):
            began = time.monotonic()
            rows += part(bench, size, data)
            print(f"  {size.name}: {part.__name__} {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        shutil.rmtree(folder)
    return rows + _events(bench) + _comm(bench) + _selection(bench)


# -- serving a file as it is


def _serving(bench: Bench, size: Size, data: Path) -> list[Row]:
    kept = _Kept(size)
    for start in (_theirs, _ours):
        kept.start([_started(start, bench, data) for _ in range(STARTS)])
    with _theirs(bench, data) as theirs:
        _asked(kept, theirs, size, bench)
    with _ours(bench, data) as ours:
        fresh = iter(_genes(size, 7))
        before: list[float] = []
        while _store(ours) != "ready" and len(before) < COLD:
            before.append(ours.reader.get(f"gene/{next(fresh)}").ms)
        kept.add("a gene, cold, no store", OURS, "ms", before[:-1] or before, budget=300)
        began = time.monotonic()
        while _store(ours) == "building":
            time.sleep(0.05)
            assert time.monotonic() - began < 120
        _asked(kept, ours, size, bench)
    return kept.rows


def _asked(kept: _Kept, server: Server, size: Size, bench: Bench) -> None:
    who, get = server.who, server.reader.get
    genes = _genes(size, 1)
    cold = [_good(get(f"var/GENE{gene}.values.f32")) for gene in genes[: bench.times(COLD, 5) if who == OURS else 12]]
    kept.quantiles("a gene, cold", who, cold, budget=5 if who == OURS else None)
    warm = [_good(get(f"var/GENE{genes[0]}.values.f32")) for _ in range(COLD)]
    kept.quantiles("a gene, warm", who, warm)
    if who == OURS:
        own = [_good(get(f"gene/{gene}")) for gene in genes[100 : 100 + COLD]]
        kept.quantiles("a gene, cold, own form", who, own, budget=5)
    points = [_good(get("points_3d.bin")) for _ in range(6)]
    kept.add(
        "the embedding in 3D", who, "ms", points[1:], budget=15 if who == OURS else None, note=f"first {points[0]:.0f}"
    )
    kept.add("resident memory before the load", who, "MiB", [processes.peak(server.pid) / 2**20])
    processes.reset_peak(server.pid)
    paths = {THEIRS: "var/GENE{}.values.f32", OURS: "gene/{}"}[who]
    dice = random.Random(5)
    jobs = [[paths.format(dice.randrange(size.genes)) for _ in range(EACH)] for _ in range(CLIENTS)]
    done = load(server.port, server.bearer, jobs, LOAD_SECONDS)
    note = f"p50 {quantile(done.each, 0.5):.0f}, max {max(done.each):.0f} ms, {len(done.each)} genes"
    kept.add("8 clients x 200 genes", who, "genes/s", [done.genes_a_second], note=note)
    kept.add("8 clients x 200 genes, p99", who, "ms", [quantile(done.each, 0.99)], budget=100 if who == OURS else None)
    peak = processes.peak(server.pid) / 2**20
    kept.add("resident memory, most", who, "MiB", [peak], budget=150 if who == OURS else None)


class _Kept:
    def __init__(self, size: Size) -> None:
        self._size = size
        self._rows: dict[str, list[Row]] = {}

    @property
    def rows(self) -> list[Row]:
        return [row for several in self._rows.values() for row in several]

    def add(
        self, what: str, who: str, unit: str, samples: list[float], budget: float | None = None, note: str = ""
    ) -> None:
        name = f"{self._size.name}: {what}"
        row = Row(what=name, who=who, unit=unit, samples=samples, budget=budget, note=note)
        self._rows.setdefault(what, []).append(row)

    def quantiles(self, what: str, who: str, samples: list[float], budget: float | None = None) -> None:
        self.add(what, who, "ms", samples, budget, note=f"p99 {quantile(samples, 0.99):.1f}")

    def start(self, servers: list[Server]) -> None:
        who = servers[0].who
        budget = 0.5 if who == OURS else None
        self.add("start to the first answer", who, "s", [server.started for server in servers], budget)


def _started(start: Callable[[Bench, Path], AbstractContextManager[Server]], bench: Bench, data: Path) -> Server:
    with start(bench, data) as server:
        return server


def _genes(size: Size, seed: int) -> list[int]:
    """In an order that no cache foresees; another one for each seed."""
    return random.Random(seed).sample(range(size.genes), size.genes)


def _good(got: Any) -> float:
    assert got.status == 200 and got.size, got
    return float(got.ms)


def _store(ours: Server) -> str:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=30)
    connection.request("GET", "/genes/state", headers={"Authorization": f"Bearer {ours.bearer}"})
    said = json.loads(connection.getresponse().read())
    connection.close()
    return str(said["how"])


@contextmanager
def _theirs(bench: Bench, data: Path) -> Iterator[Server]:
    port = processes.free_port()
    began = time.perf_counter()
    process = processes.start(
        [str(processes.PEERS / "python"), "-c", cellucid.SERVE, str(data), str(port)], cwd=bench.place()
    )
    reader = Reader(port)
    try:
        while True:
            try:
                assert reader.get("_cellucid/health").status == 200
                break
            except OSError:
                assert process.poll() is None and time.perf_counter() - began < 60
                time.sleep(0.01)
        yield Server(THEIRS, process.pid, port, "", reader, time.perf_counter() - began)
    finally:
        reader.close()
        processes.stop(process)


@contextmanager
def _ours(bench: Bench, data: Path) -> Iterator[Server]:
    home = bench.place()
    began = time.perf_counter()
    log = home / "log"
    process = processes.start(
        [str(processes.OWN / "hood"), "view", str(data), "--no-browser", "--json"],
        cwd=home,
        env={"FUMEHOOD_HOME": str(home), "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
    )
    try:
        while not (said := log.read_bytes() if log.exists() else b"").endswith(b"\n"):
            assert process.poll() is None and time.perf_counter() - began < 60, said
            time.sleep(0.005)
        ready = json.loads(said.splitlines()[0])
        port = int(ready["url"].rpartition(":")[2])
        reader = Reader(port, ready["bearer"])
        assert reader.get("_cellucid/health").status == 200
        yield Server(OURS, process.pid, port, ready["bearer"], reader, time.perf_counter() - began)
        reader.close()
    finally:
        processes.stop(process)


# -- exports


def _exporting(bench: Bench, size: Size, data: Path) -> list[Row]:
    """Each program from its start to its end."""
    theirs = [str(processes.PEERS / "python"), "-c", cellucid.EXPORT, str(data)]
    hood = [str(processes.OWN / "hood"), "export", str(data)]
    found: dict[str, tuple[float, float]] = {}
    runs: list[tuple[str, Callable[[Path], list[str]]]] = [
        (THEIRS, lambda out: [*theirs, str(out), "8"]),
        (OURS, lambda out: [*hood, str(out), "--column-bits", "8"]),
        (f"{OURS}, shards", lambda out: [*hood, str(out), "--column-bits", "8", "--genes", "shards"]),
    ]
    rows = []
    for who, words in runs:
        out = bench.place() / "out"
        began = time.perf_counter()
        process = processes.start(words(out), cwd=out.parent, env={"FUMEHOOD_HOME": str(out.parent / "h")})
        assert process.wait(300) == 0, (out.parent / "log").read_text()[-2000:]
        seconds = time.perf_counter() - began
        files = [path for path in out.rglob("*") if path.is_file()]
        found[who] = seconds, sum(path.stat().st_size for path in files) / 2**20
        shutil.rmtree(out.parent)
    for column, (what, unit) in enumerate((("an export of 8 bits, gzip 6", "s"), ("the same, size", "MiB"))):
        base = found[THEIRS][column]
        for who, values in found.items():
            budget = None if who == THEIRS else base / 2 if column == 0 else base
            rows.append(
                Row(what=f"{size.name}: {what}", who=who, unit=unit, samples=[values[column]], budget=budget)
            )  # fmt: skip
    return rows


# -- events

OUR_HOOKS = """
import json, sys, time
import anndata, numpy, scipy.sparse
import fumehood
cells = int(sys.argv[1])
data = anndata.AnnData(scipy.sparse.csr_matrix((cells, 1), dtype="float32"))
data.obsm["X_umap"] = numpy.random.default_rng(1).normal(size=(cells, 2)).astype("float32")
viewer = fumehood.serve(data)
heard = []
@viewer.on_click
def clicked(event):
    heard.append(time.perf_counter())
@viewer.on_selection
def selected(event):
    assert event.cells.size == event.count
    heard.append(time.perf_counter())
print(viewer.link(), flush=True)
"""
"""As `cellucid.HOOKS`."""


class _Hooked(NamedTuple):
    process: subprocess.Popen[bytes]
    reader: Reader
    post: Callable[[int, Any], None]
    """The event with this sequence number; cells of a selection, else a click."""

    def heard(self) -> list[float]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        found: list[float] = json.loads(self.process.stdout.readline())
        return found


def _events(bench: Bench) -> list[Row]:
    """From before the page posts to inside the hook, in another process."""
    found: dict[str, list[float]] = {}
    for who, hooked in ((THEIRS, _their_hooks), (OURS, _our_hooks)):
        with hooked(bench, 1000) as side:
            sent = []
            for number in range(bench.times(EVENTS, 20)):
                sent.append(time.perf_counter())
                side.post(number, None)
            time.sleep(0.2)
            found[who] = [1000 * (heard - began) for heard, began in zip(side.heard(), sent, strict=True)]
    return [
        Row(
            what="a click, from the page to its hook",
            who=who,
            unit="ms",
            samples=samples,
            budget=0.5 if who == OURS else None,
            note=f"p99 {quantile(samples, 0.99):.2f}",
        )
        for who, samples in found.items()
    ]


def _comm(bench: Bench) -> list[Row]:
    """The same through a real kernel, whose own dispatch takes most of it: see the comm that does nothing."""
    ours, alone = comm.clicks(bench.place(), bench.times(EVENTS, 20))
    what = "a click over a kernel's comm, to its hook"
    return [
        Row(what=what, who="an empty comm handler", unit="ms", samples=alone, note=f"p99 {quantile(alone, 0.99):.2f}"),
        Row(what=what, who=OURS, unit="ms", samples=ours, budget=0.5, note=f"p99 {quantile(ours, 0.99):.2f}"),
    ]


def _selection(bench: Bench) -> list[Row]:
    """Ours alone: theirs takes 150,000 cells."""
    import numpy as np

    cells = bench.times(SELECTED)
    chosen = np.flatnonzero(np.random.default_rng(3).random(2 * cells) < 0.5).astype(np.uint32)
    samples = []
    with _our_hooks(bench, 2 * cells) as side:
        for number in range(4):
            began = time.perf_counter()
            side.post(number, chosen)
            while not (heard := side.heard()):
                time.sleep(0.002)
                assert time.perf_counter() - began < 60, "the selection did not arrive"
            samples.append(1000 * (heard[0] - began))
    what = f"{chosen.size / 1e6:.1f} M cells selected, to their places in the hook"
    return [Row(what=what, who=OURS, unit="ms", samples=samples, budget=1000)]


@contextmanager
def _hooks(words: list[str], cwd: Path, home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The program, and its first line."""
    process = subprocess.Popen(
        words, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "FUMEHOOD_HOME": str(home)}
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().decode().strip()
    finally:
        process.kill()
        process.wait(10)  # and not for who else may hold its output


@contextmanager
def _their_hooks(bench: Bench, cells: int) -> Iterator[_Hooked]:
    port, folder = processes.free_port(), bench.place()
    words = [str(processes.PEERS / "python"), "-c", cellucid.HOOKS + cellucid.TELL, str(folder), str(port)]
    with _hooks(words, folder, folder) as (process, _):
        reader = Reader(port)

        def post(number: int, _: Any) -> None:
            body = json.dumps({"type": "click", "viewerId": "bench", "cell": number, "button": 0}).encode()
            assert reader.post("/_cellucid/events", body, {"Content-Type": "application/json"}) == 200

        yield _Hooked(process, reader, post)
        reader.close()


@contextmanager
def _our_hooks(bench: Bench, cells: int) -> Iterator[_Hooked]:
    from fumehood.protocol.viewer import EVENT_TYPE, VIEWER_HEADER, Cells, Click, Selection, frame

    folder = bench.place()
    words = [str(processes.OWN / "python"), "-c", OUR_HOOKS + cellucid.TELL, str(cells)]
    with _hooks(words, folder, folder) as (process, link):
        url, _, fragment = link.partition("/#code=")
        port = int(url.rpartition(":")[2])
        said = json.loads(_exchanged(port, fragment))
        reader = Reader(port, said["bearer"])
        headers = {VIEWER_HEADER: said["token"], "Content-Type": EVENT_TYPE, "Origin": url}

        def post(number: int, chosen: Any) -> None:
            who = {"viewer": said["viewer"], "page": "0" * 16, "sequence": number + 1}
            if chosen is None:
                body = frame(Click(**who, cell=number))
            else:
                places = Cells(form="bits", count=int(chosen.size))
                body = frame(Selection(**who, cells=places, source="lasso"), [_bits(chosen, cells)])
            assert reader.post("/_fumehood/events", body, headers) < 300

        yield _Hooked(process, reader, post)
        reader.close()


def _bits(chosen: Any, cells: int) -> bytes:
    import numpy as np

    mask = np.zeros(cells, np.bool_)
    mask[chosen] = True
    return np.packbits(mask, bitorder="little").tobytes()


def _exchanged(port: int, code: str) -> bytes:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"}
    connection.request("POST", "/_fumehood/session", json.dumps({"code": code}), headers)
    data = connection.getresponse().read()
    connection.close()
    return data
