"""A session on an AnnData: right cells, right names, nothing of the user's touched, and it can be written."""

from __future__ import annotations

import stat
import subprocess
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fumehood.core import limits
from fumehood.core.errors import BadSetting, ColumnTaken, FileChanged, LimitExceeded, SessionMismatch
from fumehood.datasets.sessions.session import Session, SessionWarning
from tests.datasets.sessions import foreign
from tests.datasets.sessions.conftest import make
from tests.datasets.sessions.foreign import Part


def drawn(adata: Any) -> Session:
    return Session.create(
        adata,
        highlights={"First": {"some": [0, 3, 39], "all": np.ones(40, bool)}, "Second": {"none": []}},
        fields={"my labels": pd.Series(pd.Categorical(["a", None, "b", "a"] * 10)), "cell_type": (["x"], [0] * 40)},
        state={"camera": {"position": [1, 2, 3]}},
        dataset_id="pbmc",
    )


@pytest.mark.filterwarnings("ignore:Writing zarr v2")
def test_what_was_applied_is_written_and_read_back_the_same(adata: Any, tmp_path: Path) -> None:
    import anndata

    before = adata.copy()
    result, said = drawn(adata).apply_to_anndata(adata, return_summary=True)
    pd.testing.assert_frame_equal(adata.obs, before.obs)
    assert adata.uns == {}
    assert said.added_obs_columns == [
        "cellucid_highlight__highlight_1",
        "cellucid_highlight__highlight_2",
        "cellucid_highlight__highlight_3",
        "my_labels",
        "cell_type__2",
    ]
    assert (said.cells.how, said.genes.how, said.unchecked, said.skipped) == ("order", "order", [], [])
    assert np.flatnonzero(result.obs["cellucid_highlight__highlight_1"]).tolist() == [0, 3, 39]
    assert (
        result.obs["my_labels"].astype(object).where(result.obs["my_labels"].notna(), None).tolist()
        == [
            "a",
            None,
            "b",
            "a",
        ]
        * 10
    )
    result.write_h5ad(tmp_path / "a.h5ad")
    result.write_zarr(tmp_path / "a.zarr")
    for back in (anndata.read_h5ad(tmp_path / "a.h5ad"), anndata.read_zarr(tmp_path / "a.zarr")):
        pd.testing.assert_frame_equal(back.obs, result.obs)
        assert back.uns["cellucid"]["session"] == result.uns["cellucid"]["session"]
        # Ours may be replaced by the next session, and the user's never.
        again = drawn(adata).apply_to_anndata(back, column_conflict="suffix", replace=())
        assert "my_labels__2" in again.obs


def test_everything_of_another_program_can_be_written(adata: Any, tmp_path: Path) -> None:
    session = Session.from_bytes(
        foreign.bundle(
            foreign.fingerprint(40, 6),
            foreign.meta(foreign.page("p", foreign.group("a/b\0c"), foreign.group("index"), foreign.group("_index"))),
            foreign.overlays(
                foreign.field("u", "\0/", ["a\0", "a\0", "", "1", 1, None, True], 40),
                foreign.field("v", "no categories", [], 40),
            ),
            *[Part(f"highlights/cells/{one}", foreign.cells([1])) for one in ("a/b\0c", "index", "_index")],
            Part("user-defined/codes/u", foreign.raw_codes([n % 9 for n in range(40)])),
            Part("user-defined/codes/v", foreign.raw_codes(list(range(40)))),
        )
    )
    adata.obs.index.name = "index"
    with pytest.warns(SessionWarning, match="order"):
        result = session.apply_to_anndata(adata, highlights_prefix="")
    assert {"index__2", "index__3", "a_b_c", "cellucid", "no_categories"} <= set(result.obs)
    assert result.obs["no_categories"].tolist() == list(range(40))
    assert len(set(result.obs["cellucid"].cat.categories)) == 7
    result.write_h5ad(tmp_path / "x.h5ad")


def test_moved_rows_are_found_by_their_names(adata: Any) -> None:
    session = drawn(adata)
    plain = session.apply_to_anndata(adata, store_uns=False)
    moved = adata[np.random.default_rng(3).permutation(40), [5, 1, 0, 2, 4, 3]].copy()
    result, said = session.apply_to_anndata(moved, return_summary=True)
    assert (said.cells.how, said.cells.missing_count, said.cells.new_count) == ("names", 0, 0)
    pd.testing.assert_frame_equal(result.obs.loc[adata.obs_names], plain.obs)
    part, said = session.apply_to_anndata(moved[5:].copy(), return_summary=True)
    gone = list(moved.obs_names[:5])
    assert said.cells.missing_count == 5 and sorted(said.cells.missing) == sorted(gone)
    pd.testing.assert_frame_equal(part.obs, plain.obs.loc[part.obs_names])
    import anndata

    other = moved[:8].copy()
    other.obs_names = [f"new{n}" for n in range(8)]
    more, said = session.apply_to_anndata(anndata.concat([moved, other]), return_summary=True)
    assert said.cells.new_count == 8
    assert not more.obs["cellucid_highlight__highlight_2"].iloc[40:].any()
    assert more.obs["my_labels"].iloc[40:].isna().all()


