"""Random peers: everybody ends with the same notebook, and nothing that was typed is lost."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core.ids import CellId
from fumehood.document.cells import Cell
from fumehood.document.gate import Gate
from fumehood.document.notebook import Notebook


class Peer:
    """A replica with a gate, whose updates wait until they are delivered, in the order in which they were made."""

    def __init__(self, name: str, state: bytes) -> None:
        self.name = name
        self.notebook = Notebook(state)
        self.gate = Gate(self.notebook)
        self.sent: list[bytes] = []
        self.seen: dict[str, int] = {}
        self.applying = False
        self.typed = 0
        self.notebook.on_update(self._keep)

    def _keep(self, update: bytes) -> None:
        if not self.applying:
            self.sent.append(update)

    def receive(self, other: Peer, chance: random.Random) -> None:
        """Some of what the other sent and this one has not seen."""
        start = self.seen.get(other.name, 0)
        end = start + chance.randint(0, len(other.sent) - start)
        self.applying = True
        for update in other.sent[start:end]:
            self.gate.admit(update)
        self.applying = False
        self.seen[other.name] = end

    def act(self, chance: random.Random, typed: set[str], taken: set[str]) -> None:
        notebook = self.notebook
        cells = notebook.ids()
        act = chance.randrange(9)
        if act == 0 or not cells:
            self.typed += 1
            word = f"<{self.name}{self.typed}>"
            typed.add(word)
            notebook.insert(chance.choice([None, *cells]), chance.choice(["code", "markdown"]), word)
            return
        cell = chance.choice(cells)
        source = notebook.source(cell)
        if act <= 3:
            self.typed += 1
            word = f"<{self.name}{self.typed}>"
            typed.add(word)
            # Between words, so that no word is torn apart.
            places = [0, *(at + 1 for at, character in enumerate(source) if character == ">")]
            notebook.splice(cell, chance.choice(places), 0, word)
        elif act == 4:
            notebook.move(cell, chance.choice([None, *(other for other in cells if other != cell)]))
        elif act == 5:
            notebook.delete(cell, chance.random())
        elif act == 6:
            at = chance.choice([0, *(at + 1 for at, character in enumerate(source) if character == ">")])
            # A split deletes the tail and types it anew: the same words, known to all.
            notebook.split(cell, at)
        elif act == 7:
            notebook.set_metadata(cell, {self.name: chance.randrange(5)})
        elif notebook.trash():
            notebook.restore(notebook.trash()[0].cell.id)


def words(notebook: Notebook) -> str:
    return "".join(cell.source for cell in [*notebook.cells(), *(gone.cell for gone in notebook.trash())])


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**48))
def test_random_peers_converge_and_no_typed_word_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    start = Notebook()
    start.fill([Cell(CellId(f"c{number}"), "code", f"<start{number}>", {}) for number in range(4)], {})
    typed = {f"<start{number}>" for number in range(4)}
    peers = [Peer(name, start.state()) for name in "xyz"[: chance.randint(2, 3)]]
    known: dict[str, int] = {}
    for _ in range(chance.randint(5, 60)):
        peer = chance.choice(peers)
        if chance.random() < 0.6:
            peer.act(chance, typed, set())
        else:
            other = chance.choice([one for one in peers if one is not peer])
            # A gate refuses what builds on something that has not arrived: then it is asked for all.
            if all(
                peer.seen.get(third.name, 0) >= other.seen.get(third.name, 0) for third in peers if third is not peer
            ):
                peer.receive(other, chance)
        for one in peers:
            count = len(one.notebook.known())
            assert count >= known.get(one.name, 0), "a cell is gone without a trace"
            known[one.name] = count
    for _ in range(3):
        for peer in peers:
            for other in peers:
                if other is not peer:
                    peer.applying = True
                    peer.gate.admit(other.notebook.diff(peer.notebook.state_vector()))
                    peer.applying = False
    first = peers[0].notebook
    for peer in peers[1:]:
        assert peer.notebook.cells() == first.cells()
        assert peer.notebook.trash() == first.trash()
        assert peer.notebook.metadata() == first.metadata()
    everything = words(first)
    for word in typed:
        assert word in everything, word
    again = Notebook(first.state())
    assert again.cells() == first.cells() and again.trash() == first.trash()


def test_an_edit_made_while_the_cell_is_moved_stays() -> None:
    start = Notebook()
    start.fill([Cell(CellId(name), "code", name, {}) for name in "abc"], {})
    one, two = Peer("x", start.state()), Peer("y", start.state())
    one.notebook.move(CellId("a"), CellId("c"))
    two.notebook.splice(CellId("a"), 1, 0, " edited")
    for update in one.sent:
        two.gate.admit(update)
    for update in two.sent[:1]:
        one.gate.admit(update)
    for peer in (one, two):
        assert peer.notebook.ids() == ["b", "c", "a"]
        assert peer.notebook.source(CellId("a")) == "a edited"


def test_text_typed_into_a_half_that_moves_stays_in_one_of_the_halves() -> None:
    for at in range(9):
        start = Notebook()
        start.fill([Cell(CellId("a"), "code", "headtail", {})], {})
        one, two = Peer("x", start.state()), Peer("y", start.state())
        new = one.notebook.split(CellId("a"), 4)
        two.notebook.splice(CellId("a"), at, 0, "!typed!")
        one.gate.admit(two.sent[0])
        two.gate.admit(one.sent[0])
        assert one.notebook.cells() == two.notebook.cells()
        halves = [one.notebook.source(CellId("a")), one.notebook.source(new)]
        assert "".join(halves).count("!typed!") == 1
        assert "".join(halves).replace("!typed!", "") == "headtail"


def test_deleting_wins_over_a_late_edit_and_keeps_it() -> None:
    start = Notebook()
    start.fill([Cell(CellId("a"), "code", "text", {})], {})
    one, two = Peer("x", start.state()), Peer("y", start.state())
    one.notebook.delete(CellId("a"), 9.0)
    two.notebook.splice(CellId("a"), 4, 0, " late")
    one.gate.admit(two.sent[0])
    two.gate.admit(one.sent[0])
    for peer in (one, two):
        assert peer.notebook.ids() == []
        assert [gone.cell.source for gone in peer.notebook.trash()] == ["text late"]
