"""What a page keeps is what Python reads: the code that makes its view, and its session. The files are the page's own,
written and checked by web/packages/viewer/src/keeping/keeping.test.ts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fumehood
from fumehood.cli.commands.view import view_of
from fumehood.cli.main import main
from fumehood.core.errors import BadMessage, BadSetting, FileChanged, TimedOut, ViewerArgument
from fumehood.doors.gateway.redirect import link
from fumehood.doors.gateway.starting import Target
from fumehood.protocol import viewer as wire
from fumehood.viewer.source import opened
from fumehood.viewer.viewer import Viewer
from tests.datasets.sessions.conftest import make
from tests.viewer.desk import Desk, Wire
from tests.viewer.test_sessions import IDENTITY, PAGE, Still, data

KEPT = Path(__file__).parent / "kept"
HOSTILE = 'a"b\\c\nimport os\u202e\u2028\u05d0\U0001f600\x07'


def test_the_code_of_a_view_makes_the_view_whatever_its_names_are(monkeypatch: pytest.MonkeyPatch) -> None:
    adata = make(40)
    adata.obsm["X_umap"] = np.random.default_rng(1).normal(size=(40, 2)).astype("f4")
    adata.obs[HOSTILE] = adata.obs["cell_type"]
    still = Still()
    monkeypatch.setattr(fumehood, "show", lambda shown: Viewer(opened(shown), lambda hear: still))
    names: dict[str, Any] = {"adata": adata}
    exec(compile((KEPT / "view.py.txt").read_text("utf-8"), "view.py", "exec"), names)
    assert set(names) == {"adata", "fumehood", "viewer", "__builtins__"}, "nothing else ran"
    viewer: Viewer = names["viewer"]
    viewer._hear(wire.Ready(IDENTITY, PAGE, 1, version=wire.VERSION, n_cells=40, dimensions=2, embedding="X_umap"), ())
    _, view, colour, state = still.said
    assert isinstance(view, wire.SetView) and (view.embedding, view.dimensions) == ("X_umap", 2)
    assert isinstance(colour, wire.ColorBy) and colour.field == HOSTILE
    assert isinstance(state, wire.SetState)
    (group,) = state.state["pages"][0]["groups"]
    assert group["name"] == HOSTILE + "'''" and group["made"][0]["category"] == HOSTILE
    assert state.state["views"][0]["colour"] == {"by": "column", "key": HOSTILE}
    viewer.stop()


def test_the_session_of_a_page_is_a_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = KEPT / "page.cellucid-session"
    with fumehood.Session.open(path) as session:
        (page,) = session.pages
        (group,) = page.highlighted_groups
        assert (page.name, group.label, session.cells(group.id).tolist()) == ("Page 1", HOSTILE + "'''", [3, 5, 39])
        assert session.viewer_state["views"][0]["camera"]["scale"] == 120
    source = data(tmp_path)
    assert main(["session", "show", str(path)]) == 0
    assert main(["session", "check", str(path), "--data", str(source), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert main(["session", "apply", str(path), str(source), "-o", str(tmp_path / "new.h5ad")]) == 0
    import anndata

    applied = anndata.read_h5ad(tmp_path / "new.h5ad")
    (column,) = [key for key in applied.obs if key.startswith("cellucid_highlight__")]
    assert np.flatnonzero(applied.obs[column]).tolist() == [3, 5, 39]
    still = Still()
    viewer = Viewer(opened(source), lambda hear: still)
    with pytest.warns(fumehood.SessionWarning, match="Not checked"):
        _ = viewer.load_session(path)
    viewer.stop()


def test_groups_keep_their_pages_in_a_session(tmp_path: Path) -> None:
    still = Still()
    viewer = Viewer(opened(data(tmp_path)), lambda hear: still)
    viewer._hear(wire.Ready(IDENTITY, PAGE, 1, version=wire.VERSION, n_cells=40, dimensions=2, embedding="X_umap"), ())
    from fumehood.viewer import cells as sets

    for number, group in enumerate(("a", "b", "c")):
        packed, buffer = sets.pack(np.array([number], np.uint32), 40)
        said = wire.Group(IDENTITY, PAGE, 2 + number, group=group, name=f"Group {group}", cells=packed)
        viewer._hear(said, (buffer,))
    pages = [{"name": "Mine", "groups": [{"id": "a"}, {"id": "b"}]}, {"name": 7, "groups": [{"id": "c"}]}, "no page"]
    viewer._hear(wire.State(IDENTITY, PAGE, 5, state={"version": 1, "pages": pages}), ())
    found = {page.name: [group.label for group in page.highlighted_groups] for page in viewer.session().pages}
    assert found == {"Mine": ["Group a", "Group b"], "Groups": ["Group c"]}
    viewer.stop()


def test_a_dataset_says_its_fingerprint_as_its_sessions_do(tmp_path: Path) -> None:
    source = opened(data(tmp_path))
    found = source.table.find("fingerprint.json")
    assert found is not None
    said = json.loads(bytes(found.read()))
    fingerprint = fumehood.Session.create(source.subject()).fingerprint
    assert fingerprint.fumehood is not None
    assert (said["cells"], said["genes"]) == (fingerprint.fumehood.cells, fingerprint.fumehood.genes)
    assert (said["id"], said["kind"]) == (fingerprint.dataset_id, fingerprint.source_type)
    assert said["program"] == f"fumehood {fumehood.__version__}"
    source.close()


PNG = b"\x89PNG\r\n\x1a\nand so on"


def test_a_figure_that_python_asks_for_is_its_bytes_and_nothing_else_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered(_wire: Wire, command: wire.Command | wire.Welcome, buffers: Sequence[bytes]) -> None:
        if isinstance(command, wire.Welcome):
            return
        assert isinstance(command, wire.Draw)
        for said in ((), (PNG, PNG), (b"GIF89a",)):
            with pytest.raises(BadMessage):
                desk.say(wire.Figure, *said, id=command.id)
        desk.say(wire.Figure, PNG, id=command.id + 1)
        desk.say(wire.Figure, PNG + b"!", id=command.id)
        desk.say(wire.Done, id=command.id)

    monkeypatch.setattr(Wire, "send", answered)
    desk = Desk()
    desk.ready()
    figure = desk.viewer.figure(dpi=150, title="a\nb")
    assert figure.data == PNG + b"!" == figure._repr_png_()
    path = figure.save(tmp_path / "a.png")
    assert path.read_bytes() == figure.data
    with pytest.raises(FileChanged):
        figure.save(path)
    assert desk.viewer.state.figure is None
    desk.say(wire.Figure, b"<?xml version='1.0'?><svg/>", content_type="image/svg+xml")
    assert desk.viewer.state.figure is not None and desk.viewer.state.figure._repr_png_() is None
    with pytest.raises(ViewerArgument):
        desk.viewer.figure("gif")


def test_a_figure_that_comes_too_late_is_not_kept() -> None:
    desk = Desk()
    desk.ready()
    with pytest.raises(TimedOut):
        desk.viewer.figure(timeout=0.0)
    (draw,) = [said for said, _ in desk.wire.said if isinstance(said, wire.Draw)]
    desk.say(wire.Figure, PNG, id=draw.id)
    assert desk.viewer._figures.take(draw.id) is None


def test_hood_view_begins_with_the_view_of_a_link_and_takes_nothing_else_of_it() -> None:
    assert view_of("") == ""
    assert view_of("http://127.0.0.1:4000/#code=secret&state=H4s-_A&path=x") == "H4s-_A"
    for bad in ("http://x/#code=a", "http://x/#state=", "#state=<b>", "#state=" + "A" * 100_001, "x" * 300_000):
        with pytest.raises(BadSetting):
            view_of(bad)
    assert link("http://h", "c", Target(), "H4s") == "http://h/#code=c&state=H4s"
