"""Peers that say what no client of ours would say, and the notebook that they say it to."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Doc, Map

from fumehood.core.errors import HoodError, UpdateRefused
from fumehood.core.ids import CellId
from fumehood.document.cells import Cell
from fumehood.document.gate import Gate
from fumehood.document.notebook import Notebook

A, B = CellId("a"), CellId("b")


def notebook(count: int = 3, client: int | None = None) -> Notebook:
    made = Notebook(client=client)
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
