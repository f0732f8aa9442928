"""Where cells stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fumehood.core.ids import CellId
from fumehood.document import order
from fumehood.document.cells import Changed
from fumehood.document.places import Place, Places

cells = st.sampled_from([CellId(name) for name in "abcdef"])
standing = st.none() | st.builds(Place, st.sampled_from(["B", "M", "V", "k"]), st.none() | st.sampled_from([1.0, 2.0]))


@given(st.lists(st.tuples(cells, standing), max_size=30))
def test_the_living_are_always_sorted(moves: list[tuple[CellId, Place | None]]) -> None:
    places, expected = Places(), dict[CellId, Place]()
    for cell, place in moves:
        places.put(cell, place)
        if place is None:
            expected.pop(cell, None)
        else:
            expected[cell] = place
    living = sorted((place.order, cell) for cell, place in expected.items() if place.alive)
    assert places.living() == [cell for _, cell in living] and len(places) == len(living)
    assert set(places.all()) == set(expected)
    assert {cell for _, cell in places.trash()} == {cell for cell, place in expected.items() if not place.alive}
    assert Places(expected).living() == places.living()


@given(st.lists(st.sampled_from(["B", "M", "V", "Vzzz", "k"]), max_size=8), st.data())
def test_a_cell_lands_where_it_is_put_even_among_equal_keys(keys: list[str], data: st.DataObject) -> None:
    places = Places({CellId(f"c{number}"): Place(key, None) for number, key in enumerate(keys)})
    before = places.living()
    after = data.draw(st.sampled_from([None, *before]))
    key, neighbours = places.key_after(after)
    for cell, spaced in neighbours.items():
        places.put(cell, Place(spaced, None))
    places.put(CellId("new"), Place(key, None))
    at = 0 if after is None else before.index(after) + 1
    assert places.living() == [*before[:at], "new", *before[at:]]
    assert all(order.VALID.match(places[cell].order) for cell in (*neighbours, CellId("new")))


def test_what_became_of_a_cell() -> None:
    a = CellId("a")
    places = Places({a: Place("V", None)})

    def became(place: Place | None, *parts: str) -> Changed:
        places.put(a, place)
        return places.classify({a: set(parts)}, False)

    assert became(Place("k", None), "order") == Changed(moved=frozenset((a,)))
    assert became(Place("k", None), "source", "type") == Changed(edited=frozenset((a,)), described=frozenset((a,)))
    assert became(Place("k", 1.0), "deleted", "source") == Changed(removed=frozenset((a,)))
    assert became(Place("k", 1.0), "source") == Changed(trash=frozenset((a,)))
    assert became(Place("k", None), "deleted") == Changed(added=frozenset((a,)))
    assert became(None, "*") == Changed(removed=frozenset((a,)))
    assert became(None, "*") == Changed()
    assert not Changed() and places.classify({}, True) == Changed(metadata=True)
