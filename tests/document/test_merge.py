"""What another program did to the file."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.core.ids import CellId
from fumehood.document.cells import Cell
from fumehood.document.ipynb import FileOutputs, Loaded, build, read, write
from fumehood.document.merge import Merged, merge_outside
from fumehood.document.notebook import Notebook

A, B, C = CellId("a"), CellId("b"), CellId("c")


def stream(text: str) -> FileOutputs:
    return (({"output_type": "stream", "name": "stdout", "text": text},), 1)


def file(*cells: Cell, outputs: dict[CellId, FileOutputs] | None = None, ids: bool = True, **metadata: Any) -> bytes:
    data = write(None, cells, outputs or {}, metadata)
    if ids:
        return data
    top = json.loads(data)
    for cell in top["cells"]:
        del cell["id"]
    return json.dumps({**top, "nbformat_minor": 4}, indent=1).encode()


def cell(id: str, source: str, **more: Any) -> Cell:
    return Cell(CellId(id), more.pop("type", "code"), source, more)


def merged(notebook: Notebook, base: bytes | Loaded, theirs: bytes, ids: tuple[CellId, ...] | None = None) -> Merged:
    return merge_outside(notebook, read(base) if isinstance(base, bytes) else base, read(theirs), 7.0, ids)


ABC = (cell("a", "a\n"), cell("b", "b\n"), cell("c", "c\n"))


def test_nothing_changed_is_nothing_done() -> None:
    notebook = build(read(file(*ABC)))
    updates: list[bytes] = []
    notebook.on_update(updates.append)
    assert merged(notebook, file(*ABC), file(*ABC)) == Merged(ids=(A, B, C))
    assert updates == []


def test_an_edit_outside_is_one_update_of_that_cell() -> None:
    notebook = build(read(file(*ABC)))
    updates: list[bytes] = []
    notebook.on_update(updates.append)
    result = merged(notebook, file(*ABC), file(ABC[0], cell("b", "b\nmore\n"), ABC[2]))
    assert result.edited == (B,) and not result.conflicts and not result.added and not result.deleted
    assert notebook.source(B) == "b\nmore\n" and len(updates) == 1


def test_cells_are_added_deleted_and_moved_as_they_did() -> None:
    notebook = build(read(file(*ABC)))
    result = merged(notebook, file(*ABC), file(ABC[2], cell("n", "new"), ABC[0], cell("m", "last", type="markdown")))
    assert notebook.ids() == ["c", "n", "a", "m"]
    assert result.added == ("n", "m") and result.deleted == ("b",) and result.moved in (("c",), ("a",))
    assert [gone.cell.id for gone in notebook.trash()] == ["b"] and notebook.trash()[0].deleted == 7.0


def test_both_sides_edits_of_different_cells_are_kept() -> None:
    notebook = build(read(file(*ABC)))
    notebook.set_source(A, "ours\n")
    mine = notebook.insert(A, "code", "mine")
    notebook.move(C, None)
    result = merged(notebook, file(*ABC), file(ABC[0], cell("b", "theirs\n"), ABC[2], cell("n", "new")))
    assert notebook.source(A) == "ours\n" and notebook.source(B) == "theirs\n"
    assert set(notebook.ids()) == {"a", "b", "c", "n", mine} and notebook.ids()[0] == "c"
    assert not result.conflicts


def test_both_sides_edits_of_different_lines_are_combined() -> None:
    base = cell("a", "one\ntwo\nthree\n")
    notebook = build(read(file(base)))
    notebook.set_source(A, "ONE\ntwo\nthree\n")
    result = merged(notebook, file(base), file(cell("a", "one\ntwo\nTHREE\n")))
    assert notebook.source(A) == "ONE\ntwo\nTHREE\n" and result.edited == (A,) and not result.conflicts


def test_of_the_same_line_theirs_stays_and_ours_is_handed_back() -> None:
    base = cell("a", "one\n")
    notebook = build(read(file(base)))
    notebook.set_source(A, "ours\n")
    result = merged(notebook, file(base), file(cell("a", "theirs\n")))
    assert notebook.source(A) == "theirs\n"
    (conflict,) = result.conflicts
    assert (conflict.cell, conflict.what, conflict.ours, conflict.theirs) == (A, "source", "ours\n", "theirs\n")


def test_the_same_edit_on_both_sides_is_no_conflict() -> None:
    notebook = build(read(file(*ABC)))
    notebook.set_source(A, "same\n")
    notebook.set_type(B, "markdown")
    theirs = file(cell("a", "same\n"), cell("b", "b\n", type="markdown"), ABC[2])
    result = merged(notebook, file(*ABC), theirs)
    assert not result.conflicts and not result.edited


def test_a_cell_that_they_deleted_is_in_the_trash_with_our_edit() -> None:
    notebook = build(read(file(*ABC)))
    notebook.set_source(B, "ours\n")
    result = merged(notebook, file(*ABC), file(ABC[0], ABC[2]))
    assert result.deleted == (B,)
    assert [(one.what, one.ours) for one in result.conflicts] == [("deleted", "ours\n")]
    assert notebook.trash()[0].cell.source == "ours\n"


def test_a_cell_that_we_deleted_and_they_edited_is_in_the_trash_with_their_edit() -> None:
    notebook = build(read(file(*ABC)))
    notebook.delete(B, 1.0)
    result = merged(notebook, file(*ABC), file(ABC[0], cell("b", "theirs\n"), ABC[2]))
    assert notebook.ids() == ["a", "c"] and notebook.trash()[0].cell.source == "theirs\n"
    assert [(one.what, one.theirs) for one in result.conflicts] == [("trashed", "theirs\n")]
    again = merged(notebook, file(*ABC), file(*ABC))
    assert not again.conflicts and notebook.ids() == ["a", "c"]


def test_a_cell_that_they_put_back_comes_out_of_the_trash() -> None:
    notebook = build(read(file(*ABC)))
    notebook.delete(B, 1.0)
    result = merged(notebook, file(ABC[0], ABC[2]), file(ABC[0], ABC[2], cell("b", "back", tags=["x"])))
    assert notebook.ids() == ["a", "c", "b"] and notebook.source(B) == "back"
    assert notebook.cell(B).metadata == {"tags": ["x"]} and result.added == (B,)


def test_metadata_is_merged_key_by_key() -> None:
    base = file(cell("a", "x", same=1, ours=1, theirs=1, both=1, gone=1), title="t", kernel="k")
    notebook = build(read(base))
    notebook.set_metadata(A, {"same": 1, "ours": 2, "theirs": 1, "both": 2, "gone": 1, "new": 2})
    notebook.set_notebook_metadata({"title": "ours", "kernel": "k"})
    theirs = file(cell("a", "x", same=1, ours=1, theirs=3, both=3, added=3), title="t", kernel="other")
    result = merged(notebook, base, theirs)
    assert notebook.cell(A).metadata == {"same": 1, "ours": 2, "theirs": 3, "both": 3, "new": 2, "added": 3}
    assert notebook.metadata() == {"title": "ours", "kernel": "other"} and result.metadata
    assert [(one.cell, one.what, one.ours, one.theirs) for one in result.conflicts] == [
        (A, "metadata", '{"both":2}', '{"both":3}')
    ]


def test_type_and_attachments_are_merged() -> None:
    notebook = build(read(file(*ABC)))
    notebook.set_type(A, "raw")
    pictured = Cell(B, "markdown", "b\n", {}, {"i.png": {"image/png": "aGk="}})
    result = merged(notebook, file(*ABC), file(cell("a", "a\n", type="markdown"), pictured, ABC[2]))
    assert notebook.cell(B) == pictured and notebook.cell(A).type == "markdown"
    assert [(one.what, one.ours) for one in result.conflicts] == [("type", "raw")]
    notebook.set_attachments(B, None)
    other = msgspec.structs.replace(pictured, attachments={"j.png": {"image/png": "aGk="}})
    result = merged(notebook, file(cell("a", "a\n", type="markdown"), pictured), file(notebook.cell(A), other))
    assert notebook.cell(B).attachments == other.attachments and result.conflicts[0].what == "attachments"


def test_outputs_of_cells_that_differ_are_handed_over() -> None:
    base = file(*ABC, outputs={A: stream("1"), B: stream("2")})
    notebook = build(read(base))
    theirs = file(*ABC, cell("n", "new"), outputs={A: stream("1"), C: stream("3"), CellId("n"): stream("4")})
    assert merged(notebook, base, theirs).outputs == {
        B: ((), None),
        C: (({"output_type": "stream", "name": "stdout", "text": ["3"]},), 1),
        CellId("n"): (({"output_type": "stream", "name": "stdout", "text": ["4"]},), 1),
    }


def test_a_cell_that_both_added_under_one_id_has_theirs_and_ours_is_handed_back() -> None:
    notebook = build(read(file(ABC[0])))
    notebook.insert(A, "code", "ours", id=B)
    result = merged(notebook, file(ABC[0]), file(ABC[0], cell("b", "theirs", tag=1)))
    assert notebook.source(B) == "theirs" and notebook.cell(B).metadata == {"tag": 1}
    assert result.conflicts[0].ours == "ours"


# -- files whose cells have no ids, or others


def test_cells_without_ids_are_recognised_by_content() -> None:
    base = file(*ABC, cell("d", "x = load(path)\nplot(x)\n"), ids=False)
    loaded = read(base)
    notebook = build(loaded)
    ids = notebook.ids()
    notebook.set_source(ids[0], "ours\n")
    theirs = file(cell("n", "new"), *ABC, cell("d", "x = load(path)\nplot(x, y)\n"), ids=False)
    result = merged(notebook, base, theirs)
    assert len(result.added) == 1 and result.edited == (ids[3],) and not result.deleted
    assert notebook.ids() == [result.added[0], *ids]
    assert notebook.source(ids[0]) == "ours\n" and notebook.source(ids[3]) == "x = load(path)\nplot(x, y)\n"
    assert result.ids == (result.added[0], *ids)
    # The next round builds on this one.
    third = file(cell("n", "new!"), *ABC, cell("d", "x = load(path)\nplot(x, y)\n"), ids=False)
    second = merged(notebook, theirs, third, result.ids)
    assert second.ids == result.ids and second.edited == (result.added[0],)
    notebook.set_source(ids[0], "a\n")
    assert write(third, notebook.cells(), {}, notebook.metadata(), ids=second.ids) == third


def test_a_program_that_gave_all_cells_new_ids_changed_no_cell() -> None:
    base = file(*ABC, ids=False)
    notebook = build(read(base))
    ids = tuple(notebook.ids())
    theirs = file(cell("x", "a\n"), cell("y", "b!\n"), cell("z", "c\n"))
    result = merged(notebook, base, theirs)
    assert result.ids == ids and result.edited == (ids[1],) and not result.added and not result.deleted
    assert write(theirs, notebook.cells(), {}, notebook.metadata(), ids=result.ids) == theirs


def test_another_notebook_in_the_files_place_leaves_ours_in_the_trash() -> None:
    notebook = build(read(file(*ABC)))
    result = merged(
        notebook, file(*ABC), file(cell("x", "quite"), cell("y", "another"), cell("z", "one"), cell("w", "!"))
    )
    assert [cell.source for cell in notebook.cells()] == ["quite", "another", "one", "!"]
    kept = [gone.cell.source for gone in notebook.trash()]
    assert len(kept) + len(result.edited) == 3


def test_an_empty_file_leaves_all_in_the_trash() -> None:
    notebook = build(read(file(*ABC)))
    assert merged(notebook, file(*ABC), file()).deleted == (A, B, C)
    assert len(notebook.trash()) == 3


# -- bounds


def test_too_many_cells_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = build(read(file(*ABC)))
    before = notebook.state()
    theirs = read(file(*ABC, cell("n", "new")))
    monkeypatch.setattr(limits, "CELLS", 3)
    with pytest.raises(LimitExceeded):
        merge_outside(notebook, read(file(*ABC)), theirs, 0.0)
    assert notebook.state() == before


def test_what_together_would_be_too_large_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    base = file(cell("a", "one\ntwo\nthree\n", k=1))
    notebook = build(read(base))
    notebook.set_source(A, "x" * 300 + "\ntwo\nthree\n")
    notebook.set_metadata(A, {"k": 1, "ours": "x" * 300})
    theirs = read(file(cell("a", "one\ntwo\n" + "y" * 300, k=1, theirs="y" * 300)))
    monkeypatch.setattr(limits, "CELL_SOURCE_BYTES", 500)
    monkeypatch.setattr(limits, "METADATA_BYTES", 500)
    result = merge_outside(notebook, read(base), theirs, 0.0)
    assert notebook.cell(A) == theirs.cells[0]
    assert {one.what for one in result.conflicts} == {"source", "metadata"}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**40), st.booleans())
def test_random_edits_on_both_sides_lose_nothing(seed: int, ids: bool) -> None:
    """Without our edits the result is their file; with them, every line of ours is somewhere."""
    chance = random.Random(seed)

    def random_cells(start: list[Cell]) -> list[Cell]:
        cells = list(start)
        for _ in range(chance.randrange(6)):
            act = chance.randrange(4)
            place = chance.randrange(len(cells) + 1)
            if act == 0:
                cells.insert(place, cell(f"n{chance.randrange(10**6)}", f"new {chance.random()}\n"))
            elif cells and act == 1:
                del cells[place - 1]
            elif cells and act == 2:
                cells.insert(place - 1, cells.pop(chance.randrange(len(cells))))
            elif cells:
                old = cells[place - 1]
                cells[place - 1] = msgspec.structs.replace(old, source=old.source + f"edit {chance.random()}\n")
        return cells

    start = [cell(f"c{number}", f"cell {number}\nline {number * 7}\n") for number in range(chance.randrange(6))]
    base, theirs = file(*start, ids=ids), file(*random_cells(start), ids=ids)
    untouched = build(read(base))
    result = merged(untouched, base, theirs)
    assert [one.source for one in untouched.cells()] == [one.source for one in read(theirs).cells]
    assert untouched.ids() == list(result.ids)
    notebook = build(read(base))
    for one_id in notebook.ids():
        if chance.random() < 0.4:
            notebook.set_source(one_id, notebook.source(one_id) + f"mine {chance.random()}\n")
    mine = {line for one in notebook.cells() for line in one.source.splitlines(True) if line.startswith("mine")}
    result = merged(notebook, base, theirs)
    everything = [one.source for one in notebook.cells()] + [gone.cell.source for gone in notebook.trash()]
    everything += [conflict.ours for conflict in result.conflicts]
    for line in mine:
        assert any(line in text for text in everything)
    for line in {line for one in read(theirs).cells for line in one.source.splitlines(True)}:
        assert any(line in one.source for one in [*notebook.cells(), *(gone.cell for gone in notebook.trash())])
    assert Notebook(notebook.state()).cells() == notebook.cells()


def test_every_shared_notebook_merges_with_an_edit_of_itself(notebooks: Path) -> None:
    for path in sorted(notebooks.glob("*.ipynb")):
        data = path.read_bytes()
        loaded = read(data)
        notebook = build(loaded)
        place = len(loaded.cells) // 2
        cells = list(loaded.cells)
        cells[place] = msgspec.structs.replace(cells[place], source=cells[place].source + "\nappended")
        result = merged(notebook, data, write(data, cells, {}, loaded.metadata))
        assert result.edited == (cells[place].id,), path.name
        assert not (result.added or result.deleted or result.conflicts or result.outputs), path.name
        assert notebook.cells() == cells
