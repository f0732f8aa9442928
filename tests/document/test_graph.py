"""Places of items; what is refused is tested with the gate."""

from __future__ import annotations

import pytest

from fumehood.core.errors import UpdateRefused
from fumehood.document.graph import Graph
from fumehood.document.notebook import Notebook
from fumehood.document.yupdate import read_update
from tests.document import yjs


def grown(*updates: bytes) -> Graph:
    graph = Graph()
    for update in updates:
        graph.grow(graph.check(read_update(update)))
    return graph


CELL = [
    yjs.map_(parent="cells", key="a"),
    yjs.text_type(parent=(5, 0), key="source"),
    yjs.string("ab", parent=(5, 1)),
    yjs.map_(parent=(5, 0), key="metadata"),
    yjs.value(1, parent=(5, 4), key="k"),
]


def test_a_run_of_typing_is_one_entry() -> None:
    notebook = Notebook()
    updates: list[bytes] = []
    notebook.on_update(updates.append)
    cell = notebook.insert(None, "code", "")
    for at in range(500):
        notebook.splice(cell, at, 0, "x")
    graph = grown(*updates)
    assert graph.end(notebook.client()) >= 500
    assert len(graph._starts[notebook.client()]) < 10


def test_items_of_two_clients_may_build_on_each_other() -> None:
    update = yjs.update(
        [
            (9, 0, [yjs.string("x", left=(5, 2), right=(5, 3))]),
            (5, 0, [*CELL, yjs.string("y", left=(9, 0), right=(5, 3))]),
        ]
    )
    graph = grown(update)
    assert graph.place((9, 0)) is graph.place((5, 2)) is graph.container((5, 1))
    assert graph.place((5, 6)) is graph.container((5, 1))


def test_what_is_known_is_skipped_and_the_rest_of_a_run_is_taken() -> None:
    graph = grown(yjs.update([(5, 0, CELL)]), yjs.update([(5, 6, [yjs.string("cd", left=(5, 3))])]))
    again = read_update(yjs.update([(5, 6, [yjs.string("cdef", left=(5, 3))])]))
    growth = graph.check(again)
    assert growth.structs == {5: [(8, 10, graph.container((5, 1)))]}
    assert graph.check(read_update(yjs.update([(5, 0, CELL)]))).structs == {5: []}


def test_a_value_cannot_go_on_where_a_text_began() -> None:
    graph = grown(yjs.update([(5, 0, CELL)]))
    with pytest.raises(UpdateRefused):
        graph.check(read_update(yjs.update([(5, 5, [yjs.string("abc", left=(5, 3))])])))


def test_an_entry_is_known_by_its_neighbour_where_merged_updates_do_not_say_what_it_is() -> None:
    graph = grown(
        yjs.update([(5, 0, CELL)]),
        yjs.update([(5, 6, [yjs.value(2, left=(5, 5), keyed=False), yjs.value(3, left=(5, 6))])]),
    )
    assert graph.place((5, 6)) is graph.place((5, 7)) is graph.place((5, 5))
    with pytest.raises(UpdateRefused):
        graph.check(read_update(yjs.update([(5, 8, [yjs.value(4, left=(5, 5), right=(5, 6), keyed=False)])])))
    with pytest.raises(UpdateRefused):
        graph.check(read_update(yjs.update([(5, 8, [yjs.string("x", left=(5, 3), keyed=True)])])))


def test_what_hangs_on_something_collected_is_collected() -> None:
    graph = grown(yjs.update([(5, 0, [b"\0" + yjs.number(3)])]))
    growth = graph.check(
        read_update(
            yjs.update(
                [
                    (
                        6,
                        0,
                        [
                            yjs.string("x", left=(5, 1)),
                            yjs.map_(parent=(5, 0), key="k"),
                            yjs.string("y", parent=(6, 1)),
                        ],
                    )
                ]
            )
        )
    )
    assert [where for _, _, where in growth.structs[6]] == [None, None, None]


def test_a_refused_update_leaves_the_graph_as_it_was() -> None:
    graph = grown(yjs.update([(5, 0, CELL)]))
    with pytest.raises(UpdateRefused):
        graph.check(read_update(yjs.update([(6, 0, [yjs.string("😀", left=(5, 3)), yjs.string("x", parent=(5, 0))])])))
    assert graph.end(6) == 0 and not graph.is_half(6, 1)
