"""Of whatever a stranger put into a dataset, each resource is answered or refused in words, and never breaks a door."""

from __future__ import annotations

import json
import urllib.request
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fumehood.core.errors import HoodError
from fumehood.datasets.genes.encoding import decode
from fumehood.datasets.genes.reading import Genes
from fumehood.datasets.opening import open_dataset
from fumehood.datasets.resources import Resources
from tests.datasets import hostile
from tests.security.datasets.house import viewed

pytest.importorskip("scanpy")
CASES = [
    *((name, "memory") for name in hostile.MEMORY),
    *((name, "h5ad") for name in hostile.FILES),
    *((name, "zarr") for name in ("named", "broken-numbers", "no-cells", "nothing")),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def _opened(name: str, kind: str, folder: Path) -> Resources:
    if kind == "memory":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source: Any = hostile.MEMORY[name]()
    else:
        source = (hostile.written if kind == "h5ad" else hostile.written_zarr)(name, folder)
    dataset = open_dataset(source)
    return Resources(dataset, Genes(dataset))


def _paths(said: dict[str, Any]) -> list[str]:
    cells, genes = said["n_cells"], said["n_genes"]
    return [
        *(column["path"] for column in said["columns"]),
        *(path for one in (*said["embeddings"], *said["vectors"]) for path in one["paths"].values()),
        *(f"gene/{gene}/{bits}" for gene in range(genes) for bits in (8, 16, 32)),
        *(["graph/sources", "graph/targets", "connectivity_manifest.json"] if said["graph"] else []),
        *([f"cells/names/0-{cells}"] if cells else []),
        *("genes/names", "genes/state", "dataset_identity.json", "obs_manifest.json", "var_manifest.json"),
        "points_2d.bin",
    ]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "kind"), CASES, ids=lambda one: str(one))
def test_each_resource_of_a_hostile_dataset_is_answered_or_refused_in_words(folder: Path, name: str, kind: str) -> None:
    table = _opened(name, kind, folder)
    found = table.find("overview.json")
    assert found is not None
    said = json.loads(bytes(found.read()))
    cells = said["n_cells"]
    answered = 0
    for path in _paths(said):
        resource = table.find(path)
        if resource is None:
            assert path == "points_2d.bin", path
            continue
        try:
            data = resource.read()
        except HoodError as error:
            assert error.message and "Traceback" not in error.message
            continue
        answered += 1
        if resource.size is not None:
            assert len(data) == resource.size, path
        if path.endswith(".json") or path.startswith(("genes/", "cells/")):
            json.loads(bytes(data), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        if path.startswith("gene/"):
            assert decode(data).dense().shape == (cells,)
    assert answered > len(said["columns"])
    for column in said["columns"]:
        if column["kind"] == "category":
            resource = table.find(column["path"])
            assert resource is not None
            codes = np.frombuffer(resource.read(), column["type"])
            assert len(codes) == cells
            assert all(code < len(column["categories"]) for code in codes if code != column["missing"])
    table.close()


def test_what_cannot_be_offered_is_told_of(folder: Path) -> None:
    def notes(name: str, kind: str) -> dict[str, str]:
        found = _opened(name, kind, folder).find("overview.json")
        assert found is not None
        return {note["member"]: note["reason"] for note in json.loads(bytes(found.read()))["notes"]}

    assert "100,000 categories" in notes("crowded", "h5ad")["obs/beyond"]
    assert "several columns 'score'" in notes("same-columns", "memory")["obs/score"]


@pytest.mark.parametrize("name", ["named", "crowded", "nothing"])
def test_hood_view_begins_with_a_hostile_dataset(folder: Path, home: Path, name: str) -> None:
    with viewed(str(hostile.written(name, folder))) as (info, process):
        (one,) = info["datasets"]
        asked = urllib.request.Request(info["url"] + "/overview.json")
        asked.add_header("Authorization", f"Bearer {info['bearer']}")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert json.load(answer)["n_cells"] == one["n_cells"]
        assert process.poll() is None
