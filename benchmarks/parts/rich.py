"""Rich outputs and widgets in Debian's Chromium beside JupyterLab in the same browser: ours sealed, theirs not.

JupyterLab's notebooks are trusted, so that it shows their HTML as it is. The browser is new for every notebook and
every sample, as in `page`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks import files
from benchmarks.bench import Bench
from benchmarks.browser.rich import cells
from benchmarks.measured import Row, quantile
from benchmarks.parts.page import TASK, browse, link
from benchmarks.peers.lab import Lab
from benchmarks.peers.ours import Ours

WEIGHED = (100, 500)
OPENED = 100
FLOODS = {"traits": "three widgets changed without end", "custom": "messages of a widget's own without end"}
LIVE = cells(files.PAINTED)
Found = dict[tuple[str, str], list[float]]


async def measure(bench: Bench) -> list[Row]:
    ours, lab = Ours(), Lab()
    found: Found = defaultdict(list)
    await lab.start(bench.place())
    try:
        async with bench.sessions([ours]):
            for number in range(bench.times(2)):
                for site, folder in ((Lab.name, lab.folder), (Ours.name, ours.folder)):
                    for outputs in WEIGHED:
                        path = files.rich(folder / f"rich-{outputs}-{number}.ipynb", outputs)
                        if job := await _browse(site, lab, path, outputs, "shown through weigh"):
                            _opened(found, site, outputs, job)
                    for what in ("html drag", *FLOODS):
                        path = files.live(folder / f"{what.split()[0]}-{number}.ipynb", LIVE)
                        if not (job := await _browse(site, lab, path, len(LIVE), what)):
                            continue
                        if what in FLOODS:
                            _flooded(found, site, what, job[what])
                        else:
                            _live(found, site, job)
    finally:
        await lab.stop()
    return _rows(found)


async def _browse(site: str, lab: Lab, path: Path, count: int, what: str) -> dict[str, Any]:
    """Empty where the page does not do it within the time: then it has one sample less, which the table says."""
    if site == Lab.name:
        await lab.trust(path)
    try:
        return await browse(site, await link(site, lab, path), count, what.split(), True)
    except (TimeoutError, ValueError):
        print(f"{site}, {path.name}: {what}: nothing in time", file=sys.stderr)
        return {}
    finally:
        if site == Lab.name:
            await lab.end_kernels()


def _opened(found: Found, site: str, outputs: int, job: dict[str, Any]) -> None:
    if outputs == OPENED:
        shown = f"rich: {outputs} outputs of HTML, those in view painted and at rest, from the"
        found[f"{shown} notebook's data", site].append(job["shown"]["data"])
        found[f"{shown} link", site].append(job["shown"]["link"])
    found[f"rich: memory of the browser's pages, {outputs} of HTML", site].append(job["weigh"]["pss"])


def _live(found: Found, site: str, job: dict[str, Any]) -> None:
    found["rich: kernel's message to its painted HTML", site] += job["html"]
    for name, part in (("median", 0.5), ("p95", 0.95)):
        found[f"rich: slider dragged, to Python and back, {name}", site].append(quantile(job["drag"], part))


def _flooded(found: Found, site: str, flood: str, job: dict[str, Any]) -> None:
    """What a page does not do within the time has no line."""
    label = FLOODS[flood]
    for where in ("page", "page cpu", "frame"):
        tasks = job[where]
        found[f"rich: {label}: longest task of the {where} in each 100 ms, p95", site].append(quantile(tasks, 0.95))
        found[f"rich: {label}: longest task of the {where}", site].append(max(tasks))
    if job["keys"]:
        found[f"rich: {label}: key to paint, p95", site].append(quantile(job["keys"], 0.95))
    if "rate" in job:
        found[f"rich: {label}: sent by the kernel", site].append(job["rate"])
        found[f"rich: {label}: its end to the output of what is run next", site].append(job["late"])


def _rows(found: Found) -> list[Row]:
    rows = []
    for (what, site), samples in found.items():
        theirs = found.get((what, Lab.name), [])
        budget = quantile(theirs, 0.5) if theirs else None
        if "task of the page in each" in what:
            budget = TASK
        elif any(name in what for name in (*FLOODS.values(), f"{WEIGHED[0]} of HTML")):
            budget = None
        unit = "MB" if "memory" in what else "1/s" if "sent" in what else "ms"
        rows.append(Row(what=what, who=site, unit=unit, samples=samples, budget=budget if site == Ours.name else None))
    return sorted(rows, key=lambda row: (row.what, row.who))
