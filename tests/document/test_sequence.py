"""Neighbours that an item of a text may claim: only such as stood side by side where it was written."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core.errors import HoodError, LimitExceeded, UpdateRefused
from fumehood.core.ids import CellId
from fumehood.document.gate import Gate
from fumehood.document.notebook import Notebook
from fumehood.document.sequence import Sequence
from fumehood.document.yupdate import Id, read_update
from tests.document import yjs
from tests.document.foreign import refused

OWN = 1000
"""The daemon's client id in these tests."""
Written = tuple[int, int, str, Id | None, Id | None]
"""Client, clock, text, left and right neighbour."""


def abc() -> tuple[Notebook, CellId, int]:
    """A notebook whose only cell's source is `abc`, and the clock of its `a`."""
    live = Notebook(client=OWN)
    cell = live.insert(None, "code", "abc")
    (text,) = (one for one in read_update(live.state()).structs[OWN] if one.kind == yjs.STRING)
    return live, cell, text.clock


def update(client: int, clock: int, text: str, left: Id | None, right: Id | None) -> bytes:
    return yjs.update([(client, clock, [yjs.string(text, left=left, right=right)])])


A, B, C = (OWN, 0), (OWN, 1), (OWN, 2)
"""Clocks here count from the text's own beginning."""

CROSSED: list[Written] = [(1, 0, "x", C, B)]
THE_SAME: list[Written] = [(1, 0, "x", B, B)]
OVER_WHAT_IT_HAS: list[Written] = [(1, 0, "x", A, C)]
BEFORE_ITS_OWN_NEIGHBOUR: list[Written] = [
    (1, 0, "yz", B, None), (1, 2, "x", C, None), (1001, 0, "x", None, (1, 0)), (1001, 1, "yz", (1, 1), (1, 2)),
]  # fmt: skip
OVER_A_NEIGHBOURS_NEIGHBOUR: list[Written] = [
    (999, 0, "x", B, C), (1001, 0, "yz", B, C), (2**52, 0, "x", A, (999, 0)),
]  # fmt: skip


@pytest.mark.parametrize(
    "written", [CROSSED, THE_SAME, OVER_WHAT_IT_HAS, BEFORE_ITS_OWN_NEIGHBOUR, OVER_A_NEIGHBOURS_NEIGHBOUR]
)
def test_neighbours_that_were_never_side_by_side_are_refused(written: list[Written]) -> None:
    """Each left a text that read otherwise when the document was read again from its bytes."""
    live, _, start = abc()
    gate = Gate(live)

    def at(id: Id | None) -> Id | None:
        return (OWN, start + id[1]) if id is not None and id[0] == OWN else id

    refusals = []
    for client, clock, text, left, right in written:
        try:
            gate.admit(update(client, clock, text, at(left), at(right)))
        except UpdateRefused as error:
            refusals.append(error.message)
            break
    assert ["side by side" in one for one in refusals] == [True]
    assert Notebook(live.state()).cells() == live.cells()


def test_a_refused_update_leaves_no_trace_in_the_order() -> None:
    live, cell, start = abc()
    gate = Gate(live)
    good = yjs.string("1", left=(OWN, start), right=(OWN, start + 1))
    bad = yjs.string("2", left=(OWN, start + 2), right=(OWN, start))
    with pytest.raises(UpdateRefused):
        gate.admit(yjs.update([(5, 0, [good, yjs.string("3", left=(5, 0)), bad])]))
    gate.admit(yjs.update([(5, 0, [good])]))
    assert live.source(cell) == "a1bc"


def test_the_rest_of_a_run_cannot_claim_a_neighbour_in_another_text() -> None:
    live, _, start = abc()
    other = live.insert(None, "code", "d")
    foreign = live.client(), read_update(live.state()).structs[OWN][-1].clock
    gate = Gate(live)
    gate.admit(update(5, 0, "xy", (OWN, start + 2), None))
    with pytest.raises(UpdateRefused):
        gate.admit(update(5, 0, "xyz", (OWN, start + 2), foreign))
    assert live.source(other) == "d"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.permutations([1, 2, OWN - 1, OWN + 1, 2**52]))
