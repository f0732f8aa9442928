"""An export is whole or not there: whatever stops it, and wherever it goes on."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fumehood
from fumehood.core.errors import AssetsMissing, BadSetting, ExportBusy, ExportExists, StorageFailed
from fumehood.datasets.checking import check
from fumehood.datasets.exported import open_exported
from fumehood.datasets.names import Names
from tests.badinput.disks import disk
from tests.doors import atlases


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return atlases.written(tmp_path_factory.mktemp("data"))


def contents(folder: Path) -> dict[str, str]:
    """Digests of all files; the time of the export left out."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.name == "dataset_identity.json":
                data = json.dumps({**json.loads(data), "created_at": ""}).encode()
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(data).hexdigest()
    return found


STOPPED = """
import os, signal, sys
import fumehood
steps = 0
def told(progress):
    global steps
    if progress.stage == "step":
        steps += 1
        if steps == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
fumehood.export(sys.argv[1], sys.argv[2], memory=0, workers=1, progress=told)
"""


def test_an_export_that_is_killed_leaves_no_folder_and_goes_on_where_it_was(place: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    fumehood.export(place, whole)
    out = tmp_path / "out"
    for steps, before in ((4, 0), (3, 4)):
        ended = subprocess.run(
            [sys.executable, "-c", STOPPED, str(place), str(out), str(steps)], timeout=50, check=False
        )
        assert ended.returncode == -signal.SIGKILL and not out.exists()
        # Its receipts are those of the steps that were told, and of at most one that was done and not told yet.
        lines = (tmp_path / ".out.hoodexport" / "receipts").read_bytes().split(b"\n\n")
        assert before + steps <= len(lines) <= before + steps + 2
    with (tmp_path / ".out.hoodexport" / "receipts").open("ab") as file:
        file.write(b'{"step":"points_2d","files":[["files/po')  # the last line was torn
    report = fumehood.export(place, out, memory=0)
    assert report.resumed >= 7 and contents(out) == contents(whole) and check(out) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_was_damaged_after_a_crash_or_belongs_to_another_export_is_made_anew(place: Path, tmp_path: Path) -> None:
    out, aside = tmp_path / "out", tmp_path / ".out.hoodexport"
    words = [sys.executable, "-c", STOPPED, str(place), str(out), "8"]
    subprocess.run(words, timeout=50, check=False)
    done = json.loads((aside / "receipts").read_text().splitlines()[-1])
    damaged = aside / done["files"][0][0]
    damaged.write_bytes(bytes(damaged.stat().st_size))
    assert fumehood.export(place, out, memory=0).resumed < 9 and check(out) == []
    other = tmp_path / "other"
    subprocess.run([*words[:4], str(other), "8"], timeout=50, check=False)
    assert fumehood.export(place, other, gene_bits=16).resumed == 0
    assert all(name.endswith(".u16.gz") for name in contents(other) if name.startswith("var/"))


def test_what_is_there_stays_until_the_new_one_is_whole(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    fumehood.export(place, out, genes="none")
    before = contents(out)
    with pytest.raises(ExportExists):
        fumehood.export(place, out)

    def told(progress: Any) -> None:
        assert contents(out) == before
        if progress.stage == "name":
            with pytest.raises(ExportBusy):
                fumehood.export(place, out, replace=True)

    fumehood.export(place, out, replace=True, progress=told)
    assert len(contents(out)) > len(before) + 30
    own = tmp_path / "thesis"
    own.mkdir()
    (own / "chapter").write_text("kept")
    with pytest.raises(ExportExists, match="no export"):
        fumehood.export(place, own, replace=True)
    assert (own / "chapter").read_text() == "kept"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a disk of a few megabytes")
def test_a_full_disk_is_said_and_nothing_half_is_left(place: Path, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 80) as small:
        out = small.folder / "out"
        filled = False

        def told(progress: Any) -> None:
            nonlocal filled
            if progress.stage == "step" and not filled:
                small.fill()
                filled = True

        with pytest.raises(StorageFailed, match="the disk is full"):
            fumehood.export(place, out, workers=1, progress=told)
        assert [path.name for path in small.folder.iterdir()] == ["filler"]
        with pytest.raises(StorageFailed, match="are free"):
            fumehood.export(place, out)
        small.free()
        fumehood.export(place, out)
        assert check(out) == []


def test_a_gene_is_the_same_however_the_matrix_lies_and_however_much_memory_there_is(tmp_path: Path) -> None:
    data = atlases.atlas(cells=2500, genes=130)
    rows = data.X.tocsr()
    kinds = {"csr": rows, "csc": rows.tocsc(), "dense": rows.toarray()}
    found = {}
    for kind, matrix in kinds.items():
        data.X = matrix
        path = tmp_path / kind / "atlas.h5ad"
        path.parent.mkdir()
        data.write_h5ad(path)
        for memory in (0, 1 << 30):
            out = tmp_path / f"{kind}{memory}"
            fumehood.export(path, out, memory=memory, genes="both", only_columns=["many"])
            found[kind, memory] = {
                name: it for name, it in contents(out).items() if name.startswith(("var/", "genes/"))
            }
    first = found["csr", 0]
    assert len(first) == 130 + 3 and all(other == first for other in found.values())
    back = open_exported(out)
    assert list(back.gene_names()) == list(data.var_names) and list(back.cell_names()) == list(data.obs_names)
    step = rows[:, 7].toarray().max() / 254
    assert np.abs(back.gene(7) - rows[:, 7].toarray().ravel()).max() <= step / 2 * 1.001
    assert back.fingerprint().cells == Names(name.encode() for name in data.obs_names).digest()


def test_the_page_lies_beside_the_data_where_it_is_built(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUMEHOOD_ASSETS", str(tmp_path))
    with pytest.raises(AssetsMissing):
        fumehood.export(place, tmp_path / "out", with_page=True)
    assert not (tmp_path / "out").exists()
    built = {"index.html": "<!doctype html>", "assets/index-1.js": "1", "widget.js": "not of a page"}
    for name, text in built.items():
        path = tmp_path / "viewer" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    fumehood.export(place, tmp_path / "out", with_page=True)
    assert {"index.html", "assets/index-1.js"} <= contents(tmp_path / "out").keys() and check(tmp_path / "out") == []
    assert "widget.js" not in contents(tmp_path / "out")
    with pytest.raises(BadSetting):
        fumehood.export(place, tmp_path / "none", with_page=True, genes="shards")


def test_a_folder_is_named_by_numbers_limited_to_some_genes_and_described(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    seen: list[Any] = []
    fumehood.export(
        place, out, naming="index", only_genes=["G9", "HLA/A"], only_columns=["score"], name="An atlas", url="https://a.b",
        progress=seen.append,
    )  # fmt: skip
    assert sorted(path.name for path in (out / "var").iterdir()) == ["0.values.u8.gz", "1.values.u8.gz"]
    var = json.loads((out / "var_manifest.json").read_text())
    assert [field[:2] for field in var["fields"]] == [[0, "HLA/A"], [1, "G9"]]
    identity = json.loads((out / "dataset_identity.json").read_text())
    assert identity["name"] == "An atlas" and identity["source"] == {"url": "https://a.b"}
    assert seen[0].stage == "plan" and seen[0].size > 0 and seen[-1].done == seen[-1].total
    with pytest.raises(BadSetting, match="'NOPE'"):
        fumehood.export(place, tmp_path / "none", only_genes=["NOPE"])
    assert not (tmp_path / "none").exists() and check(out) == []
