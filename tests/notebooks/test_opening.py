"""Every public notebook is opened, shown as nbformat reads it, saved as it was, and edited in one cell only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fumehood.client import blocking
from fumehood.core.errors import NotebookReadOnly
from fumehood.protocol.events import FileSaved
from tests.notebooks.files import FUTURE, INVALID, NAMES, as_nbformat_reads, comparable, copy, is_valid

NEVER_VALID = (FUTURE, "nbformat-invalid.ipynb")
"""An edit of one cell does not repair the kinds of others: what a newer program wrote is not ours to change."""
MARK = "# größer 😀"


def test_all_of_them_are_there() -> None:
    assert len(NAMES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_cells_and_outputs_are_those_that_nbformat_reads(
    client: blocking.Client, notebooks: Path, tmp_path: Path, name: str
) -> None:
    path = copy(notebooks, name, tmp_path)
    theirs = as_nbformat_reads(path)
    in_file = json.loads(path.read_bytes())
    with client.open(path) as notebook:
        assert notebook.read_only is None
        assert notebook.format == f"{in_file['nbformat']}.{in_file.get('nbformat_minor', 0)}"
        cells = notebook.cells
        assert [cell.source for cell in cells] == [cell.get("source", "") for cell in theirs.cells]
        assert [cell.metadata for cell in cells] == [dict(cell.metadata) for cell in theirs.cells]
        known = {"code", "markdown", "raw"}
        assert [cell.type for cell in cells] == [
            cell.cell_type if cell.cell_type in known else "raw" for cell in theirs.cells
        ]
        for cell, their in zip(cells, theirs.cells, strict=True):
            assert comparable(notebook.outputs(cell.id)) == comparable(their.get("outputs", []))
            run = notebook.state.cells.get(cell.id)
            assert (None if run is None else run.count) == their.get("execution_count")
        if in_file.get("nbformat_minor", 0) >= 5 and name not in INVALID:
            assert [cell.id for cell in cells] == [cell["id"] for cell in in_file["cells"]]
        assert len({cell.id for cell in cells}) == len(cells)
        metadata = {key: value for key, value in theirs.metadata.items() if key not in ("widgets", "orig_nbformat")}
        ours = {key: value for key, value in notebook.metadata.items() if key != "orig_nbformat"}
        assert ours == metadata


@pytest.mark.parametrize("name", NAMES)
def test_saved_unedited_it_is_the_same_file(
    client: blocking.Client, notebooks: Path, tmp_path: Path, name: str
) -> None:
    path = copy(notebooks, name, tmp_path)
    before = path.stat()
    with client.open(path) as notebook:
        assert not notebook.save().changed
    after = path.stat()
    assert path.read_bytes() == (notebooks / name).read_bytes()
    assert (after.st_ino, after.st_mtime_ns, after.st_mode) == (before.st_ino, before.st_mtime_ns, before.st_mode)
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_an_edit_of_one_cell_is_written_into_that_cell_only(
    client: blocking.Client, notebooks: Path, tmp_path: Path, name: str
) -> None:
    path = copy(notebooks, name, tmp_path)
    before = as_nbformat_reads(path)
    old = json.loads(path.read_bytes())
    place = len(before.cells) // 2
    with client.open(path) as notebook:
        ids = [cell.id for cell in notebook.cells]
        notebook.edit(ids[place], before.cells[place].get("source", "") + "\n" + MARK)
        saved = notebook.save()
        assert saved.changed
        assert notebook.format == ("4.99" if name == FUTURE else "4.5")
    if name not in NEVER_VALID:
        is_valid(path)
    after = as_nbformat_reads(path)
    assert after.cells[place].source == before.cells[place].get("source", "") + "\n" + MARK
    for number, (was, now) in enumerate(zip(before.cells, after.cells, strict=True)):
        assert content(now, number == place) == content(was, number == place)
    assert [cell["id"] for cell in after.cells] == ids
    new = json.loads(path.read_bytes())
    if old["nbformat"] == 4 and name not in INVALID:
        # Apart from the one source (and ids, which a format below 4.5 lacks), what the file says is what it said.
        for cell, was in zip(new["cells"], old["cells"], strict=True):
            if "id" not in was:
                del cell["id"]
        new["cells"][place]["source"] = old["cells"][place]["source"]
        assert new["cells"] == old["cells"]
        assert new["metadata"] == old["metadata"]


def content(cell: Any, edited: bool) -> dict[str, Any]:
    found = {key: cell.get(key) for key in ("metadata", "outputs", "execution_count", "attachments")}
    if "outputs" in cell:
        found["outputs"] = comparable(cell.outputs)
    if not edited:
        found |= {"source": cell.get("source", "")}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_an_upgrade_of_the_format_is_said_and_nothing_else_is(
    client: blocking.Client, notebooks: Path, tmp_path: Path, name: str
) -> None:
    path = copy(notebooks, name, tmp_path)
    old = json.loads(path.read_bytes())
    number = (old["nbformat"], old.get("nbformat_minor", 0))
    with client.open(path) as notebook:
        events = notebook.events(timeout=20)
        notebook.append("brand_new = True")
        notebook.save()
        told = next(event for event in events if isinstance(event, FileSaved))
    assert told.upgraded_from == (f"{number[0]}.{number[1]}" if number < (4, 5) else "")
    new = json.loads(path.read_bytes())
    assert (new["nbformat"], new["nbformat_minor"]) == max(number, (4, 5))


@pytest.mark.parametrize("name", INVALID)
def test_what_is_wrong_with_a_notebook_that_opens_is_said(
    client: blocking.Client, notebooks: Path, tmp_path: Path, name: str
) -> None:
    path = copy(notebooks, name, tmp_path)
    with client.open(path) as notebook:
        assert any(INVALID[name] in notice.message for notice in notebook.state.notices)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: data[: len(data) // 2], "not JSON"),
        (lambda data: data.replace(b'"cells"', b'"sells"', 1), "no list of cells"),
        (lambda data: data.replace(b'"nbformat": 4', b'"nbformat": 5', 1), "format 5"),
        (lambda data: b"\xff" + data, "UTF-8"),
        (lambda data: b"", "empty"),
    ],
    ids=["truncated", "no cells", "a later format", "not UTF-8", "empty"],
)
def test_a_spoilt_notebook_is_text_that_cannot_be_changed(
    client: blocking.Client, notebooks: Path, tmp_path: Path, spoil: Any, reason: str
) -> None:
    path = copy(notebooks, "ipywidgets-widget-basics.ipynb", tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    before, inode = path.read_bytes(), path.stat().st_ino
    with client.open(path) as notebook:
        assert notebook.read_only is not None
        assert reason in notebook.read_only.reason
        assert notebook.read_only.text.encode()[:50] in (
            before[:50],
            before[:50].decode("utf-8", "replace").encode()[:50],
        )
        with pytest.raises(NotebookReadOnly):
            notebook.save()
        with pytest.raises(NotebookReadOnly):
            notebook.append("1 + 1")
            notebook.flush()
    assert path.read_bytes() == before and path.stat().st_ino == inode
