"""The viewer beside regl-scatterplot, jupyter-scatter and deck.gl in Debian's Chromium, on the same million cells.

Everything is drawn in software: **ratios alone mean something**. Libraries are measured in an empty page
(`benchmarks/viewer`), ours too ("the engine alone"), and the whole page of `hood view` beside them. A frame counts when
its pixels could be read. jupyter-scatter is the front end of its wheel with a host in place of a notebook. deck.gl
takes half a minute for a frame of a million, so it gets one first picture of them, and its frames are compared at a
hundred thousand, in 2D and in 3D.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.bench import Bench
from benchmarks.datasets.maker import Size, make
from benchmarks.measured import Row
from fumehood.core import assets

PAGE, ENGINE = "fumehood", "fumehood, the engine alone"
NAMES = {
    "engine": ENGINE,
    "regl": "regl-scatterplot 1.16.0",
    "widget": "jupyter-scatter 1.0.1",
    "deck": "deck.gl 9.4.0",
}
MILLION, SOME, TEN = 1_000_000, 100_000, 10_000_000
WIDGET = Path(".peers/jupyter-scatter/jscatter/bundle.js")
VIEWPORT = {"width": 1166, "height": 734}
"""In which the canvas of the page is as large as that of the others, 900 x 700."""
BYTES, BUNDLE, NETWORK = 40.0, 300.0, 10.0
"""Budgets: bytes a point, all in; kB before lazy parts; MB for the first view of a million cells."""

Found = dict[str, Any]


async def measure(bench: Bench) -> list[Row]:
    million = MILLION if bench.scale >= 1 else SOME
    data = await asyncio.to_thread(make, bench.place(), Size("v", million, 200, 0.03, graph=False))
    served = bench.place()
    await asyncio.to_thread(_serve, served, data)
    taken = _Taken(million)
    async with _browsers(served) as ask:
        for number in range(bench.times(2)):
            more = {"dimensions": 2, "cells": million, "pan": 3, "zoom": 2, "lasso": 2, "recolour": 2}
            taken.job("engine", await ask({"peer": "engine", **more, "hand": 8}))
            taken.job("regl", await ask({"peer": "regl", **more}))
            with _hood(bench, data) as link:
                taken.page(await ask({"link": link, "cells": million, "lasso": 2, "recolour": 2, "viewport": VIEWPORT}))
            if number == 0:
                taken.job("widget", await ask({"peer": "widget", **more, "lasso": 2, "recolour": 1}))
        for dimensions in (2, 3):
            more = {"dimensions": dimensions, "cells": SOME, "pan": 2}
            for peer in ("engine", "deck"):
                taken.some(peer, dimensions, await ask({"peer": peer, **more}))
        if bench.scale >= 1:
            taken.job("deck", await ask({"peer": "deck", "dimensions": 2, "cells": million}))
            taken.ten(await ask({"peer": "engine", "dimensions": 2, "cells": TEN, "pan": 1, "hand": 4}))
    return [*taken.rows(), _bundle()]


class _Taken:
    def __init__(self, cells: int) -> None:
        self._cells = cells
        self._many = f"{cells / 1e6:g} M"
        self._found: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        self._notes: dict[tuple[str, str], str] = {}

    def _add(self, what: str, who: str, unit: str, samples: list[float], note: str = "") -> None:
        if not samples:
            return
        self._found[what, who, unit] += samples
        if note:
            self._notes[what, who] = note

    def job(self, peer: str, found: Found) -> None:
        who, many = NAMES[peer], self._many
        self._add(f"{many}: bytes in memory to the first picture", who, "ms", [found["first"]])
        self._add(f"{many}: frame of every point, panning", who, "ms", found["pan"])
        self._add(f"{many}: frame of every point, zooming", who, "ms", found["zoom"])
        self._add(f"{many}: frame in the hand", who, "ms", found["hand"], "fewer points while it moves")
        self._add(f"{many}: lasso to cells known", who, "ms", found["lasso"], f"{found.get('selected', 0):,} cells")
        note = f"{found.get('uploads')} uploads, {found.get('sent', 0) / self._cells:.0f} bytes a point"
        self._add(f"{many}: recolour by a gene that is here", who, "ms", found["recolour"], note)
        if found["pan"]:
            self._weigh(who, found)

    def _weigh(self, who: str, found: Found) -> None:
        parts = {name: size / self._cells for name, size in found["weighed"].items()}
        note = ", ".join(f"{name} {size:.1f}" for name, size in parts.items())
        self._add(f"{self._many}: memory all in, a point", who, "bytes", [sum(parts.values())], note)

    def page(self, found: Found) -> None:
        many = self._many
        width, height = found["canvas"]
        self._add(f"{many}: navigation to the first picture", PAGE, "ms", [found["navigated"]])
        note = f"in its colours {found['coloured'] - found['navigated']:+.0f}"
        self._add(f"{many}: bytes in memory to the first picture", PAGE, "ms", [found["arrived"]], note)
        self._add(f"{many}: frame in the hand", PAGE, "ms", found["pan"], f"panning; canvas {width:.0f} x {height:.0f}")
        self._add(f"{many}: frame in the hand", f"{PAGE}, zooming", "ms", found["zoom"])
        self._add(f"{many}: lasso to cells known", PAGE, "ms", found["lasso"], f"{found['selected']:,} cells")
        note = f"{max(found['uploads'])} upload, {max(found['sent']) / self._cells:.1f} bytes a point"
        self._add(f"{many}: recolour by a gene that is here", PAGE, "ms", found["recolour"], note)
        self._add(f"{many}: network for the first view", PAGE, "MB", [found["received"] / 1e6])
        self._weigh(PAGE, found)

    def some(self, peer: str, dimensions: int, found: Found) -> None:
        who = NAMES[peer]
        if peer == "deck":
            who += f", {'PointCloudLayer' if dimensions == 3 else 'ScatterplotLayer'}"
        self._add(f"0.1 M in {dimensions}D: bytes in memory to the first picture", who, "ms", [found["first"]])
        self._add(f"0.1 M in {dimensions}D: frame of every point", who, "ms", found["pan"])

    def ten(self, found: Found) -> None:
        self._add("10 M: bytes in memory to the first picture", ENGINE, "ms", [found["first"]])
        self._add("10 M: frame of every point", ENGINE, "ms", found["pan"])
        self._add("10 M: frame in the hand", ENGINE, "ms", found["hand"], "fewer points while it moves")

    def rows(self) -> list[Row]:
        order: dict[str, None] = {}
        for what, _, _ in self._found:
            order.setdefault(what)
        made = []
        for what in order:
            rows = [
                Row(what=name, who=who, unit=unit, samples=samples, note=self._notes.get((name, who), ""))
                for (name, who, unit), samples in self._found.items()
                if name == what
            ]
            theirs = [row.median for row in rows if PAGE not in row.who]
            budget = _budget(what, theirs, {row.who: row.median for row in rows})
            made += [_with(row, budget) if PAGE in row.who else row for row in rows]
        # The hand is followed by fewer points here, by all of them there: the same line for a person.
        whole = [row.median for row in made if "every point, panning" in row.what and PAGE not in row.who]
        hand = f"{self._many}: frame in the hand"
        return [_with(row, min(whole)) if whole and row.what == hand else row for row in made]


def _budget(what: str, theirs: list[float], by: dict[str, float]) -> float | None:
    if "memory all in" in what:
        return BYTES
    if "network" in what:
        return NETWORK
    if not theirs:
        return None
    if "first picture" in what:
        return min(theirs) / 2
    if "lasso" in what:
        return by[NAMES["regl"]] / 2 if NAMES["regl"] in by else None
    return min(theirs) if "frame" in what else None


def _with(row: Row, budget: float | None) -> Row:
    return Row(what=row.what, who=row.who, unit=row.unit, samples=row.samples, budget=budget, note=row.note)


# -- what the browser is given


def _serve(folder: Path, data: Path) -> None:
    """The built page, the columns of the dataset, and the widget."""
    import h5py
    import numpy as np

    vite = processes.ROOT / "web" / "node_modules" / ".bin" / "vite"
    config = processes.ROOT / "benchmarks" / "viewer" / "vite.config.mjs"
    subprocess.run(
        [processes.ROOT / "scripts" / "with-node.sh", vite, "build", "--config", config, "--outDir", folder / "page"],
        cwd=processes.ROOT / "web",
        check=True,
        stdout=sys.stderr,
    )
    (folder / "widget").mkdir()
    shutil.copy(processes.ROOT / WIDGET, folder / "widget")
    columns = folder / "data"
    columns.mkdir()
    with h5py.File(data) as file:
        points = file["obsm/X_umap_3d"][:]
        file["obs/bulk_labels/codes"][:].astype("u1").tofile(columns / "codes.u8")
    low, high = points.min(0), points.max(0)
    points = ((points - (low + high) / 2) / ((high - low).max() / 2)).astype("f4")
    points.tofile(columns / "points3.f32")
    np.ascontiguousarray(points[:, :2]).tofile(columns / "points2.f32")
    dice = np.random.default_rng(1)
    gene = np.where(dice.random(len(points)) < 0.1, dice.exponential(1, len(points)), 0)
    gene.astype("f4").tofile(columns / "gene.f32")


@asynccontextmanager
async def _browsers(folder: Path) -> AsyncIterator[Any]:
    """Does one job after the other, each in a browser of its own."""
    process = await asyncio.create_subprocess_exec(
        processes.PEERS / "python",
        *("-m", "benchmarks.viewer", folder),
        cwd=processes.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=1 << 24,
    )
    assert process.stdin is not None and process.stdout is not None

    written, read = process.stdin, process.stdout

    async def ask(job: dict[str, Any]) -> Found:
        began = time.monotonic()
        written.write(json.dumps(job).encode() + b"\n")
        found: Found = json.loads(await read.readline())
        name = job.get("peer", "page")
        print(f"  {name}, {job['cells']:,}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        if "failed" in found:
            raise RuntimeError(f"{name}: {found['failed']}")
        return found

    try:
        yield ask
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


@contextmanager
def _hood(bench: Bench, data: Path) -> Iterator[str]:
    """A link from `hood view`; its genes are sorted by then."""
    home = bench.place()
    process = processes.start(
        [str(processes.OWN / "hood"), "view", str(data), "--no-browser", "--json"],
        cwd=home,
        env={"FUMEHOOD_HOME": str(home), "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
    )
    try:
        began = time.monotonic()
        while not (said := (home / "log").read_bytes()).endswith(b"\n"):
            assert process.poll() is None and time.monotonic() - began < 60, said
            time.sleep(0.01)
        before = -1.0
        while before != (before := processes.cpu(processes.family([process.pid]))) and time.monotonic() - began < 60:
            time.sleep(0.5)
        yield str(json.loads(said.splitlines()[0])["link"])
    finally:
        processes.stop(process)


def _bundle() -> Row:
    """What the browser must have before the first picture: what the page names, and what that imports."""
    folder = assets.folder() / "viewer"
    waiting = re.findall(r"assets/[\w.-]+\.(?:js|css)", (folder / "index.html").read_text())
    names: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in names:
            continue
        names.add(name)
        if name.endswith(".js"):
            found = re.findall(r"(?:from|import)\s*[\"'`]\./([\w.-]+\.js)[\"'`]", (folder / name).read_text())
            waiting += [f"assets/{one}" for one in found]
    size = sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in names)
    return Row(
        what="bundle before lazy parts, gzip", who=PAGE, unit="kB", samples=[size / 1000], budget=BUNDLE
    )  # fmt: skip
