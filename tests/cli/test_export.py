"""`hood export`: one HTML file, from the notebook's file alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from fumehood.testing.homes import processes_of
from tests.cli.conftest import Hood
from tests.doors.atlases import written

Make = Callable[..., Path]


def test_a_notebook_becomes_one_file_beside_it_and_nothing_is_started(
    hood: Hood, fumehood_home: Path, make_notebook: Make
) -> None:
    path = make_notebook("print('</pre><b>one')", name="odd<b>.ipynb")
    assert hood("export", str(path)).returncode == 0
    made = path.with_suffix(".html").read_text("utf-8")
    assert "print(&#39;&lt;/pre&gt;&lt;b&gt;one&#39;)" in made and "<title>odd&lt;b&gt;.ipynb</title>" in made
    assert processes_of(fumehood_home) == []


def test_a_file_is_not_written_over_unasked(hood: Hood, make_notebook: Make, tmp_path: Path) -> None:
    path, target = make_notebook("1"), tmp_path / "out.html"
    target.write_text("kept")
    refused = hood("export", str(path), "--to", "html", "-o", str(target))
    assert refused.returncode == 4 and target.read_text() == "kept"
    assert hood("export", str(path), "-o", str(target), "--force").returncode == 0
    assert target.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert hood("export", str(path), "-o", "-").stdout.startswith("<!DOCTYPE html>")
    assert hood("export", str(tmp_path / "none.ipynb")).returncode == 3


def test_a_dataset_becomes_a_folder_that_is_checked_and_never_written_over_unasked(hood: Hood, tmp_path: Path) -> None:
    data, out = written(tmp_path), tmp_path / "out"
    done = hood("export", str(data), str(out), "--json", "--genes", "both", "--title", "An atlas")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["event"] for one in said[:2]] == ["plan", "step"] and said[-1]["event"] == "exported"
    assert said[0]["size"] > 0 and said[-1]["cells"] == 300 and said[-1]["genes"] == 40
    assert hood("export", "--check", str(out)).returncode == 0
    assert hood("export", str(data), str(out)).returncode == 4
    replaced = hood("export", str(data), str(out), "--replace")
    assert "will have about" in replaced.stderr and "300 cells, 40 genes" in replaced.stderr
    (out / "points_2d.bin.gz").write_bytes(b"")
    defects = hood("export", "--check", str(out), "--json")
    assert defects.returncode == 1
    assert json.loads(defects.stdout)["defects"] == [{"path": "points_2d.bin.gz", "what": "ends before it is unpacked"}]
    for words in ([str(data)], [str(data), str(out), "-o", "x"], [str(data), str(out), "--gzip", "12"]):
        assert hood("export", *words).returncode == 2
    assert hood("export", str(tmp_path / "none.h5ad"), str(tmp_path / "none")).returncode == 3
