"""`python -m benchmarks`: measures fumehood and its peers in one run and prints one table.

Machines have fast and slow phases that load figures do not show, so peers are measured interleaved, in rounds, and
ratios count more than milliseconds. Nothing is asserted: a budget that is missed is said so, and the run goes on.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from benchmarks import measured, processes
from benchmarks.bench import Bench
from benchmarks.measured import Row
from benchmarks.processes import ROOT

PARTS = (
    "starting",
    "environments",
    "execution",
    "streams",
    "image",
    "opening",
    "creating",
    "editing",
    "keystrokes",
    "memory",
    "names",
    "blobs",
    "datasets",
    "page",
    "rich",
    "viewer",
)
PART_SECONDS = 900
"""A part that takes longer is given up, so that the whole run ends."""


async def measure(parts: list[str], scale: float, folder: Path) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    failed: list[str] = []
    for number, part in enumerate(parts):
        began = time.monotonic()
        place = folder / f"p{number}"
        place.mkdir()
        try:
            async with asyncio.timeout(PART_SECONDS):
                rows += await importlib.import_module(f"benchmarks.parts.{part}").measure(Bench(place, scale))
        except Exception:
            failed.append(part)
            traceback.print_exc()
        finally:
            processes.stop_all()
        print(f"{part}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows, failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of each; 0.1 for a look")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks" / "results" / "latest.json")
    asked = parser.parse_args()
    unknown = set(asked.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    began = time.time()
    load = os.getloadavg()[0]
    folder = Path(tempfile.mkdtemp(prefix="fb-", dir="/tmp"))
    try:
        rows, failed = asyncio.run(measure(asked.parts or list(PARTS), asked.scale, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    about = {
        "time": began,
        "seconds": time.time() - began,
        "machine": f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}",
        "load before": load,
        "scale": asked.scale,
        "failed": failed,
    }
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(measured.as_json(rows, about))
    print(measured.table(rows))
    print(f"\n{about['machine']}; load {load:.1f} before; {about['seconds']:.0f} s; samples in {asked.json}")
    if failed:
        print(f"Not measured, see above: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
