"""`python -m scripts.names LIST DAY`: compiles the names that look-alikes are judged by.

LIST is a table with tabs and a head: a column `name` with every name that the index of packages has, a column whose
title begins with `rank` for the most downloaded ones. DAY is the list's day, 2026-11-21. What it took is written
to `provenance.json` beside this file: with the same list the same bytes come out, and a test says if file and record
differ.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from pathlib import Path

from fumehood.trust.lookalikes import forms, layout
from fumehood.trust.lookalikes.index import FILE
from scripts.names.build import Target, build

HERE = Path(__file__).parent
OTHERS = ("others.tsv", "standard.txt", "vouched.txt")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.names", description=__doc__)
    parser.add_argument("list", type=Path, metavar="LIST")
    parser.add_argument("day", metavar="DAY")
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    known, ranks = read(asked.list)
    targets = all_targets(ranks)
    data = build(int(asked.day.replace("-", "")), targets, known)
    asked.out.write_bytes(data)
    record = {
        "day": asked.day,
        "list": "all names of PyPI with the ranks of the 15,000 most downloaded ones, as a table",
        "list_sha256": digest(asked.list),
        "names": len(known),
        "ranked": len(ranks),
        "other_targets": len(targets) - len(ranks),
        "others_sha256": digest(*(HERE / name for name in OTHERS)),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    if asked.out == FILE:
        (HERE / "provenance.json").write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record, indent=2))
    return 0


def digest(*files: Path) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()


def read(file: Path) -> tuple[set[str], dict[str, int]]:
    """Every name in its normal form, and the ranks of those that have one."""
    known: set[str] = set()
    ranks: dict[str, int] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        head = next(rows)
        of_name = head.index("name")
        of_rank = next(at for at, title in enumerate(head) if title.startswith("rank"))
        for row in rows:
            name = forms.normal(row[of_name])
            known.add(name)
            if row[of_rank]:
                ranks[name] = int(row[of_rank])
    return known, ranks


def all_targets(ranks: dict[str, int]) -> list[Target]:
    """The ranked packages in their order, then what people import and say, what comes with Python, and what we know."""
    said = {name: package for _, name, package in others() if package}
    targets = [
        Target(name, ranks[name], layout.PACKAGE, name, is_famous(ranks, name) or is_famous(ranks, said.get(name)))
        for name in sorted(ranks, key=lambda name: ranks[name])
    ]
    for kind, name, package in others():
        if name in ranks:
            continue
        if package and package not in ranks:
            sys.exit(f"others.tsv: {package} is not on the list")
        targets.append(Target(name, 0, kind, package, is_famous(ranks, package)))
    return targets


def is_famous(ranks: dict[str, int], name: str | None) -> bool:
    return name in ranks and ranks[name] <= layout.TWICE_RANK


def others() -> list[tuple[int, str, str]]:
    kinds = {"import": layout.IMPORTED, "spoken": layout.SPOKEN}
    found: dict[str, tuple[int, str, str]] = {}
    for line in (HERE / "others.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, name, package = line.split("\t")
            found.setdefault(forms.normal(name), (kinds[kind], forms.normal(name), forms.normal(package)))
    for name in (HERE / "standard.txt").read_text(encoding="utf-8").split():
        found.setdefault(forms.normal(name), (layout.STANDARD, forms.normal(name), ""))
    for name in (HERE / "vouched.txt").read_text(encoding="utf-8").splitlines():
        if not name.startswith("#"):
            found[name] = (layout.VOUCHED, name, "")
    return list(found.values())


if __name__ == "__main__":
    sys.exit(main())
