"""Which cell is which, by content."""

from __future__ import annotations

from fumehood.core.ids import CellId
from fumehood.document.cells import Cell
from fumehood.document.match import pair


def cells(*sources: str) -> list[Cell]:
    return [Cell(CellId(str(number)), "code", source, {}) for number, source in enumerate(sources)]


def test_equal_cells_are_paired_across_inserts_and_deletes() -> None:
    assert pair(cells("a", "b", "c"), cells("new", "a", "c"), similar=False) == {1: 0, 2: 2}


def test_moved_cells_are_paired() -> None:
    assert pair(cells("a", "b", "c"), cells("c", "a", "b"), similar=False) == {0: 2, 1: 0, 2: 1}


def test_an_edited_cell_between_its_neighbours_is_the_same_cell() -> None:
    old, new = cells("a", "b", "c"), cells("a", "something else", "c")
    assert pair(old, new, similar=True) == {0: 0, 1: 1, 2: 2}
    assert pair(old, new, similar=False) == {0: 0, 2: 2}


def test_of_several_cells_the_alike_ones_are_paired() -> None:
    old = cells("start", "x = load(path)\nplot(x)", "end")
    new = cells("start", "import numpy", "x = load(path)\nplot(x, colour)", "end")
    assert pair(old, new, similar=True) == {0: 0, 2: 1, 3: 2}


def test_the_type_counts() -> None:
    old = cells("a")
    new = [Cell(CellId("x"), "markdown", "a", {})]
    assert pair(old, new, similar=False) == {}


def test_thousands_of_equal_cells_are_paired_in_order() -> None:
    old, new = cells(*["same"] * 3000), cells(*["same"] * 2999)
    assert pair(old, new, similar=True) == {place: place for place in range(2999)}


def test_empty_cells_are_not_dragged_through_the_notebook() -> None:
    assert pair(cells("a", "b", ""), cells("", "a", "b"), similar=False) == {1: 0, 2: 1}
