"""What the viewer's page is made of is what its build wrote down, and pages from elsewhere can be forgotten."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

import fumehood
from fumehood.core.errors import AssetsMissing
from fumehood.core.paths import Paths
from fumehood.viewer.built import built


def lay_out(folder: Path) -> None:
    (folder / "viewer").mkdir()
    files = {"loader.js": "load()", "widget.js": "draw()"}
    for name, text in files.items():
        (folder / "viewer" / name).write_text(text)
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    (folder / "viewer" / "manifest.json").write_text(json.dumps({"files": hashes}))


def test_a_module_that_was_changed_after_the_build_is_not_sent(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("FUMEHOOD_ASSETS", str(tmp_path))
    with pytest.raises(AssetsMissing, match="not built"):
        built()
    lay_out(tmp_path)
    assert built().module == b"draw()"
    for name in ("widget.js", "loader.js"):
        text = (tmp_path / "viewer" / name).read_text()
        (tmp_path / "viewer" / name).write_text("evil()")
        with pytest.raises(AssetsMissing, match="was changed"):
            built()
        (tmp_path / "viewer" / name).write_text(text)
    (tmp_path / "viewer" / "manifest.json").write_text("{")
    with pytest.raises(AssetsMissing, match="damaged"):
        built()


def test_pages_that_are_kept_can_be_forgotten(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("FUMEHOOD_HOME", str(tmp_path))
    assert fumehood.clear_web_cache() == 0
    (Paths.of_user().web_cache / "abc" / "assets").mkdir(parents=True)
    assert fumehood.clear_web_cache() == 1
    assert list(Paths.of_user().web_cache.iterdir()) == []