def test_a_session_without_names_is_only_put_where_it_fits(adata: Any) -> None:
    nameless = Session.create(adata, highlights={"p": {"g": [0]}}, with_names=False)
    assert nameless.apply_to_anndata(adata).obs["cellucid_highlight__highlight_1"].iloc[0]
    moved = adata[::-1].copy()
    with pytest.raises(SessionMismatch, match="another order"):
        nameless.apply_to_anndata(moved, dataset_mismatch="error")
    found = nameless.apply_to_anndata(moved, cell_names=adata.obs_names)
    assert found.obs["cellucid_highlight__highlight_1"].tolist() == [False] * 39 + [True]
    with pytest.raises(SessionMismatch, match="given names are not"):
        nameless.apply_to_anndata(moved, cell_names=moved.obs_names, dataset_mismatch="error")
    theirs = Session.from_bytes(foreign.full(40, 6))
    with pytest.warns(SessionWarning, match="Not checked: whether the cells lie in the session's order"):
        _, said = theirs.apply_to_anndata(adata, return_summary=True)
    assert said.cells.how == "number" and said.unchecked
    named = theirs.apply_to_anndata(moved, cell_names=adata.obs_names, expected_dataset_id="pbmc")
    assert np.flatnonzero(named.obs["cellucid_highlight__highlight_2"]).tolist() == [0]


def test_names_that_two_cells_share_are_not_guessed(adata: Any) -> None:
    session = drawn(adata)
    adata.obs_names = [adata.obs_names[0], *adata.obs_names[:-1]]
    with pytest.raises(SessionMismatch, match="not unique"):
        session.apply_to_anndata(adata, dataset_mismatch="error")
    shared = drawn(adata)
    assert shared.apply_to_anndata(adata, inplace=True, return_summary=True)[1].cells.how == "order"


@pytest.mark.parametrize(
    ("fingerprint", "options", "said"),
    [
        (None, {}, "does not say how many cells"),
        ({}, {}, "does not say how many cells"),
        (foreign.fingerprint(41, 6), {}, "cellCount 41"),
        (foreign.fingerprint(40, 7), {}, "varCount 7"),
        (foreign.fingerprint(40, 6, "a"), {"expected_dataset_id": "b"}, "datasetId 'a'"),
    ],
    ids=["none", "empty", "cells", "genes", "id"],
)
def test_what_does_not_fit_is_not_applied(adata: Any, fingerprint: Any, options: Any, said: str) -> None:
    parts = (foreign.meta(foreign.page("p", foreign.group("g"))), Part("highlights/cells/g", foreign.cells([0])))
    session = Session.from_bytes(foreign.bundle(fingerprint, *parts))
    with pytest.raises(SessionMismatch, match=said):
        session.apply_to_anndata(adata, dataset_mismatch="error", **options)
    with pytest.warns(SessionWarning, match=said):
        result, summary = session.apply_to_anndata(adata, return_summary=True, **options)
    assert summary.skipped_due_to_mismatch and list(result.obs) == ["cell_type", "score"]
    assert not session.apply_to_anndata(adata, dataset_mismatch="skip", return_summary=True, **options)[
        1
    ].added_obs_columns


def test_no_column_of_the_user_goes_without_its_name(adata: Any) -> None:
    session = drawn(adata)
    with pytest.raises(ColumnTaken, match="'cell_type'"):
        session.apply_to_anndata(adata, column_conflict="error")
    with pytest.raises(ColumnTaken, match="which no session made"):
        session.apply_to_anndata(adata, column_conflict="overwrite", inplace=True)
    assert list(adata.obs) == ["cell_type", "score"] and adata.uns == {}, "all or nothing"
    result = session.apply_to_anndata(adata, column_conflict="overwrite", replace=["cell_type"])
    assert list(result.obs)[:2] == ["cell_type", "score"]
    assert result.obs["cell_type"].tolist() == ["x"] * 40
    second = session.edited(fields={"my labels": (["z"], [0] * 40)})
    again = second.apply_to_anndata(result, column_conflict="overwrite")
    assert list(again.obs) == list(result.obs) and again.obs["my_labels"].tolist() == ["z"] * 40


def test_groups_that_name_a_column_are_made_from_it(adata: Any) -> None:
    groups = [
        foreign.group("1", type="category", fieldKey="cell_type", fieldSource="obs", categoryName="NK"),
        foreign.group("2", type="range", fieldKey="score", fieldSource="obs", rangeMin=0.5, rangeMax=1),
        foreign.group("3", type="category", fieldKey="not there", categoryName="NK"),
        foreign.group("4", type="range", fieldKey="cell_type", rangeMin=0, rangeMax=1),
    ]
    session = Session.from_bytes(foreign.bundle(foreign.fingerprint(40, 6), foreign.meta(foreign.page("p", *groups))))
    with pytest.warns(SessionWarning):
        result, said = session.apply_to_anndata(adata, return_summary=True, name_highlights_by="label")
    assert result.obs["cellucid_highlight__label_of_1"].tolist() == (adata.obs["cell_type"] == "NK").tolist()
    assert result.obs["cellucid_highlight__label_of_2"].tolist() == (adata.obs["score"] >= 0.5).tolist()
    assert len(said.skipped) == 2


