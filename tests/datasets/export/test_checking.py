"""What `hood export --check` finds: every way in which a folder can be wrong, named by file."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fumehood
from fumehood.datasets.checking import check
from tests.doors import atlases


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    fumehood.export(atlases.written(folder), folder / "out", genes="both")
    return folder / "out"


def edited(name: str, change: Callable[[Any], object]) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        value = json.loads((folder / name).read_text())
        change(value)
        (folder / name).write_text(json.dumps(value))

    return edit


def replaced(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(data)


def removed(*names: str) -> Callable[[Path], object]:
    def remove(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return remove


def linked(name: str) -> Callable[[Path], object]:
    def link(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to("/etc/passwd")

    return link


VAR, OBS, IDENTITY, GRAPH = (
    "var_manifest.json",
    "obs_manifest.json",
    "dataset_identity.json",
    "connectivity_manifest.json",
)
EDGES, AWAY = "connectivity/edges.src.bin.gz", "../../atlas.h5ad"
CASES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "missing file": (removed("var/G7.values.u8.gz"), "var/G7.values.u8.gz", "missing"),
    "link": (linked("var/G7.values.u8.gz"), "var/G7.values.u8.gz", "link"),
    "short": (replaced("var/G7.values.u8.gz", gzip.compress(bytes(299))), "var/G7.values.u8.gz", "299 bytes"),
    "torn": (replaced("var/G7.values.u8.gz", gzip.compress(bytes(300))[:-9]), "var/G7.values.u8.gz", "ends before"),
    "no gzip": (replaced("points_2d.bin.gz", b"nothing"), "points_2d.bin.gz", "unpack"),
    "bomb": (replaced("points_3d.bin.gz", gzip.compress(bytes(60 << 20))), "points_3d.bin.gz", "expected"),
    "codes": (replaced("obs/flag.codes.u8.gz", gzip.compress(b"\7" * 300)), "obs/flag.codes.u8.gz", "point at nothing"),
    "edges": (replaced(EDGES, gzip.compress(b"\xff" * 4000)), EDGES, "edges"),
    "outside": (edited(IDENTITY, lambda it: it["embeddings"]["files"].update({"2d": AWAY})), AWAY, "no path inside"),
    "cells": (edited(IDENTITY, lambda it: it["stats"].update(n_cells="many")), IDENTITY, "how many cells"),
    "other cells": (edited(VAR, lambda it: it.update(n_points=5)), VAR, "identity says 300"),
    "no range": (edited(VAR, lambda it: it["fields"][9].pop()), VAR, "no range for 'G9'"),
    "one file twice": (edited(VAR, lambda it: it["fields"][9].__setitem__(0, "g8")), "var/g8.values.u8.gz", "upper"),
    "no JSON": (replaced(OBS, b"{"), OBS, "no JSON"),
    "deep": (replaced(OBS, b"[" * 100_000), OBS, "no JSON"),
    "no schema": (edited(OBS, lambda it: it.update(_obsSchemas=[])), OBS, "path"),
    "no graph": (removed(GRAPH), GRAPH, "missing"),
    "no genes": (removed(VAR, "gene_shards.json"), VAR, "missing"),
    "shard": (replaced("genes/0.shard", b"x"), "genes/0.shard", "as long as"),
    "names of cells": (replaced("cells.json.gz", gzip.compress(b'["a"]')), "cells.json.gz", "every cell"),
    "no folder": (lambda folder: shutil.rmtree(folder / "vectors"), "vectors/velocity_umap_2d.bin.gz", "missing"),
}  # fmt: skip


def test_a_folder_of_ours_has_no_defects(good: Path) -> None:
    assert check(good) == []


def test_every_defect_is_found_and_named_by_its_file(good: Path, tmp_path: Path) -> None:
    missed = {}
    for name, (break_it, path, words) in CASES.items():
        folder = tmp_path / name
        shutil.copytree(good, folder)
        break_it(folder)
        found = check(folder)
        if not any(one.path == path and words in one.what for one in found):
            missed[name] = found
    assert missed == {}
