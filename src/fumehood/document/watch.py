"""Collects what a Yjs transaction touched, from the document's own events.

The collector refers neither to the notebook nor to its Doc: pycrdt keeps a callback alive from Rust, where Python's
garbage collector cannot see a cycle, and a document that is never freed is megabytes per closed notebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pycrdt import MapEvent, TextEvent

from fumehood.core.ids import CellId

ALL = "*"
"""Stands for a whole cell: its map was set or removed. No key of a cell is called so."""

Touched = Mapping[CellId, set[str]]


class Watch:
    def __init__(self) -> None:
        self._clear()
        self.updates: list[bytes] = []

    def _clear(self) -> None:
        self.replaced: dict[CellId, set[str]] = {}
        """Cell id to those of its keys that have another value now, or `ALL`."""
        self.inside: dict[CellId, set[str]] = {}
        """Cell id to `source` or `metadata`, where something inside these changed."""
        self.inserted: list[Any] = []
        """What was put into texts."""
        self.metadata = False
        self.foreign = False
        """Something changed where a notebook has nothing."""

    # The attributes of pycrdt's events are in its `__slots__` only, where no type checker sees them: hence `Any`.

    def cells(self, events: list[Any]) -> None:
        for event in events:
            kind = type(event)
            if kind is TextEvent:
                self._text(event.path, event)
            elif kind is MapEvent:
                self._map(event.path, event)
            else:
                self.foreign = True

    def _text(self, path: list[Any], event: Any) -> None:
        # An event without a difference is told of what came and went before it arrived here.
        if len(path) != 2 or path[1] != "source":
            self.foreign = True
        elif event.delta:
            self.inside.setdefault(path[0], set()).add("source")
            self.inserted.extend(step["insert"] for step in event.delta if "insert" in step)

    def _map(self, path: list[Any], event: Any) -> None:
        if len(path) > 2 or (len(path) == 2 and path[1] != "metadata"):
            self.foreign = True
        elif not event.keys:
            return
        elif not path:
            for key in event.keys:
                self.replaced.setdefault(key, set()).add(ALL)
        elif len(path) == 1:
            self.replaced.setdefault(path[0], set()).update(event.keys)
        else:
            self.inside.setdefault(path[0], set()).add("metadata")

    def notebook(self, events: list[Any]) -> None:
        for event in events:
            kind = type(event)
            if kind is not MapEvent or event.path:
                self.foreign = True
            elif event.keys:
                self.metadata = True

    def update(self, event: Any) -> None:
        self.updates.append(event.update)

    def touched(self) -> dict[CellId, set[str]]:
        """Cell id to everything of it that changed."""
        found = {cell: set(keys) for cell, keys in self.replaced.items()}
        for cell, keys in self.inside.items():
            found.setdefault(cell, set()).update(keys)
        return found

    def take(self) -> list[bytes]:
        """Forgets everything; returns the updates."""
        self._clear()
        updates, self.updates = self.updates, []
        return updates
