"""Rich outputs and widgets in Debian's Chromium beside JupyterLab in the same browser: ours sealed, theirs not.

The browser is new for every notebook and every sample, as in `page`.
"""

from __future__ import annotations

from collections import defaultdict

from benchmarks import files
from benchmarks.bench import Bench
from benchmarks.browser.rich import CELLS
from benchmarks.measured import Row, quantile
from benchmarks.parts.page import TASK, browse, link
from benchmarks.peers.lab import Lab
from benchmarks.peers.ours import Ours

WEIGHED = (100, 500)
OPENED = 100
Found = dict[tuple[str, str], list[float]]


async def measure(bench: Bench) -> list[Row]:
    ours, lab = Ours(), Lab()
    found: Found = defaultdict(list)
    await lab.start(bench.place())
    try:
        async with bench.sessions([ours]):
            for number in range(bench.times(3)):
                for site, folder in ((Lab.name, lab.folder), (Ours.name, ours.folder)):
                    for outputs in WEIGHED:
                        path = files.rich(folder / f"rich-{outputs}-{number}.ipynb", outputs)
                        what = [*(["shown"] if outputs == OPENED else []), "through", "weigh"]
                        job = await browse(site, await link(site, lab, path), outputs, what, True)
                        if "shown" in job:
                            found[f"rich: outputs in view of {outputs} of HTML", site].append(job["shown"])
                        found[f"rich: memory of the browser's pages, {outputs} of HTML", site].append(
                            job["weigh"]["pss"]
                        )
                    path = files.live(folder / f"live-{number}.ipynb", CELLS)
                    what = ["html", "slider", "widgets"]
                    job = await browse(site, await link(site, lab, path), len(CELLS), what, True)
                    found["rich: kernel's message to its painted HTML", site] += job["html"]
                    found["rich: slider to Python and back, median", site].append(quantile(job["slider"]["trips"], 0.5))
                    found["rich: slider to Python and back, p95", site].append(quantile(job["slider"]["trips"], 0.95))
                    tasks = job["widgets"]["tasks"] or [0.0]
                    found["rich: tasks over 50 ms in 5 s of a flooding widget, p95", site].append(quantile(tasks, 0.95))
                    found["rich: longest task in 5 s of a flooding widget", site].append(max(tasks))
    finally:
        await lab.stop()
    return _rows(found)


def _rows(found: Found) -> list[Row]:
    rows = []
    for (what, site), samples in found.items():
        theirs = found.get((what, Lab.name), [])
        budget = TASK if "p95" in what and "flooding" in what else quantile(theirs, 0.5) if theirs else None
        if ("memory" in what and "500" not in what) or "longest" in what:
            budget = None
        unit = "MB" if "memory" in what else "ms"
        rows.append(Row(what=what, who=site, unit=unit, samples=samples, budget=budget if site == Ours.name else None))
    return sorted(rows, key=lambda row: (row.what, row.who))
