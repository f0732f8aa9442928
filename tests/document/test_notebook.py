"""The notebook as everybody in this process sees it."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import BadMessage, CellMissing, LimitExceeded, UpdateRefused
from fumehood.core.ids import CellId, source_hash
from fumehood.document import order
from fumehood.document.cells import Cell, Changed
from fumehood.document.notebook import Notebook

A, B, C = CellId("a"), CellId("b"), CellId("c")


def notebook() -> Notebook:
    made = Notebook()
    made.fill([Cell(name, "code", f"{name} = 1\n", {"k": name}) for name in (A, B, C)], {"title": "t"})
    return made


def again(made: Notebook) -> Notebook:
    return Notebook(made.state())


def test_what_was_filled_in_is_there_in_order() -> None:
    made = notebook()
    assert made.ids() == [A, B, C]
    assert made.cells() == again(made).cells()
    assert made.cell(B) == Cell(B, "code", "b = 1\n", {"k": "b"})
    assert made.metadata() == {"title": "t"}
    assert len(made) == 3 and A in made and CellId("z") not in made


def test_cells_are_inserted_moved_and_typed() -> None:
    made = notebook()
    top = made.insert(None, "markdown", "# top")
    low = made.insert(C, "raw", "low", {"m": [1]}, CellId("low"), {"i.png": {"image/png": "aGk="}})
    made.move(A, low)
    made.set_type(B, "markdown")
    assert made.ids() == [top, B, C, low, A]
    assert again(made).cells() == made.cells()
    assert made.cell(low).attachments == {"i.png": {"image/png": "aGk="}}
    made.set_attachments(low, None)
    assert again(made).cell(low).attachments is None
    made.move(A, None)
    made.move(A, A)
    assert made.ids()[0] == A


def test_a_source_is_edited_by_splices_in_code_points() -> None:
    made = notebook()
    made.set_source(A, "é😀z\n")
    made.splice(A, 2, 1, "yy")
    made.splice(A, 1, 1, "")
    assert made.source(A) == "éyy\n" == again(made).source(A)
    for at, delete in ((-1, 0), (5, 0), (0, 5), (2, -1)):
        with pytest.raises(BadMessage):
            made.splice(A, at, delete, "")


@given(st.text(), st.text())
def test_any_text_becomes_any_other(old: str, new: str) -> None:
    made = Notebook()
    cell = made.insert(None, "code", old)
    made.set_source(cell, new)
    expected = new.replace("\r\n", "\n").replace("\r", "\n")
    assert made.source(cell) == expected == again(made).source(cell)
    assert made.source_hash(cell) == source_hash(new)


def test_metadata_is_written_key_by_key() -> None:
    made = notebook()
    updates: list[bytes] = []
    made.set_metadata(A, {"big": "x" * 10_000, "k": 1})
    made.on_update(updates.append)
    made.set_metadata(A, {"big": "x" * 10_000, "k": 2})
    assert len(updates[0]) < 200
    made.set_metadata(A, {})
    assert made.cell(A).metadata == {} == again(made).cell(A).metadata
    made.set_notebook_metadata({"title": "t", "n": {"x": [1.5, 2, None, True]}})
    assert made.metadata() == again(made).metadata() == {"title": "t", "n": {"x": [1.5, 2, None, True]}}


def test_an_integer_is_an_integer_again() -> None:
    made = notebook()
    made.set_metadata(A, {"n": 1, "f": 1.5, "l": [3.0]})
    value = again(made).cell(A).metadata
    assert value == {"n": 1, "f": 1.5, "l": [3]} and type(value["n"]) is int


def test_a_deleted_cell_is_in_the_trash_and_comes_back_where_it_was() -> None:
    made = notebook()
    made.delete(B, 5.0)
    assert made.ids() == [A, C] and B not in made
    assert [(gone.cell.id, gone.deleted) for gone in made.trash()] == [(B, 5.0)]
    for act in (
        lambda: made.set_source(B, "x"),
        lambda: made.move(B, A),
        lambda: made.delete(B, 6.0),
        lambda: made.cell(B),
    ):
        with pytest.raises(CellMissing):
            act()
    made.restore(B)
    assert made.ids() == [A, B, C] and made.trash() == []
    with pytest.raises(CellMissing):
        made.restore(B)


def test_only_the_trash_is_purged_and_the_newest_stay() -> None:
    made = notebook()
    for time, cell in enumerate((C, A, B)):
        made.delete(cell, float(time))
    gone = made.purge_trash(keep=1)
    assert {cell.id for cell in gone} == {A, C}
    assert [left.cell.id for left in made.trash()] == [B]
    assert again(made).known() == {B}


def test_a_split_keeps_every_character() -> None:
    made = notebook()
    made.set_source(A, "head😀tail")
    new = made.split(A, 5)
    assert (made.source(A), made.source(new)) == ("head😀", "tail")
    assert made.ids() == [A, new, B, C]
    assert made.cell(new).metadata == made.cell(A).metadata
    with pytest.raises(BadMessage):
        made.split(A, 6)


def test_missing_cells_are_named() -> None:
    made = notebook()
    ghost = CellId("ghost")
    for act in (
        lambda: made.insert(ghost, "code", ""),
        lambda: made.move(A, ghost),
        lambda: made.source(ghost),
        lambda: made.source_hash(ghost),
        lambda: made.set_trashed_source(A, "x"),
    ):
        with pytest.raises(CellMissing):
            act()
    with pytest.raises(BadMessage):
        made.insert(None, "code", "", id=A)
    with pytest.raises(BadMessage):
        made.insert(None, "code", "", id=CellId("bad id"))
    with pytest.raises(BadMessage):
        made.insert(None, "video", "")


def test_limits_hold_for_our_own_edits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    made = notebook()
    before = made.state()
    with pytest.raises(LimitExceeded):
        made.set_source(A, "é" * (limits.CELL_SOURCE_BYTES // 2 + 1))
    with pytest.raises(LimitExceeded):
        made.splice(A, 0, 0, "x" * (limits.CELL_SOURCE_BYTES + 1))
    with pytest.raises(LimitExceeded):
        made.set_metadata(A, {"x": "y" * limits.METADATA_BYTES})
    deep: list[object] = []
    for _ in range(limits.JSON_DEPTH + 1):
        deep = [deep]
    with pytest.raises(LimitExceeded):
        made.set_notebook_metadata({"deep": deep})
    monkeypatch.setattr(limits, "CELLS", 3)
    with pytest.raises(LimitExceeded):
        made.insert(A, "code", "")
    with pytest.raises(LimitExceeded):
        Notebook().fill(made.cells() + made.cells(), {})
    assert made.state() == before


def test_a_hash_is_computed_once_per_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    from fumehood.document import notebook as module

    computed: list[str] = []

    def counted(source: str) -> str:
        computed.append(source)
        return source_hash(source)

    monkeypatch.setattr(module, "source_hash", counted)
    made = notebook()
    peer = again(made)
    updates: list[bytes] = []
    peer.on_update(updates.append)
    assert made.source_hash(A) == made.source_hash(A) == source_hash("a = 1\n")
    made.set_metadata(A, {})
    made.splice(B, 0, 0, "x")
    made.source_hash(A)
    assert len(computed) == 1
    made.splice(A, 0, 0, "y")
    assert made.source_hash(A) == source_hash("ya = 1\n")
    peer.splice(A, 6, 0, "z")
    made.apply(updates[0])
    assert made.source_hash(A) == source_hash(made.source(A))
    assert len(computed) == 3


def test_a_transaction_is_one_update_and_one_change() -> None:
    made = notebook()
    updates: list[bytes] = []
    changes: list[Changed] = []
    made.on_update(updates.append)
    made.on_change(changes.append)
    with made.transaction():
        new = made.insert(A, "code", "new")
        assert made.ids() == [A, new, B, C]
        made.set_source(new, "newer")
        assert made.source(new) == "newer"
        made.move(new, C)
        made.delete(B, 1.0)
        assert made.ids() == [A, C, new]
    assert len(updates) == 1
    assert changes == [Changed(added=frozenset((new,)), removed=frozenset((B,)))]
    other = notebook()
    assert Notebook(made.state()).ids() == [A, C, new]
    del other


def test_a_transaction_that_changes_nothing_says_nothing() -> None:
    made = notebook()
    told: list[object] = []
    made.on_update(told.append)
    made.on_change(told.append)
    with made.transaction():
        made.set_source(A, made.source(A))
        made.set_metadata(A, made.cell(A).metadata)
        made.set_type(A, "code")
        made.set_notebook_metadata(made.metadata())
    assert told == []


def test_what_was_done_before_an_error_in_a_transaction_is_told() -> None:
    made = notebook()
    updates: list[bytes] = []
    made.on_update(updates.append)
    with pytest.raises(CellMissing), made.transaction():
        made.set_source(A, "done")
        made.set_source(CellId("ghost"), "never")
    assert len(updates) == 1 and made.source(A) == "done"


def test_listeners_can_read_and_write_the_notebook() -> None:
    made = notebook()
    seen: list[str] = []

    def hear(changed: Changed) -> None:
        if A in changed.edited:
            seen.append(made.source(A))
            made.set_source(B, made.source(A))

    end = made.on_change(hear)
    made.set_source(A, "new")
    assert seen == ["new"] and made.source(B) == "new"
    end()
    made.set_source(A, "newer")
    assert made.source(B) == "new"


def test_a_late_edit_of_a_deleted_cell_is_in_the_trash() -> None:
    made = notebook()
    peer = again(made)
    updates: list[bytes] = []
    peer.on_update(updates.append)
    peer.splice(A, 0, 0, "late ")
    made.delete(A, 1.0)
    changed = made.apply(updates[0])
    assert changed.trash == {A} and not changed.edited
    assert made.trash()[0].cell.source == "late a = 1\n"
    made.restore(A)
    assert made.source(A) == "late a = 1\n"


def test_state_and_diff_bring_a_peer_up_to_date() -> None:
    made = notebook()
    peer = again(made)
    made.set_source(A, "new")
    peer.set_source(B, "theirs")
    peer.apply(made.diff(peer.state_vector()))
    made.apply(peer.diff(made.state_vector()))
    assert made.cells() == peer.cells()
    for bad in (b"", b"\xff\xff\xff", b"\5\1", b"\0\0", b"\1" + b"\xff" * 9 + b"\1\0"):
        with pytest.raises(UpdateRefused):
            made.diff(bad)


def test_a_keystroke_stores_at_most_four_bytes() -> None:
    made = Notebook()
    cell = made.insert(None, "code", "")
    before = len(made.state())
    length = 0
    for number in range(8_000):
        if number % 50 == 49:  # a word is taken back now and then
            made.splice(cell, length - 5, 5, "")
            length -= 5
        made.splice(cell, length, 0, "abc \n"[number % 5])
        length += 1
    assert (len(made.state()) - before) / 8_000 <= 4


def test_keys_are_spaced_anew_before_they_get_long() -> None:
    made = notebook()
    for _ in range(400):  # always at the same place, upwards: the worst there is
        made.insert(A, "code", "")
    peer = again(made)
    assert peer.ids() == made.ids() and made.ids()[0] == A and made.ids()[-2:] == [B, C]
    lengths = [len(peer._places[cell].order) for cell in peer.ids()]
    assert max(lengths) <= order.LONG


def test_cells_with_equal_keys_can_be_parted() -> None:
    """Two peers who drew the same key, which is rare, or a foreign program that gives all the same."""
    made = notebook()
    for cell in made.ids():
        made._set(cell, "order", "V")
    assert made.ids() == [A, B, C]
    new = made.insert(A, "code", "")
    made.move(C, None)
    assert made.ids() == [C, A, new, B] == again(made).ids()


def test_a_closed_notebook_gives_its_memory_back() -> None:
    made = notebook()
    seen = weakref.ref(made._doc)
    made.close()
    del made
    gc.collect()
    assert seen() is None
    other = notebook()
    seen = weakref.ref(other._doc)
    del other  # without close
    gc.collect()
    assert seen() is None
