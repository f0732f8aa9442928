"""What may pass the gate, and a great deal that may not."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fumehood.core.errors import HoodError, UpdateRefused
from fumehood.core.ids import CellId
from fumehood.document.gate import Gate
from fumehood.document.notebook import Notebook
from fumehood.document.yupdate import read_state_vector
from tests.document import yjs
from tests.document.foreign import notebook, peer_of, refused

A, B = CellId("a"), CellId("b")


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
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(10, 2**32 - 1))
def test_a_damaged_update_leaves_a_document_that_can_be_read_again(seed: int, damages: int, own: int) -> None:
    chance = random.Random(seed)
    live = notebook(client=own)
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
@given(st.integers(0, 2**32), st.integers(10, 2**32 - 1))
@example(6753, 2**31)
def test_random_references_leave_a_document_that_can_be_read_again(seed: int, own: int) -> None:
    chance = random.Random(seed)
    live = notebook(client=own)
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
