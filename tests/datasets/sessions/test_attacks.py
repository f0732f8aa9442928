"""Sessions made to do harm: on the real cellucid 0.0.9 they do, on ours they do not, and the memory is measured.

Rows S20 to S23, T16 and T17 of the facts about it, scaled so that a test takes seconds.
"""

from __future__ import annotations

import json
import shutil
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from fumehood.core.errors import BadMessage
from fumehood.datasets.sessions.session import Session
from fumehood.protocol.base import decode_json
from fumehood.protocol.viewer import Bundle
from tests.datasets.sessions import foreign
from tests.datasets.sessions.attacked import data
from tests.datasets.sessions.conftest import PEERS, run_program
from tests.datasets.sessions.foreign import Part

MIB = 1 << 20
BOMB = 96
"""MiB that a bomb unpacks to."""
BOUND = 24
"""MiB that ours may take for any of them."""


def one_stream(size: int) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(stream.compress(bytes(MIB)) for _ in range(size // MIB)) + stream.flush()


def with_group(*parts: Part, fingerprint: Any = None, group: str = "g") -> bytes:
    meta = foreign.meta(foreign.page("p", foreign.group(group)))
    said = foreign.fingerprint(10, 3) if fingerprint is None else fingerprint
    return foreign.bundle(said, meta, *parts)


def packed(size: int, declared: int | None) -> bytes:
    stored = one_stream(size)
    meta = {"codec": "gzip", "uncompressedBytes": declared, "storedBytes": len(stored)}
    return with_group(Part("highlights/cells/g", stored, codec="none", meta=meta))


def attacks() -> dict[str, bytes]:
    runs = Part("user-defined/codes/u", foreign.run_codes([(0, BOMB * MIB)]))
    meant = data()
    cells = [n for n in range(10) if meant.obs["cell_type"].iloc[n] == "a"]
    return {
        "innocent": with_group(Part("highlights/cells/g", foreign.cells([1]))),
        "S20": packed(BOMB * MIB, 100),
        "T17": packed(BOMB * MIB, BOMB * MIB),
        "undeclared": packed(BOMB * MIB, None),
        "S21": foreign.bundle(
            foreign.fingerprint(10, 3), foreign.overlays(foreign.field("u", "x", ["a"], BOMB * MIB)), runs
        ),
        "S22": with_group(Part("highlights/cells/cell_type", foreign.cells([1])), group="cell_type"),
        "S23": with_group(Part("highlights/cells/g", foreign.cells([1])), fingerprint={}),
        "T16": b"".join(Session.create(meant[::-1].copy(), highlights={"p": {"a": [9 - n for n in cells]}}).pieces()),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("attacks")
    for name, content in attacks().items():
        (place / f"{name}.session").write_bytes(content)
    options = {"highlights_prefix": "", "column_conflict": "overwrite"}
    (place / "S22.json").write_text(json.dumps(options))
    return place


def said(python: Path | str, whose: str, folder: Path) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in run_program(python, "attacked.py", whose, folder)}


def test_on_cellucid_each_attack_succeeds(folder: Path) -> None:
    theirs = said(PEERS, "theirs", folder)
    for name in ("S20", "S21", "T17", "undeclared"):
        assert theirs[name]["grew"] > BOMB - 16, theirs[name]
    assert theirs["S22"]["columns"] == {"cell_type": "bool"}
    assert "cellucid_highlight__g" in theirs["S23"]["columns"]
    assert theirs["T16"]["outcome"] == "applied"


def test_on_ours_each_attack_fails_and_takes_no_memory(folder: Path) -> None:
    ours = said(sys.executable, "ours", folder)
    for name, outcome in (
        ("innocent", "applied"),
        ("S20", "LimitExceeded"),
        ("S21", "SessionUnreadable"),
        ("T17", "LimitExceeded"),
        ("undeclared", "LimitExceeded"),
        ("S22", "ColumnTaken"),
        ("S23", "applied"),
    ):
        assert ours[name]["outcome"] == outcome, ours[name]
        assert ours[name]["grew"] < BOUND, ours[name]
    assert "cellucid_highlight__g" in ours["innocent"]["columns"]
    assert list(ours["S23"]["columns"]) == ["cell_type"], "it says nothing of its data, so nothing is put on any"


def test_labels_stay_on_their_cells_where_the_rows_have_moved(folder: Path) -> None:
    """T16: drawn on the same cells in another order."""
    result = Session.open(folder / "T16.session").apply_to_anndata(data())
    assert result.obs["cell_type"][result.obs["cellucid_highlight__highlight_1"]].tolist() == ["a", "a"]


def test_cellucid_deletes_the_file_that_an_event_names(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "data").mkdir()
    answer = run_program(PEERS, "peer_deletes.py", victim, tmp_path / "data")[0]
    assert answer == {"outcome": "ValueError", "there": False}


def test_an_event_of_ours_names_no_file(tmp_path: Path) -> None:
    """S6: the bytes come with the event, into a file that has no name."""
    event = {"type": "bundle", "viewer": "v", "page": "p", "sequence": 1, "id": 7}
    assert decode_json(json.dumps(event).encode(), Bundle).id == 7
    with pytest.raises(BadMessage, match="path"):
        decode_json(json.dumps({**event, "path": str(tmp_path)}).encode(), Bundle)


@pytest.fixture(autouse=True, scope="module")
def _gone(folder: Path) -> Any:
    yield
    shutil.rmtree(folder)
