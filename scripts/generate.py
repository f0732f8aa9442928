"""Writes what is derived from the Python sources; `--check` only says what is not up to date.

Each generator is a module here with `def files() -> dict[Path, str]`: what should be where, as text.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripts import datasets, golden, golden_answers, golden_order, reference, typescript

ROOT = Path(__file__).resolve().parent.parent
GENERATORS = (typescript, golden, golden_answers, golden_order, reference, datasets)


def main() -> int:
    only_check = "--check" in sys.argv[1:]
    stale = []
    for generator in GENERATORS:
        for path, text in generator.files().items():
            there = path.read_text("utf-8") if path.exists() else None
            if there == text:
                continue
            stale.append(path.relative_to(ROOT).as_posix())
            if not only_check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    for name in stale:
        print(f"{name}: {'not up to date; say `make generate`' if only_check else 'written'}")
    return 1 if stale and only_check else 0


if __name__ == "__main__":
    sys.exit(main())
