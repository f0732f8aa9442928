"""Arrows from transitions: the mean of where a cell goes, less where it is."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import fumehood
from fumehood.core.errors import BadSetting, ColumnTaken, DatasetMemberMissing
from fumehood.datasets import drift
from tests.datasets.sessions.conftest import PEERS, make

THEIRS = """
import json, sys, numpy as np
from scipy import sparse
from cellucid.vector_fields import compute_transition_drift as theirs
points, matrix = (np.array(one) for one in json.loads(sys.stdin.read()))
print(json.dumps([theirs(form(matrix), points, normalize_rows=on).tolist()
    for form in (np.asarray, sparse.csr_matrix) for on in (True, False)]))
"""


def test_arrows_are_those_of_cellucid(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    points = chance.normal(size=(50, 3))
    matrix = chance.random((50, 50)) * (chance.random((50, 50)) < 0.2)
    given = json.dumps([points.tolist(), matrix.tolist()])
    done = subprocess.run([PEERS, "-c", THEIRS], input=given.encode(), capture_output=True, timeout=50, check=True)
    monkeypatch.setattr(drift, "_BLOCK", 500)  # several blocks
    ours = [
        fumehood.compute_transition_drift(form(matrix), points, normalize_rows=on)
        for form in (np.asarray, sparse.csr_matrix)
        for on in (True, False)
    ]
    np.testing.assert_allclose(ours, json.loads(done.stdout), rtol=1e-4, atol=1e-5)


def test_a_cell_that_goes_nowhere_stays() -> None:
    """cellucid 0.0.9 sends it to the origin."""
    matrix = np.array([[0.0, 2.0], [0.0, 0.0]])
    arrows = fumehood.compute_transition_drift(matrix, [[1.0, 1.0], [4.0, 5.0]])
    assert arrows.tolist() == [[3.0, 4.0], [0.0, 0.0]] and arrows.dtype == np.float32


def test_arrows_are_put_where_viewers_find_them() -> None:
    adata: Any = make(10)
    step = sparse.eye(10, k=1).tocsr()
    with pytest.raises(DatasetMemberMissing):
        fumehood.add_transition_drift_to_obsm(adata, step)
    adata.obsm["X_umap"] = np.arange(20.0).reshape(10, 2)
    assert fumehood.add_transition_drift_to_obsm(adata, step) == "T_fwd_umap_2d"
    assert adata.obsm["T_fwd_umap_2d"].tolist() == [[2.0, 2.0]] * 9 + [[0.0, 0.0]]
    with pytest.raises(ColumnTaken):
        fumehood.add_transition_drift_to_obsm(adata, step)
    adata.obsm["X_umap_3d"] = np.zeros((10, 3))
    assert fumehood.add_transition_drift_to_obsm(adata, step, field_prefix="b") == "b_umap_3d"
    assert fumehood.add_transition_drift_to_obsm(adata, step, dim=2, explicit_dim_suffix=False) == "T_fwd_umap"
    for matrix, embedding in ((np.eye(9), np.zeros((10, 2))), (np.eye(10), np.zeros(10))):
        with pytest.raises(BadSetting):
            fumehood.compute_transition_drift(matrix, embedding)
    with pytest.raises(BadSetting, match="dimensions"):
        fumehood.add_transition_drift_to_obsm(adata, step, dim=1)