def test_random_neighbours_leave_a_text_that_reads_the_same_again(seed: int, clients: list[int]) -> None:
    chance = random.Random(seed)
    live, _, start = abc()
    gate = Gate(live)
    ids: list[Id] = [(OWN, start + at) for at in range(3)]
    ends = dict.fromkeys(clients[: chance.randrange(2, 5)], 0)
    for _ in range(16):
        client = chance.choice(list(ends))
        text = chance.choice(("x", "yz"))
        left = chance.choice(ids) if chance.random() < 0.85 else None
        right = chance.choice(ids) if chance.random() < 0.85 or left is None else None
        try:
            gate.admit(update(client, ends[client], text, left, right))
        except HoodError:
            continue
        ids += [(client, ends[client] + at) for at in range(len(text))]
        ends[client] += len(text)
    assert Notebook(live.state()).cells() == live.cells()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.permutations([1, 2, OWN - 1, OWN + 1, 2**52 - 1]))
def test_what_peers_write_at_the_same_time_is_never_refused(seed: int, clients: list[int]) -> None:
    chance = random.Random(seed)
    live, cell, _ = abc()
    gate = Gate(live)
    peers = [Notebook(live.state(), client=client) for client in clients[:3]]
    waiting: list[list[bytes]] = []
    for peer in peers:
        mine: list[bytes] = []
        peer.on_update(mine.append)
        waiting.append(mine)
    for _ in range(40):
        which = chance.randrange(3)
        peer, mine = peers[which], waiting[which]
        if chance.random() < 0.75:
            length = len(peer.source(cell))
            at = chance.randrange(length + 1)
            peer.splice(cell, at, min(chance.choice((0, 0, 1, 3)), length - at), chance.choice(("", "x", "yz", "é")))
        else:
            sent, mine[:] = list(mine), []
            for one in sent:
                gate.admit(one)
            peer.apply(live.state())
            mine.clear()
    for mine in waiting:
        for one in list(mine):
            gate.admit(one)
    assert Notebook(live.state()).cells() == live.cells()
    for peer in peers:
        peer.apply(live.state())
        assert peer.source(cell) == live.source(cell)


def test_many_at_one_place_are_refused_before_they_cost_long() -> None:
    """Each of a client's own that nobody saw: all of them are compared with all others, here and in yrs."""
    live, cell, start = abc()
    gate = Gate(live)
    a, b = (OWN, start), (OWN, start + 1)
    crowd = [(client, 0, [yjs.string("x", left=a, right=b)]) for client in range(1, 1600)]
    with pytest.raises(LimitExceeded):
        gate.admit(yjs.update(crowd))
    gate.admit(yjs.update(crowd[:300]))
    assert live.source(cell) == "a" + 300 * "x" + "bc"
    assert Notebook(live.state()).source(cell) == live.source(cell)
    again = Gate(Notebook(live.state()))
    again.prepare()


def test_a_run_of_typing_is_one_node() -> None:
    order = Sequence()
    order.add((1, 0), 1, None, None)
    for clock in range(1, 500):
        order.add((1, clock), 1, (1, clock - 1), None)
    order.add((2, 0), 1, (1, 249), (1, 250))
    assert {client: len(nodes) for client, nodes in order._nodes.items()} == {1: 2, 2: 1}
    order.forget({2: 0, 1: 100})
    assert {client: len(nodes) for client, nodes in order._nodes.items()} == {1: 1, 2: 0}


def test_the_update_that_was_found_first_is_refused() -> None:
    live, _, start = abc()
    refused(live, update(1, 0, "a", (OWN, start + 2), (OWN, start + 1)))
