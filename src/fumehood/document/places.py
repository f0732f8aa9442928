"""Where every cell of a document stands: its order key, and when it was deleted. Pure state.

Living cells are kept sorted by (order key, id), so that inserting one does not sort all.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import KeysView, Mapping
from typing import NamedTuple

from fumehood.core.ids import CellId
from fumehood.document import order
from fumehood.document.cells import Changed
from fumehood.document.watch import ALL


class Place(NamedTuple):
    order: str
    deleted: float | None

    @property
    def alive(self) -> bool:
        return self.deleted is None


class Places:
    def __init__(self, places: Mapping[CellId, Place] | None = None) -> None:
        self._places = dict(places or {})
        self._ranks = sorted((place.order, cell) for cell, place in self._places.items() if place.alive)
        self._before: dict[CellId, Place | None] = {}

    def __len__(self) -> int:
        return len(self._ranks)

    def __getitem__(self, cell: CellId) -> Place:
        return self._places[cell]

    def all(self) -> KeysView[CellId]:
        """Also those in the trash."""
        return self._places.keys()

    def alive(self, cell: CellId) -> bool:
        place = self._places.get(cell)
        return place is not None and place.alive

    def deleted(self, cell: CellId) -> bool:
        place = self._places.get(cell)
        return place is not None and not place.alive

    def living(self) -> list[CellId]:
        return [cell for _, cell in self._ranks]

    def trash(self) -> list[tuple[float, CellId]]:
        """(time, id), the latest first."""
        gone = [(place.deleted, cell) for cell, place in self._places.items() if place.deleted is not None]
        return sorted(gone, reverse=True)

    def put(self, cell: CellId, place: Place | None) -> None:
        """The cell stands there now; `None`: it is in the document no more."""
        old = self._places.get(cell)
        self._before.setdefault(cell, old)
        if old == place:
            return
        if old is not None and old.alive:
            del self._ranks[bisect_left(self._ranks, (old.order, cell))]
        if place is None:
            self._places.pop(cell, None)
            return
        self._places[cell] = place
        if place.alive:
            insort(self._ranks, (place.order, cell))

    def was_put(self, cell: CellId) -> bool:
        """Since `classify` was last called."""
        return cell in self._before

    def key_after(self, after: CellId | None, moving: CellId | None = None) -> tuple[str, dict[CellId, str]]:
        """A key for a cell right below `after` (`None`: at the top), and the keys that its neighbours must get first.

        `moving` is the cell that gets the key, where it stands somewhere already. The neighbours keep theirs but where
        there is no room between them, or keys got long.
        """
        ranks = self._ranks
        if moving is not None:
            ranks = [rank for rank in ranks if rank[1] != moving]
        at = 0 if after is None else bisect_left(ranks, (self._places[after].order, after)) + 1
        low = ranks[at - 1][0] if at else None
        high = ranks[at][0] if at < len(ranks) else None
        key = order.between(low, high)
        if key is not None and len(key) <= order.LONG:
            return key, {}
        reach = 8
        while True:
            first, last = max(0, at - reach), min(len(ranks), at + reach)
            low = ranks[first - 1][0] if first else None
            high = ranks[last][0] if last < len(ranks) else None
            keys = order.spread(low, high, last - first + 1)
            if keys is not None and (max(map(len, keys)) <= order.LONG // 2 or last - first == len(ranks)):
                break
            reach *= 2
        new = keys.pop(at - first)
        return new, {cell: key for (_, cell), key in zip(ranks[first:last], keys, strict=True)}

    def classify(self, touched: Mapping[CellId, set[str]], metadata: bool) -> Changed:
        """What became of the cells that one transaction touched (cell to the keys that changed)."""
        sets: dict[str, set[CellId]] = {}
        for cell, parts in touched.items():
            new = self._places.get(cell)
            old = self._before.get(cell, new)
            for what in _became(old, new, parts):
                sets.setdefault(what, set()).add(cell)
        self._before = {}
        return Changed(metadata=metadata, **{what: frozenset(cells) for what, cells in sets.items()})


def _became(old: Place | None, new: Place | None, parts: set[str]) -> list[str]:
    was = old is not None and old.alive
    if new is None or not new.alive:
        return ["removed"] if was else ["trash"] if new is not None else []
    if old is None or not was:
        return ["added"]
    found = ["moved"] if old.order != new.order else []
    if parts & {"source", ALL}:
        found.append("edited")
    if parts & {"type", "metadata", "attachments", ALL}:
        found.append("described")
    return found
