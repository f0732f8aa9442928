"""cellucid 0.0.9's own functions and ours put the same columns on the same data, whoever wrote the session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fumehood.datasets.sessions.session import Session
from tests.datasets.sessions import foreign
from tests.datasets.sessions.conftest import PEERS, make, run_program
from tests.datasets.sessions.described import describe

OPTIONS: list[dict[str, Any]] = [
    {},
    {"highlights_prefix": "h_", "user_defined_prefix": "u_", "store_uns": False},
    {"include_deleted_user_defined_fields": True, "add_highlights": False},
    {"add_user_defined_fields": False},
    {"expected_dataset_id": "another"},
    {"expected_dataset_id": "pbmc"},
]


def sessions() -> dict[str, bytes]:
    data = make()
    ours = Session.create(
        data,
        highlights={"First": {"some": [3, 0, 39], "half": np.arange(40) % 2 == 0}, "Second": {"none": []}},
        fields={"my labels": data.obs["cell_type"], "wide": ([f"c{n}" for n in range(300)], np.arange(40) * 9 - 5)},
        dataset_id="pbmc",
    )
    from_theirs = Session.from_bytes(foreign.full(40, 6)).edited(highlights={"Again": {"x": range(7)}})
    return {
        "theirs": foreign.full(40, 6),
        "ours": b"".join(ours.pieces()),
        "theirs edited by ours": b"".join(from_theirs.pieces()),
        "of other data": foreign.full(39, 6),
    }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, dict[str, Any], dict[str, Any]]]]:
    """(session, options, what cellucid made of it)"""
    folder = tmp_path_factory.mktemp("peer")
    make().write_h5ad(folder / "data.h5ad")
    jobs, names = [], []
    for name, data in sessions().items():
        (folder / name).write_bytes(data)
        for options in OPTIONS:
            jobs.append({"session": str(folder / name), "data": str(folder / "data.h5ad"), "options": options})
            names.append((name, options))
    (folder / "jobs.json").write_text(json.dumps(jobs))
    answers = run_program(PEERS, "peer_applies.py", folder / "jobs.json")
    yield [(name, options, answer) for (name, options), answer in zip(names, answers, strict=True)]


@pytest.mark.filterwarnings("ignore::fumehood.SessionWarning")
def test_the_columns_are_the_same(both: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> None:
    written = sessions()
    for name, options, theirs in both:
        assert "error" not in theirs, theirs
        ours = Session.from_bytes(written[name]).apply_to_anndata(make(), **options)
        assert describe(ours.obs) == theirs["obs"], (name, options)
        assert describe(ours.var) == theirs["var"], (name, options)
    assert {len(theirs["obs"]) for _, _, theirs in both} >= {2, 5, 6, 9}


def test_theirs_cannot_be_written_and_ours_can(
    both: list[tuple[str, dict[str, Any], dict[str, Any]]], tmp_path: Path
) -> None:
    """What differs on purpose: `uns` holds texts, so `write_h5ad` works."""
    plain = [theirs["written"] for name, options, theirs in both if name == "ours" and not options]
    assert plain == [False]
    Session.from_bytes(sessions()["ours"]).apply_to_anndata(make()).write_h5ad(tmp_path / "x.h5ad")
