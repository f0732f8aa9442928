"""`hood export`: one HTML file, from the notebook's file alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fumehood.testing.homes import processes_of
from tests.cli.conftest import Hood

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
