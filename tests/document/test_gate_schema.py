"""Updates that would leave the document's schema, or its bounds, are refused whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pycrdt import Array, Doc, Map, Text

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, UpdateRefused
from fumehood.core.ids import CellId
from fumehood.document.gate import Gate
from fumehood.document.notebook import Notebook
from fumehood.document.yupdate import read_state_vector
from tests.document import yjs
from tests.document.foreign import Foreign, notebook, peer_of, refused

A, B = CellId("a"), CellId("b")


# -- the schema


Misdeed = Callable[[Foreign], None]


def _set(key: str, value: Any) -> Misdeed:
    def do(peer: Foreign) -> None:
        peer.cells["a"][key] = value

    return do


def _drop(key: str) -> Misdeed:
    def do(peer: Foreign) -> None:
        del peer.cells["a"][key]

    return do


def _new_cell(id: str = "new", **changes: Any) -> Misdeed:
    def do(peer: Foreign) -> None:
        content: dict[str, Any] = {"type": "code", "source": Text(""), "metadata": Map({}), "order": "V"}
        content.update(changes)
        peer.cells[id] = Map({key: part for key, part in content.items() if part is not ...})

    return do


def _embed(peer: Foreign) -> None:
    peer.cells["a"]["source"].insert_embed(0, {"image": "x"})


def _format(peer: Foreign) -> None:
    peer.cells["a"]["source"].format(0, 2, {"bold": True})


def _remove_cell(peer: Foreign) -> None:
    del peer.cells["a"]


def _clear(peer: Foreign) -> None:
    peer.cells.clear()


def _root_text(peer: Foreign) -> None:
    peer.doc.get("cells", type=Text).insert(0, "hello")


def _root_array(peer: Foreign) -> None:
    peer.doc.get("cells", type=Array).append(1)


def _other_root(peer: Foreign) -> None:
    peer.doc.get("outputs", type=Map)["x"] = 1


def _carriage_return(peer: Foreign) -> None:
    peer.cells["a"]["source"].insert(0, "a\r\n")


def _type_in_metadata(peer: Foreign) -> None:
    peer.metadata["x"] = Map({"y": 1})


def _text_in_cell_metadata(peer: Foreign) -> None:
    peer.cells["a"]["metadata"]["x"] = Text("y")


def _array_in_metadata(peer: Foreign) -> None:
    peer.metadata["x"] = Array([1])


def _subdocument(peer: Foreign) -> None:
    peer.metadata["x"] = Doc()


def _bytes_in_metadata(peer: Foreign) -> None:
    peer.metadata["x"] = b"raw"


def _big_integer(peer: Foreign) -> None:
    peer.metadata["x"] = 2**60 + 1


@pytest.mark.parametrize(
    "misdeed",
    [
        _set("type", "video"),
        _set("type", 5),
        _set("type", {}),
        _set("type", None),
        _set("order", ""),
        _set("order", "has space"),
        _set("order", "V0"),
        _set("order", "V" * 500),
        _set("order", 1.5),
        _set("order", [1]),
        _set("deleted", "now"),
        _set("deleted", True),
        _set("deleted", -1.0),
        _set("deleted", float("nan")),
        _set("deleted", float("inf")),
        _set("deleted", None),
        _set("deleted", {"t": 1}),
        _set("attachments", "x"),
        _set("attachments", [1]),
        _set("attachments", None),
        _set("outputs", []),
        _set("*", 1),
        _set("source", "plain"),
        _set("source", Text("another text")),
        _set("source", Map({})),
        _set("source", None),
        _set("metadata", {}),
        _set("metadata", Map({"k": 2})),
        _set("metadata", Text("")),
        _drop("type"),
        _drop("source"),
        _drop("metadata"),
        _drop("order"),
        _new_cell("bad id"),
        _new_cell("x" * 65),
        _new_cell(""),
        _new_cell("a"),
        _new_cell(type=...),
        _new_cell(order=...),
        _new_cell(source=...),
        _new_cell(metadata=...),
        _new_cell(source="plain"),
        _new_cell(metadata={"k": 1}),
        _new_cell(type="exe"),
        _new_cell(order="-"),
        _new_cell(extra=1),
        _new_cell(source=Text("a\rb")),
        _new_cell(metadata=Map({"m": Map({})})),
        _new_cell(deleted="x"),
        _embed,
        _format,
        _remove_cell,
        _clear,
        _root_text,
        _root_array,
        _other_root,
        _carriage_return,
        _type_in_metadata,
        _text_in_cell_metadata,
        _array_in_metadata,
        _subdocument,
        _bytes_in_metadata,
        _big_integer,
    ],
)
def test_what_leaves_the_schema_is_refused(misdeed: Misdeed) -> None:
    live = notebook()
    peer = Foreign(live)
    with peer.doc.transaction():
        misdeed(peer)
    assert len(peer.updates) == 1
    refused(live, peer.updates[0])


def test_a_value_of_another_type_in_place_of_a_cell_is_refused() -> None:
    contents: list[Any] = ["text", Text("text"), 1, {"type": "code"}, Array([])]
    for content in contents:
        live = notebook()
        peer = Foreign(live)
        peer.cells["new"] = content
        refused(live, peer.updates[0])


def test_a_good_change_in_a_bad_update_is_not_taken() -> None:
    live = notebook()
    peer = Foreign(live)
    with peer.doc.transaction():
        peer.cells["a"]["source"].insert(0, "good ")
        peer.cells["b"]["type"] = "bad"
    refused(live, peer.updates[0])


@pytest.mark.parametrize(("back", "length"), [(3, 1), (2, 1), (4, 2), (2, 2)])
def test_a_half_of_a_character_cannot_be_deleted(back: int, length: int) -> None:
    live = notebook()
    live.set_source(A, "a😀b")  # four UTF-16 units, the last ones that the daemon wrote
    client = live.client()
    end = read_state_vector(live.state_vector())[client]
    update = yjs.update(deletes=[(client, [(end - back, length)])])
    assert "character" in refused(live, update).message


def test_a_whole_character_can_be_deleted() -> None:
    live = notebook()
    live.set_source(A, "a😀b")
    client = live.client()
    end = read_state_vector(live.state_vector())[client]
    Gate(live).admit(yjs.update(deletes=[(client, [(end - 3, 2)])]))
    assert live.source(A) == "ab"


def test_nothing_is_put_between_the_halves_of_a_character() -> None:
    live = notebook()
    new = live.insert(None, "code", "😀")
    client = live.client()
    # map, type, source, 2 units, ... : the text's units come right after its own item
    refs = [(client, clock) for clock in range(read_state_vector(live.state_vector())[client])]
    cuts = 0
    for ref in refs:
        for where in ({"left": ref}, {"right": ref}):
            copy = Notebook(live.state())
            try:
                Gate(copy).admit(yjs.update([(5, 0, [yjs.string("x", **where)])]))
            except UpdateRefused as error:
                cuts += "character" in error.message
            assert "😀" in copy.source(new)
            assert Notebook(copy.state()).cells() == copy.cells()
    assert cuts == 2


# -- size and depth


def test_a_deeply_nested_value_is_refused_before_it_reaches_rust() -> None:
    deep: Any = 1
    for _ in range(limits.JSON_DEPTH + 10):
        deep = [deep]
    refused(notebook(), yjs.update([(5, 0, [yjs.value(deep, parent="metadata", key="x")])]))
    bomb = yjs.number(1) + b"\x75\x01" * 200_000 + b"\x7e"
    refused(notebook(), yjs.update([(5, 0, [yjs.item(bomb, yjs.ANY, parent="metadata", key="x")])]))


def test_a_text_over_the_limit_is_refused() -> None:
    live = notebook()
    peer = Foreign(live)
    peer.cells["a"]["source"].insert(0, "x" * 10 * limits.MIB)
    refused(live, peer.updates[0], LimitExceeded)


def test_a_text_cannot_grow_over_the_limit_in_steps() -> None:
    live = notebook()
    gate = Gate(live)
    peer = Foreign(live)
    peer.cells["a"]["source"].insert(0, "x" * (limits.CELL_SOURCE_BYTES - 100))
    peer.cells["a"]["source"].insert(0, "y" * 200)
    gate.admit(peer.updates[0])
    with pytest.raises(LimitExceeded):
        gate.admit(peer.updates[1])
    assert len(live.source(A)) < limits.CELL_SOURCE_BYTES


def test_metadata_over_the_limit_is_refused() -> None:
    live = notebook()
    peer = Foreign(live)
    peer.metadata["x"] = ["y" * 1000] * (limits.METADATA_BYTES // 1000)
    refused(live, peer.updates[0], LimitExceeded)
    other = Foreign(live)
    other.cells["a"]["metadata"]["x"] = "y" * (limits.METADATA_BYTES + 1)
    refused(live, other.updates[0], LimitExceeded)
    third = Foreign(live)
    third.cells["a"]["attachments"] = {"x": "y" * (limits.METADATA_BYTES + 1)}
    refused(live, third.updates[0], LimitExceeded)


def test_more_cells_than_a_notebook_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", 5)
    live = notebook()
    peer = Foreign(live)
    with peer.doc.transaction():
        for name in ("u", "v", "w"):
            _new_cell(name)(peer)
    refused(live, peer.updates[0], LimitExceeded)


def test_an_update_of_too_many_changes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    live = notebook()
    peer, updates = peer_of(live)
    with peer.transaction():
        for _ in range(100):
            peer.insert(A, "code", "x")
    monkeypatch.setattr(limits, "UPDATE_STRUCTS", 50)
    with pytest.raises(LimitExceeded):
        Gate(live).admit(updates[0])
    assert len(live) == 3


def test_an_update_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SYNC_MESSAGE", 100)
    with pytest.raises(LimitExceeded):
        Gate(notebook()).admit(b"\0" * 101)
