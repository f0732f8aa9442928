"""Runs every check, two at a time, and shows the output of those that fail. `make check` is this program.

Each check is a command of its own, so that a developer can run one alone; the table below is the whole list.
"""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NODE = str(ROOT / "scripts" / "with-node.sh")
PYTHON_PATHS = ("src", "tests", "benchmarks", "scripts", "hatch_build.py")


class Check(NamedTuple):
    name: str
    argv: tuple[str, ...]
    cwd: Path = ROOT


def tool(name: str) -> str:
    return str(BIN / name)


def npm(script: str) -> Check:
    return Check(f"web: {script}", (NODE, "npm", "run", "--silent", script), ROOT / "web")


CHECKS = (
    Check("types", (tool("mypy"), *PYTHON_PATHS)),
    Check("style", (tool("ruff"), "check", *PYTHON_PATHS)),
    Check("format", (tool("ruff"), "format", "--check", *PYTHON_PATHS)),
    Check("layers", (tool("lint-imports"), "--no-cache")),
    Check("generated files", (sys.executable, "-m", "scripts.generate", "--check")),
    Check("tree", (sys.executable, "-m", "scripts.tree")),
    Check("links", (sys.executable, "-m", "scripts.links")),
    npm("types"),
    npm("style"),
    npm("layers"),
)


def run(check: Check) -> tuple[Check, int, str, float]:
    started = time.monotonic()
    done = subprocess.run(
        check.argv, cwd=check.cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    return check, done.returncode, done.stdout, time.monotonic() - started


def main() -> int:
    wanted = sys.argv[1:]
    checks = [c for c in CHECKS if not wanted or c.name in wanted]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for check, status, output, seconds in pool.map(run, checks):
            print(f"{'ok    ' if status == 0 else 'FAILED'}  {check.name}  ({seconds:.1f} s)", flush=True)
            if status:
                failed += 1
                print(output.rstrip(), flush=True)
    print(f"{len(checks) - failed} of {len(checks)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
