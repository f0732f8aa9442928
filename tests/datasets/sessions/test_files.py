"""Sessions and h5ad files, in the terminal and without it: the matrix is copied, what reaches out is refused."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fumehood.cli.main import main
from fumehood.core import limits
from fumehood.core.errors import (
    AnnDataMissing,
    BadSetting,
    DatasetReachesOut,
    DatasetUnreadable,
    FileChanged,
    FileMissing,
    SessionMismatch,
)
from fumehood.datasets.sessions.checking import check
from fumehood.datasets.sessions.files import apply_to_file
from fumehood.datasets.sessions.session import Session
from tests.datasets.sessions import foreign
from tests.datasets.sessions.conftest import make
from tests.datasets.sessions.foreign import Part


@pytest.fixture
def place(tmp_path: Path) -> Path:
    make().write_h5ad(tmp_path / "data.h5ad")
    (tmp_path / "theirs").write_bytes(foreign.full(40, 6))
    Session.create(make(), highlights={"p": {"my group": [0, 5]}}, fields={"lab": (["a"], [0] * 40)}).save(
        tmp_path / "ours"
    )
    return tmp_path


def test_the_copy_has_what_an_anndata_in_memory_gets(place: Path) -> None:
    import anndata

    before = (place / "data.h5ad").read_bytes()
    session = Session.open(place / "ours")
    applied = apply_to_file(session, place / "data.h5ad", place / "out.h5ad")
    there = anndata.read_h5ad(place / "out.h5ad")
    meant = session.apply_to_anndata(make())
    pd.testing.assert_frame_equal(there.obs, meant.obs)
    said = json.loads(there.uns["cellucid"]["session"].pop("applied"))
    assert said["matched_cells_by"] == applied.cells.how == "order"
    meant.uns["cellucid"]["session"].pop("applied")
    assert there.uns == meant.uns
    assert (there.X == make().X).all()
    assert (place / "data.h5ad").read_bytes() == before
    again = session.edited(fields={"lab": (["b"], [0] * 40)})
    with pytest.raises(FileChanged):
        apply_to_file(again, place / "out.h5ad", place / "out.h5ad")
    from fumehood.datasets.sessions.applying import Options

    apply_to_file(again, place / "out.h5ad", place / "out.h5ad", Options(column_conflict="overwrite"), overwrite=True)
    there = anndata.read_h5ad(place / "out.h5ad")
    assert list(there.obs) == list(meant.obs) and set(there.obs["lab"]) == {"b"}
    assert sorted(one.name for one in place.iterdir()) == ["data.h5ad", "ours", "out.h5ad", "theirs"]


@pytest.mark.filterwarnings("ignore")  # of anndata, about its next version
@pytest.mark.parametrize("version", [2, 3])
def test_a_zarr_folder_gets_what_an_h5ad_gets(place: Path, version: int) -> None:
    import anndata
    import zarr

    from fumehood.datasets.sessions.applying import Options

    data, out = place / "data.zarr", place / "out.zarr"
    with anndata.settings.override(zarr_write_format=version):
        make().write_zarr(data)
    zarr.consolidate_metadata(data)
    before = {one.relative_to(data): one.read_bytes() for one in data.rglob("*") if one.is_file()}
    session = Session.open(place / "ours")
    assert main(["session", "apply", str(place / "ours"), str(data), "-o", str(out)]) == 0
    meant = session.apply_to_anndata(make())
    there = anndata.read_zarr(out)
    pd.testing.assert_frame_equal(there.obs, meant.obs)
    assert there.uns["cellucid"]["session"].keys() == meant.uns["cellucid"]["session"].keys()
    assert (there.X == make().X).all()
    assert {one.relative_to(data): one.read_bytes() for one in data.rglob("*") if one.is_file()} == before
    assert main(["session", "check", str(place / "ours"), "--data", str(data)]) == 0
    with pytest.raises(FileChanged):
        apply_to_file(session, data, out)
    for kind, reaches in (("obs/lab", "a member"), ("X/extra", "beside a chunk")):
        bad = place / f"bad-{kind.partition('/')[0]}.zarr"
        shutil.copytree(data, bad)
        (bad / kind).symlink_to(place / "theirs")
        with pytest.raises(DatasetReachesOut, match=kind):
            apply_to_file(session, bad, out, overwrite=True)
        assert (out / "obs").is_dir(), f"{reaches}: the last good one is gone"
    os.mkfifo(bad / "obs" / "pipe")
    (bad / "X/extra").unlink()
    with pytest.raises(DatasetReachesOut, match="obs/pipe"):
        apply_to_file(session, bad, out, overwrite=True)
    with pytest.raises(BadSetting, match="slash"):
        Options(highlights_prefix="../../")
    with pytest.raises(DatasetUnreadable):
        (place / "empty").mkdir()
        apply_to_file(session, place / "empty", place / "new.zarr")
    again = session.edited(fields={"lab": (["b"], [0] * 40)})
    apply_to_file(again, out, out, Options(column_conflict="overwrite"), overwrite=True)
    assert set(anndata.read_zarr(out).obs["lab"]) == {"b"}
    assert not [one for one in place.iterdir() if one.name.startswith(".")]


def test_a_file_that_reaches_out_is_refused_and_nothing_is_left(place: Path) -> None:
    import h5py

    other = Session.create(make(39), highlights={"p": {"g": [0]}}, with_names=False)
    with pytest.raises(SessionMismatch):
        apply_to_file(other, place / "data.h5ad", place / "out.h5ad")
    with pytest.raises(FileMissing):
        apply_to_file(other, place / "gone.h5ad", place / "out.h5ad")
    for link in ("uns/cellucid", "obs/_index", "uns"):
        (place / "bad.h5ad").write_bytes((place / "data.h5ad").read_bytes())
        with h5py.File(place / "bad.h5ad", "r+") as file:
            if link in file:
                del file[link]
            file[link] = h5py.ExternalLink(str(place / "data.h5ad"), "/obs/score")
        with pytest.raises(DatasetReachesOut):
            apply_to_file(Session.open(place / "ours"), place / "bad.h5ad", place / "out.h5ad")
    for broken in (7, ["a", "b"], b"x"):
        (place / "bad.h5ad").write_bytes((place / "data.h5ad").read_bytes())
        with h5py.File(place / "bad.h5ad", "r+") as file:
            file["obs"].attrs["column-order"] = broken
        apply_to_file(Session.open(place / "ours"), place / "bad.h5ad", place / "whole.h5ad", overwrite=True)
        with h5py.File(place / "whole.h5ad") as file:
            order = [*file["obs"].attrs["column-order"]]
            assert order[-2:] == ["cellucid_highlight__highlight_1", "lab"]
            assert broken == ["a", "b"] or order[:-2] == ["cell_type", "score"]
    with h5py.File(place / "bad.h5ad", "w") as file:
        file["obs"] = [1, 2]
    with pytest.raises(DatasetUnreadable, match="table of columns"):
        apply_to_file(Session.open(place / "ours"), place / "bad.h5ad", place / "out.h5ad")
    assert not (place / "out.h5ad").exists() and not list(place.glob(".*"))


def run(capsys: Any, *words: str | Path) -> tuple[int, Any]:
    status = main(["session", *map(str, words)])
    out = capsys.readouterr().out
    return status, json.loads(out) if "--json" in words else out


def test_the_terminal_shows_checks_and_applies(place: Path, capsys: Any) -> None:
    status, shown = run(capsys, "show", place / "theirs", "--json")
    assert (status, shown["cells"], shown["dataset"], shown["has_digest"]) == (0, 40, "pbmc", False)
    assert shown["groups"][0]["label"] == "label of highlight_1"
    status, text = run(capsys, "show", place / "ours")
    assert status == 0 and "known by their names" in text and "my group" in text
    status, checked = run(capsys, "check", place / "theirs", "--data", place / "data.h5ad", "--json")
    assert (status, checked["checked"]["problems"]) == (0, [])
    assert checked["checked"]["not_looked_into"] == ["analysis/artifacts/7"]
    assert "order" in checked["data"]["unchecked"][0]
    make(41).write_h5ad(place / "more.h5ad")
    status, text = run(capsys, "check", place / "theirs", "--data", place / "more.h5ad")
    assert status == 1 and "does not fit" in text
    status, said = run(capsys, "apply", place / "ours", place / "more.h5ad", "-o", place / "o.h5ad", "--json")
    assert (status, said["cells"]["by"], said["cells"]["new"]) == (0, "names", 1)
    assert said["obs"] == ["cellucid_highlight__highlight_1", "lab"]
    status, _ = run(capsys, "apply", place / "theirs", place / "more.h5ad", "-o", place / "p.h5ad", "--json")
    assert status == 4
    names = "\n".join(make().obs_names)
    (place / "names").write_text(names + "\n")
    apply = ("apply", place / "theirs", place / "more.h5ad", "-o", place / "p.h5ad", "--json")
    status, said = run(capsys, *apply, "--cell-names", place / "names", "--by-label", "--prefix", "h_", "--no-fields")
    assert status == 0 and "h_label_of_9th" in said["obs"]


def test_what_is_wrong_is_named_part_by_part() -> None:
    whole = foreign.bundle(
        foreign.fingerprint(4, 2),
        foreign.meta(foreign.page("p", foreign.group("a"), foreign.group("b"), foreign.group("c", fieldKey="x"))),
        foreign.overlays(foreign.field("u", "x", ["a"], 4), foreign.field("v", "y", ["a"], 4)),
        Part("highlights/cells/a", foreign.cells([4])),
        Part("user-defined/codes/u", foreign.raw_codes([0, 0, 0])),
        Part("core/state", b"{", "json"),
        Part("fumehood/cell-names", b"a\nb\n"),
    )
    said = {one.part: one.message for one in check(Session.from_bytes(whole)).problems}
    assert list(said) == [
        "highlights/cells/a",
        "highlights/meta",
        "user-defined/codes/u",
        "core/field-overlays",
        "fumehood/cell-names",
        "core/state",
    ]


def test_a_look_through_a_session_ends(monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "SESSION_CHECKED", 100)
    problems = check(Session.from_bytes(foreign.full(40, 6))).problems
    assert problems and all(one.message.startswith("Not looked into") for one in problems)


def test_without_anndata_a_sentence_says_so(place: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "anndata.io", None)
    with pytest.raises(AnnDataMissing, match="not installed"):
        apply_to_file(Session.open(place / "ours"), place / "data.h5ad", place / "out.h5ad")
