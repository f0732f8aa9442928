"""What a person drew in a viewer is kept in a session, and comes back on the same cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

import fumehood
from fumehood.core.errors import ChunkMissing, SessionMismatch
from fumehood.datasets.opening import open_dataset
from fumehood.protocol import viewer as wire
from fumehood.viewer import cells as sets
from fumehood.viewer.source import opened
from fumehood.viewer.transport import Answered, Finding
from fumehood.viewer.viewer import Viewer
from tests.datasets.sessions import foreign
from tests.datasets.sessions.conftest import make

IDENTITY, PAGE = "0123456789abcdef", "fedcba9876543210"


class Still:
    """A transport that keeps what is said."""

    viewer = IDENTITY
    name: Literal["comm"] = "comm"
    viewer = IDENTITY

    def __init__(self) -> None:
        self.answered: Answered = lambda ask, answer: None
        self.said: list[wire.Command | wire.Welcome] = []

    def send(self, message: wire.Command | wire.Welcome, buffers: Sequence[bytes]) -> None:
        self.said.append(message)

    def link(self) -> str:
        return ""

    def display(self) -> None: ...

    def beside(self) -> bool:
        return False

    def awaited(self) -> bool:
        return True

    def findings(self) -> list[Finding]:
        return []

    def close(self) -> None: ...


def data(folder: Path, cells: int = 40) -> Path:
    adata = make(cells)
    adata.obsm["X_umap"] = np.random.default_rng(1).normal(size=(cells, 2)).astype("f4")
    adata.write_h5ad(folder / f"{cells}.h5ad")
    return folder / f"{cells}.h5ad"


def shown(path: Path) -> tuple[Viewer, Still]:
    still = Still()
    viewer = Viewer(opened(path), lambda hear: still)
    return viewer, still


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    found, _ = shown(data(tmp_path))
    found._hear(wire.Ready(IDENTITY, PAGE, 1, version=wire.VERSION, n_cells=40, dimensions=2, embedding="X_umap"), ())
    packed, buffer = sets.pack(np.array([3, 5, 39], np.uint32), 40)
    found._hear(wire.Group(IDENTITY, PAGE, 2, group="g1", name="T cells?", color="#112233", cells=packed), (buffer,))
    found._hear(wire.State(IDENTITY, PAGE, 3, state={"version": 1, "views": [1]}), ())
    yield found
    found.stop()


def test_a_session_of_a_viewer_is_kept_and_shown_again(viewer: Viewer, tmp_path: Path) -> None:
    path = viewer.session().save(tmp_path / "mine.cellucid-session")
    session = fumehood.Session.open(path)
    assert [(group.label, group.cell_count) for group in session.groups] == [("T cells?", 3)]
    dataset = open_dataset(tmp_path / "40.h5ad")
    said = dataset.fingerprint()
    assert session.fingerprint.fumehood is not None
    assert (said.cells, said.genes) == (session.fingerprint.fumehood.cells, session.fingerprint.fumehood.genes)
    dataset.close()
    _ = viewer.load_session(path)
    other, still = shown(data(tmp_path, 41))
    with pytest.raises(SessionMismatch):
        _ = other.load_session(session)
    other.stop()
    with pytest.raises(ChunkMissing):
        _ = viewer.load_session(fumehood.Session.from_bytes(foreign.full(40, 6)))
    again, still = shown(tmp_path / "40.h5ad")
    _ = again.load_session(session)
    again._hear(wire.Ready(IDENTITY, PAGE, 1, version=wire.VERSION, n_cells=40, dimensions=2, embedding="X_umap"), ())
    (state,) = [one for one in still.said if isinstance(one, wire.SetState)]
    assert state.state == {"version": 1, "views": [1]}
    again.stop()


def test_groups_of_a_viewer_become_columns_by_name(viewer: Viewer) -> None:
    moved: Any = make()[::-1].copy()
    result = viewer.apply_session_to_anndata(moved, name_highlights_by="label", highlights_prefix="")
    assert list(result.obs_names[result.obs["T_cells"]]) == [make().obs_names[n] for n in (39, 5, 3)]