def test_other_places_of_uns_are_left_alone(adata: Any) -> None:
    session = drawn(adata)
    adata.uns["cellucid"] = "mine"
    with pytest.raises(BadSetting, match="uns"):
        session.apply_to_anndata(adata)
    assert "my_labels" in session.apply_to_anndata(adata, store_uns=False).obs
    adata.uns["cellucid"] = {"mine": 1, "session": {"also": "mine"}}
    result = session.apply_to_anndata(adata)
    assert result.uns["cellucid"]["mine"] == 1 and result.uns["cellucid"]["session"]["also"] == "mine"
    assert adata.uns["cellucid"] == {"mine": 1, "session": {"also": "mine"}}
    with pytest.raises(BadSetting, match="'never'"):
        session.apply_to_anndata(adata, column_conflict="never")


def test_a_backed_file_is_changed_in_place_only(adata: Any, tmp_path: Path) -> None:
    import anndata

    adata.write_h5ad(tmp_path / "a.h5ad")
    backed = anndata.read_h5ad(tmp_path / "a.h5ad", backed="r")
    with pytest.raises(BadSetting, match="inplace"):
        drawn(adata).apply_to_anndata(backed)
    assert "my_labels" in drawn(adata).apply_to_anndata(backed, inplace=True).obs
    backed.file.close()


def test_many_columns_over_many_cells_are_bounded(adata: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "SESSION_COLUMNS", 300)
    with pytest.raises(LimitExceeded, match="columns"):
        drawn(adata).apply_to_anndata(adata)


def test_what_is_not_known_is_kept_and_what_is_edited_replaced(tmp_path: Path) -> None:
    session = Session.from_bytes(foreign.full(40, 6))
    edited = session.edited(highlights={"Mine": {"two": [1, 2]}}, state={"camera": None})
    saved = Session.open(edited.save(tmp_path / "s.cellucid-session"))
    assert [group.label for group in saved.groups] == ["two"]
    assert saved.state == {"camera": None}
    assert saved.codes("user_5").tolist() == session.codes("user_5").tolist()
    assert saved.json("cinematic/camera") == {"paths": [1, 2]}
    import json

    old, new = json.loads(session.manifest_text()), json.loads(saved.manifest_text())
    assert {**new, "chunks": 0} == {**old, "chunks": 0}
    for name in ("analysis/artifacts/7", "cinematic/camera"):
        kept = [next(one for one in each["chunks"] if one["id"] == name) for each in (old, new)]
        assert kept[0] == kept[1]
    # What was replaced is gone, not only out of sight; what else stood there is not.
    assert {one.id for one in saved.chunks if one.id.startswith("highlights/cells/")} == {
        "highlights/cells/highlight_1"
    }
    other = session.edited(fields={"lab": (["a"], [0] * 40)})
    assert {one.id for one in other.chunks if one.id.startswith("user-")} == {"user-defined/codes/user_1"}
    assert other.overlays["renames"] == {} and [one.key for one in other.fields] == ["lab"]
    emptied = session.edited(highlights={}, fields={})
    assert not emptied.pages and not emptied.fields
    untouched = session.save(tmp_path / "same")
    assert untouched.read_bytes().endswith(foreign.full(40, 6)[-2000:])


def test_a_saved_session_is_closed_to_others_and_never_written_over(adata: Any, tmp_path: Path) -> None:
    session = drawn(adata)
    path = session.save(tmp_path / "s")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(FileChanged, match="there already"):
        drawn(make()).save(path)
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    session.save(tmp_path / "link", overwrite=True)
    assert (tmp_path / "victim").read_text() == "mine" and not (tmp_path / "link").is_symlink()
    assert path.read_bytes() == before == (tmp_path / "link").read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "s", "victim"]
    subprocess.run(["git", "init", "-q", tmp_path / "tree"], check=True)
    (tmp_path / "tree" / "deep").mkdir()
    with pytest.warns(SessionWarning, match="git work tree"):
        session.save(tmp_path / "tree" / "deep" / "s")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session.save(tmp_path / "s2")


def test_a_session_is_saved_where_there_are_no_hard_links(adata: Any, tmp_path: Path, monkeypatch: Any) -> None:
    def link(*_: Any, **__: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", link)
    path = drawn(adata).save(tmp_path / "s")
    assert Session.open(path).cell_count == 40 and stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileChanged):
        drawn(adata).save(path)
    assert [one.name for one in tmp_path.iterdir()] == ["s"]
