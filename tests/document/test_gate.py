"""What may pass the gate, and a great deal that may not."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from fumehood.core import limits
from fumehood.core.errors import HoodError, LimitExceeded, UpdateRefused
from fumehood.core.ids import CellId
from fumehood.document.cells import Cell
from fumehood.document.gate import Gate
from fumehood.document.notebook import Notebook
from fumehood.document.yupdate import read_state_vector
from tests.document import yjs

A, B = CellId("a"), CellId("b")


def notebook(count: int = 3) -> Notebook:
    made = Notebook()
    cells = [Cell(CellId("abcdefgh"[i] if i < 8 else f"c{i}"), "code", f"x = {i}\n", {"k": [1]}) for i in range(count)]
    made.fill(cells, {"title": "t"})
    return made


def peer_of(live: Notebook) -> tuple[Notebook, list[bytes]]:
    peer = Notebook(live.state())
    updates: list[bytes] = []
    peer.on_update(updates.append)
    return peer, updates


class Foreign:
    """A peer that keeps to no schema: a bare Yjs document."""

    def __init__(self, live: Notebook) -> None:
        self.doc: Doc[Any] = Doc()
        self.cells: Map[Any] = self.doc.get("cells", type=Map)
        self.metadata: Map[Any] = self.doc.get("metadata", type=Map)
        self.doc.apply_update(live.state())
        self.updates: list[bytes] = []
        self.doc.observe(lambda event: self.updates.append(event.update))


def refused(live: Notebook, update: bytes, error: type[HoodError] = UpdateRefused) -> HoodError:
    """Asserts that nothing of the update is taken, and that the gate works on."""
    gate = Gate(live)
    before, cells = live.state(), live.cells()
    with pytest.raises(error) as caught:
        gate.admit(update)
    assert live.state() == before
    assert live.cells() == cells
    peer, updates = peer_of(live)
    peer.splice(peer.ids()[0], 0, 0, "still ")
    gate.admit(updates[0])
    assert live.cells() == peer.cells()
    gate.close()
    return caught.value


def test_every_edit_of_a_peer_passes() -> None:
    live = notebook()
    gate = Gate(live)
    peer, updates = peer_of(live)
    peer.splice(A, 0, 1, "yé😀")
    peer.set_source(A, "all new\n")
    peer.set_type(B, "markdown")
    peer.set_metadata(B, {"deep": {"list": [1, None, 2.5, "x", True]}})
    peer.set_attachments(B, {"a.png": {"image/png": "aGk="}})
    new = peer.insert(B, "raw", "inserted", {"m": 1})
    peer.move(A, new)
    peer.split(new, 3)
    peer.delete(B, 1.5)
    peer.restore(B)
    peer.set_notebook_metadata({"title": "other", "more": {}})
    for update in updates:
        gate.admit(update)
    assert live.cells() == peer.cells()
    assert live.metadata() == peer.metadata()
    assert Notebook(live.state()).cells() == peer.cells()


def test_what_an_update_changed_is_told() -> None:
    live = notebook()
    gate = Gate(live)
    peer, updates = peer_of(live)
    peer.splice(A, 0, 0, "z")
    peer.move(A, B)
    peer.set_type(B, "raw")
    new = peer.insert(None, "code", "")
    peer.delete(CellId("c"), 1.0)
    peer.set_notebook_metadata({})
    changed = [gate.admit(update) for update in updates]
    assert changed[0].edited == {A} and changed[0].cells == {A}
    assert changed[1].moved == {A} and not changed[1].edited
    assert changed[2].described == {B}
    assert changed[3].added == {new} and changed[3].cells == {new}
    assert changed[4].removed == {CellId("c")}
    assert changed[5].metadata and not changed[5].cells


def test_a_local_edit_between_two_updates_reaches_the_shadow() -> None:
    live = notebook()
    gate = Gate(live)
    gate.prepare()
    live.splice(A, 0, 0, "mine😀 ")
    peer, updates = peer_of(live)
    peer.splice(A, 2, 1, "!")
    gate.admit(updates[0])
    assert live.source(A) == peer.source(A)


def test_an_update_that_is_known_already_changes_nothing() -> None:
    live = notebook()
    gate = Gate(live)
    told: list[bytes] = []
    live.on_update(told.append)
    assert not gate.admit(live.state())
    assert told == []


def test_updates_of_two_peers_converge_in_any_order() -> None:
    one, two = notebook(), None
    first, first_updates = peer_of(one)
    second, second_updates = peer_of(one)
    two = Notebook(one.state())
    first.splice(A, 0, 0, "one ")
    second.splice(A, 0, 0, "two ")
    second.move(A, CellId("c"))
    gate_one, gate_two = Gate(one), Gate(two)
    for update in first_updates + second_updates:
        gate_one.admit(update)
    for update in second_updates + first_updates:
        gate_two.admit(update)
    assert one.cells() == two.cells()
    assert {"one ", "two "} == {one.source(A)[:4], one.source(A)[4:8]}


# -- bytes


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"garbage",
        b"\xff" * 40,
        b"\1" * 100,
        b"\0\0\0",
        yjs.number(2**60) + b"\0",
        yjs.number(1) + yjs.number(2**31) + yjs.number(5) + yjs.number(0),
        b"\0" + yjs.number(2**50),
        yjs.update([(2**53, 0, [yjs.value(1, parent="metadata", key="a")])]),
        yjs.update([(5, 2**31, [yjs.value(1, parent="metadata", key="a")])]),
        yjs.update([(5, 0, [b"\0" + yjs.number(2**31)])]),
        yjs.update([(5, 0, [b"\0\0"])]),
        yjs.update([(5, 0, [b"\x0a\5"])]),
        yjs.update([(5, 0, [])]),
        yjs.update([(5, 0, [yjs.item(yjs.text(b"\xff\xfe"), yjs.STRING, parent=(1, 2))])]),
        yjs.update([(5, 0, [yjs.item(b"\xff\xff\xff\xff\x0fab", yjs.STRING, parent=(1, 2))])]),
    ],
)
def test_bytes_that_are_no_update_are_refused(data: bytes) -> None:
    refused(notebook(), data)


def test_every_truncation_of_an_update_is_refused_or_harmless() -> None:
    live = notebook()
    gate = Gate(live)
    peer, updates = peer_of(live)
    peer.insert(A, "markdown", "some text 😀", {"m": {"n": [1]}})
    before = live.cells()
    for end in range(len(updates[0])):
        with pytest.raises(UpdateRefused):
            gate.admit(updates[0][:end])
    assert live.cells() == before
    gate.admit(updates[0])
    assert live.cells() == peer.cells()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_never_get_past_an_error(data: bytes) -> None:
    live = notebook()
    before = live.cells()
    try:
        Gate(live).admit(data)
    except HoodError:
        pass
    assert live.cells() == before


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_a_damaged_update_leaves_a_document_that_can_be_read_again(seed: int, damages: int) -> None:
    chance = random.Random(seed)
    live = notebook()
    peer, updates = peer_of(live)
    peer.splice(A, 1, 1, "é😀x")
    peer.insert(B, "markdown", "tëxt", {"k": {"a": True}})
    peer.delete(CellId("c"), 3.0)
    data = bytearray(chance.choice([*updates, peer.state()]))
    for _ in range(damages):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(3)] = bytes(chance.randrange(256) for _ in range(chance.randrange(3)))
    gate = Gate(live)
    for update in (*updates[: chance.randrange(3)], bytes(data)):
        try:
            gate.admit(update)
        except HoodError:
            pass
    again = Notebook(live.state())
    assert again.cells() == live.cells()
    assert again.trash() == live.trash()
    assert again.metadata() == live.metadata()


KNOWN = ["type", "source", "metadata", "order", "deleted", "attachments", "k", "a", "b", "new"]


def _random_update(chance: random.Random, known: dict[int, int]) -> bytes:
    """Well-formed bytes, random in everything that they refer to."""
    ends = dict(known)

    def some_id() -> tuple[int, int]:
        client = chance.choice(list(ends))
        return client, chance.randrange(ends[client] + 1)

    def some_item() -> tuple[bytes, int]:
        where: dict[str, Any] = {}
        if chance.random() < 0.5:
            where["left"] = some_id()
        if chance.random() < 0.2:
            where["right"] = some_id()
        if where:
            where["keyed"] = chance.random() < 0.4
        else:
            where["parent"] = chance.choice(["cells", "metadata", some_id(), some_id(), some_id()])
            where["key"] = chance.choice(KNOWN) if chance.random() < 0.7 else None
        kind = chance.randrange(5)
        if kind < 2:
            body = chance.choice(["a", "bc", "😀", "é\n"])
            return yjs.string(body, **where), len(body.encode("utf-16-le")) // 2
        if kind == 2:
            return yjs.value(chance.choice(["code", "V", None, 1.5, {"a": [1]}, [[]], True]), **where), 1
        if kind == 3:
            return yjs.item(yjs.number(chance.choice([1, 2])), yjs.TYPE, **where), 1
        length = chance.randrange(1, 3)
        return yjs.item(yjs.number(length), yjs.DELETED, **where), length

    sections = []
    for client in chance.sample([*known, 7, 9], chance.randrange(3)):
        start = ends.get(client, 0)
        items = []
        for _ in range(chance.randrange(1, 4)):
            ends.setdefault(client, 0)
            made, length = some_item()
            items.append(made)
            ends[client] += length
        sections.append((client, start, items))
    deletes = []
    for client, end in ends.items():
        if end and chance.random() < 0.3:
            deletes.append((client, [(chance.randrange(end), 1)]))
    return yjs.update(sections, deletes)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_random_references_leave_a_document_that_can_be_read_again(seed: int) -> None:
    chance = random.Random(seed)
    live = notebook()
    live.insert(A, "markdown", "😀 hi")
    gate = Gate(live)
    for _ in range(30):
        before = live.cells(), live.trash(), live.metadata()
        try:
            gate.admit(_random_update(chance, read_state_vector(live.state_vector())))
        except HoodError:
            assert before == (live.cells(), live.trash(), live.metadata())
    again = Notebook(live.state())
    assert (again.cells(), again.trash(), again.metadata()) == (live.cells(), live.trash(), live.metadata())


# -- what is missing


def test_an_update_without_its_predecessor_is_refused() -> None:
    live = notebook()
    peer, updates = peer_of(live)
    peer.splice(A, 0, 0, "one")
    peer.splice(A, 3, 0, "two")
    assert "never arrived" in refused(live, updates[1]).message


def test_an_update_that_builds_on_another_clients_unknown_text_is_refused() -> None:
    live = notebook()
    client = next(iter(read_state_vector(live.state_vector())))
    refused(live, yjs.update([(5, 0, [yjs.string("x", left=(client, 10**6))])]))
    refused(live, yjs.update([(5, 0, [yjs.string("x", left=(6, 0))])]))
    refused(live, yjs.update([(5, 0, [yjs.string("x", parent=(5, 1))])]))


def test_two_clients_whose_items_wait_for_each_other_are_refused() -> None:
    live = notebook()
    circle = yjs.update([(5, 0, [yjs.string("x", left=(6, 0))]), (6, 0, [yjs.string("y", left=(5, 0))])])
    refused(live, circle)


def test_a_delete_of_what_never_arrived_is_refused() -> None:
    live = notebook()
    client = next(iter(read_state_vector(live.state_vector())))
    refused(live, yjs.update(deletes=[(client, [(0, 10**6)])]))
    refused(live, yjs.update(deletes=[(77, [(0, 1)])]))


def test_the_daemons_own_client_id_cannot_be_borrowed() -> None:
    live = notebook()
    client = live.client()
    end = read_state_vector(live.state_vector())[client]
    message = refused(live, yjs.update([(client, end, [yjs.value(1, parent="metadata", key="z")])])).message
    assert "daemon" in message


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


# -- cost


def test_admitting_a_keystroke_costs_the_same_in_a_large_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts the calls into pycrdt and our own functions, not time."""
    import sys

    def calls(count: int) -> int:
        live = notebook(count)
        gate = Gate(live)
        peer, updates = peer_of(live)
        for at in range(4):
            peer.splice(A, at, 0, "k")
        gate.admit(updates[0])
        seen = 0

        def count_calls(frame: Any, event: str, argument: Any) -> None:
            nonlocal seen
            seen += event in ("call", "c_call")

        for update in updates[1:]:
            sys.setprofile(count_calls)
            try:
                gate.admit(update)
            finally:
                sys.setprofile(None)
        return seen

    assert calls(1000) == calls(10)


def test_a_closed_gate_follows_no_more() -> None:
    live = notebook()
    gate = Gate(live)
    gate.prepare()
    gate.close()
    live.splice(A, 0, 0, "x")
    assert live.source(A) == "xx = 0\n"
