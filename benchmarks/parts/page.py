"""The page in Debian's Chromium beside JupyterLab in the same browser: opening, typing, running, a flood, memory, size.

The browser is new for every notebook and every sample. What JupyterLab does not do within the time (it renders the
rest of a notebook when it is idle) has no line.
"""

from __future__ import annotations

import asyncio
import gzip
import html
import json
import os
import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks import files, processes
from benchmarks.bench import Bench
from benchmarks.measured import Row, quantile
from benchmarks.peers.lab import Lab
from benchmarks.peers.ours import Ours
from benchmarks.peers.raw import Raw
from fumehood.core import assets

JOBS = {
    10: [(["open", "run", "flood"], True)],
    500: [(["open"], True)],
    2000: [(["open", "weigh", "type", "bare"], True), (["type", "bare"], False)],
}
"""By the number of cells: what is done in one browser, and whether its frames wait for a display of 60 Hz."""
LINES = 100_000
FIELD = "bare text field"
"""A page with nothing else, in the same browsers: less than its time no page can take."""
FIRST, ALL, PRESS, TASK, BUNDLE = 300.0, 1500.0, 16.0, 50.0, 350.0
"""Budgets: ms to the first cells, ms to all 2,000, ms p95 from key to paint, ms p95 of a task, kB before lazy parts."""


async def measure(bench: Bench) -> list[Row]:
    ours, lab = Ours(), Lab()
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    drains: list[float] = []
    await lab.start(bench.place())
    try:
        async with bench.sessions([Raw(), ours]) as sessions:
            for number in range(bench.times(3)):
                drains.append(await _drained(sessions[Raw.name]))
                for cells in JOBS:
                    for site in (Lab.name, Ours.name):
                        folder = lab.folder if site == Lab.name else ours.folder
                        path = files.write(folder / f"{cells}-{number}.ipynb", cells)
                        for what, hertz in JOBS[cells]:
                            _sort(
                                found, site, cells, await browse(site, await link(site, lab, path), cells, what, hertz)
                            )
    finally:
        await lab.stop()
    return [*_rows(found, drains), _bundle()]


async def _drained(session: Any) -> float:
    seen = await session.run(f"for i in range({LINES}): print(i)")
    return 1000.0 * float(seen.done)


async def link(site: str, lab: Lab, path: Path) -> str:
    return lab.url(path.name) if site == Lab.name else await _opened(path)


async def _opened(path: Path) -> str:
    """A link to the notebook, from a gateway of its own."""
    hood = await asyncio.create_subprocess_exec(
        processes.OWN / "hood", "open", path, "--no-browser", "--json", stdout=subprocess.PIPE
    )
    said, _ = await hood.communicate()
    page = Path(json.loads(said)["redirect"]).read_text()
    link = re.search(r"http://127\.0\.0\.1:[0-9]+/#[^\"'<> ]+", page)
    assert link is not None
    return html.unescape(link[0])


async def browse(site: str, url: str, cells: int, what: list[str], hertz: bool) -> dict[str, Any]:
    job = {"site": site, "url": url, "cells": cells, "what": what, "at": cells // 3, "hertz": hertz}
    job |= {"seconds": 20, "times": 20, "keys": 100, "lines": LINES}
    browser = await asyncio.create_subprocess_exec(
        processes.PEERS / "python",
        *("-m", "benchmarks.browser"),
        cwd=processes.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "FUMEHOOD_HOME"},
    )
    try:
        async with asyncio.timeout(180):
            said, _ = await browser.communicate(json.dumps(job).encode())
    finally:
        if browser.returncode is None:
            browser.kill()
            await browser.wait()
    return {**json.loads(said), "hertz": hertz}


def _sort(found: dict[tuple[str, str], list[float]], site: str, cells: int, job: dict[str, Any]) -> None:
    for name, label in (("first", "first cells of"), ("all", "all cells of")):
        if name in job.get("open", {}):
            found[f"page: {label} {cells:,}", site].append(job["open"][name])
    for what, who in (("type", site), ("bare", FIELD)):
        if what in job:
            kind = "key to paint and the display's wait" if job["hertz"] else "key to paint"
            found[f"page: {kind}, p95 of 100, 2,000 cells", who].append(quantile(job[what], 0.95))
            found[f"page: {kind}, median, 2,000 cells", who].append(quantile(job[what], 0.5))
    if "run" in job:
        found["page: 1+1 to its painted output", site] += job["run"]
    if "flood" in job:
        found[f"page: {LINES:,} printed lines", site].append(job["flood"]["whole"])
        found[f"page: long tasks in {LINES:,} lines, p95", site].append(quantile(job["flood"]["tasks"] or [0.0], 0.95))
    if "weigh" in job:
        found["page: JavaScript heap at 2,000 cells", site].append(job["weigh"]["heap"])
        found["page: memory of the browser's page at 2,000 cells", site].append(job["weigh"]["pss"])
        found["page: DOM nodes at 2,000 cells", site].append(job["weigh"]["nodes"])


def _rows(found: dict[tuple[str, str], list[float]], drains: list[float]) -> list[Row]:
    rows = []
    for (what, site), samples in found.items():
        lab = found.get((what, Lab.name), [])
        half = quantile(lab, 0.5) / 2 if lab else None
        budget = None
        if "first cells" in what:
            budget = FIRST
        elif "all cells of 2,000" in what:
            budget = ALL
        elif "key to paint, p95" in what:
            budget = PRESS
        elif "1+1" in what or "memory" in what or "heap" in what:
            budget = half
        elif "long tasks" in what:
            budget = TASK
        elif "printed lines" in what:
            budget = 1.5 * quantile(drains, 0.5)
        unit = "MB" if "memory" in what or "heap" in what else "" if "nodes" in what else "ms"
        rows.append(Row(what=what, who=site, unit=unit, samples=samples, budget=budget if site == Ours.name else None))
    rows.append(Row(what=f"page: {LINES:,} printed lines", who=Raw.name, unit="ms", samples=drains))
    return sorted(rows, key=lambda row: (row.what, row.who))


def _bundle() -> Row:
    """What the browser must have before the first cells are there: the page's script and what it names statically."""
    folder = assets.folder() / "shell"
    names = set(re.findall(r"assets/[\w.-]+\.(?:js|css)", (folder / "index.html").read_text()))
    page = next((folder / "assets").glob("NotebookPage-*.js"))
    names |= {f"assets/{page.name}"}
    waiting = list(names)
    while waiting:
        script = waiting.pop()
        if not script.endswith(".js"):
            continue
        for name in re.findall(r"(?:from|import)\s*[\"']\./([\w.-]+\.js)[\"']", (folder / script).read_text()):
            if f"assets/{name}" not in names:
                names.add(f"assets/{name}")
                waiting.append(f"assets/{name}")
    size = sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in names)
    return Row(what="page: bundle before lazy parts", who=Ours.name, unit="kB", samples=[size / 1000], budget=BUNDLE)
