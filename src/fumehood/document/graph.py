"""Where in the notebook every item of the Yjs document lies, so that an update's references can be checked.

yrs believes references. One to an item that never arrived is put aside without a word; a parent that is no map or
text, neighbours from two different maps, or a cut through a character that takes two UTF-16 units leave a document
that can be written and never be read again (yrs 0.28). So each new item's place is worked out here first, from its
parent or its neighbours, and must be one that the schema has:

    root "cells" -> key: cell map -> "source": text, "metadata": map of key to JSON, other keys: JSON
    root "metadata" -> key: JSON

Costs one step per new item; a run of typing is one entry, however long. What a check finds is taken over with `grow`
only when the update is; the order of texts (`sequence`) has it at once, and `forget` takes it back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, UpdateRefused
from fumehood.document.sequence import Sequence
from fumehood.document.yupdate import ANY, DELETED, GC, MAP, STRING, TEXT, TYPE, Id, Struct, Update

_CHILDREN = {
    "cells": {},
    "metadata": {},
    "cell": {"source": ("text", TEXT), "metadata": ("described", MAP)},
    "described": {},
}
"""Kind of map to those of its keys that hold a text or map: which kind, and which Yjs type. All else is JSON."""


class _Container:
    """A map or text of the document; compared by identity."""

    __slots__ = ("kind", "sequence")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.sequence = Sequence() if kind == "text" else None


_Where = _Container | tuple[_Container, str] | None
"""A text, or a map and the key in it; `None`: inside something that was deleted and collected."""


class Growth:
    """What an update adds to a graph."""

    __slots__ = ("containers", "halves", "sequences", "structs")

    def __init__(self) -> None:
        self.structs: dict[int, list[tuple[int, int, _Where]]] = {}
        """By client: (first clock, the one after the last, place)."""
        self.containers: dict[Id, _Container] = {}
        self.halves: dict[int, set[int]] = {}
        self.sequences: set[Sequence] = set()
        """The texts whose order has it already."""


class Graph:
    def __init__(self) -> None:
        self._roots = {"cells": _Container("cells"), "metadata": _Container("metadata")}
        self._ends: dict[int, int] = {}
        self._starts: dict[int, list[int]] = {}
        self._places: dict[int, list[_Where]] = {}
        """Of a client's items, by the index of their first clock in `_starts`."""
        self._containers: dict[Id, _Container] = {}
        self._halves: dict[int, set[int]] = {}

    def end(self, client: int) -> int:
        """How many ticks of the client are known."""
        return self._ends.get(client, 0)

    def grow(self, growth: Growth) -> None:
        for client, found in growth.structs.items():
            starts = self._starts.setdefault(client, [])
            places = self._places.setdefault(client, [])
            for start, end, where in found:
                if not places or places[-1] is not where:
                    starts.append(start)
                    places.append(where)
                self._ends[client] = end
        self._containers.update(growth.containers)
        for client, halves in growth.halves.items():
            self._halves.setdefault(client, set()).update(halves)

    def check(self, update: Update, most: int = limits.UPDATE_COMPARED) -> Growth:
        """Raises `UpdateRefused`, `LimitExceeded`; else `grow` or `forget` must follow. `most`: of comparisons."""
        check = _Check(self, update, most)
        try:
            return check.run()
        except BaseException:
            self.forget(check.found)
            raise

    def forget(self, growth: Growth) -> None:
        """Takes back what `check` did, of an update that is not taken."""
        ends = {client: self.end(client) for client in growth.structs}
        for sequence in growth.sequences:
            sequence.forget(ends)

    def place(self, id: Id) -> _Where:
        """Of an item that is known."""
        client, clock = id
        return self._places[client][bisect_right(self._starts[client], clock) - 1]

    def container(self, id: Id) -> _Container | None:
        return self._containers.get(id)

    def root(self, name: str) -> _Container | None:
        return self._roots.get(name)

    def is_half(self, client: int, clock: int) -> bool:
        return clock in self._halves.get(client, ())


class _Check:
    def __init__(self, graph: Graph, update: Update, most: int) -> None:
        self.graph = graph
        self.most = most
        self.update = update
        self.found = Growth()
        self.compared = 0
        """Items that stand between the neighbours of the update's: yrs goes through them as well."""
        self.ends = {client: graph.end(client) for client in update.structs}
        self.starts: dict[int, list[int]] = {client: [] for client in update.structs}

    def run(self) -> Growth:
        waiting = {}
        for client, structs in self.update.structs.items():
            if structs[0].clock > self.ends[client]:
                raise UpdateRefused("The update has a gap: it builds on changes that never arrived.")
            for struct in structs:
                if struct.halves:
                    self.found.halves.setdefault(client, set()).update(struct.halves)
            self._cut(client, self.ends[client])
            waiting[client] = self._steps(client, structs)
        # Items may build on later ones of another client: each client goes as far as it can, until none can go on.
        while waiting:
            before = sum(self.ends.values())
            for client in list(waiting):
                if next(waiting[client], None) is None:
                    del waiting[client]
            if waiting and sum(self.ends.values()) == before:
                raise UpdateRefused("The update has a gap: it builds on changes that never arrived.")
        for client, start, end in self.update.deletes:
            if end > self._end(client):
                raise UpdateRefused("The update deletes what never arrived.")
            self._cut(client, start)
            self._cut(client, end)
        return self.found

    def _steps(self, client: int, structs: list[Struct]) -> Iterator[bool]:
        """Places the client's items; yields where one has to wait for another client's."""
        found = self.found.structs.setdefault(client, [])
        for struct in structs:
            end = struct.clock + struct.length
            known = self.ends[client]
            if end <= known:
                continue
            for needed in (struct.left, struct.right, struct.parent):
                while needed is not None and needed[1] >= self._end(needed[0]):
                    yield True
            left: Id | None
            if struct.clock < known:
                # The rest of an item of which we have the beginning.
                left = (client, known - 1)
                where = None if struct.kind == GC else self._rest(left, struct)
            else:
                left = struct.left
                where = self._where(client, struct)
            if isinstance(where, _Container) and where.sequence is not None:
                self.found.sequences.add(where.sequence)
                self.compared += where.sequence.add((client, known), end - known, left, struct.right)
                if self.compared > self.most:
                    raise LimitExceeded("The update writes at one place of a text in too many ways at once.")
            found.append((known, end, where))
            self.starts[client].append(known)
            self.ends[client] = end

    def _end(self, client: int) -> int:
        end = self.ends.get(client)
        return self.graph.end(client) if end is None else end

    def _place(self, id: Id) -> _Where:
        if id[1] < self.graph.end(id[0]):
            return self.graph.place(id)
        return self.found.structs[id[0]][bisect_right(self.starts[id[0]], id[1]) - 1][2]

    def _cut(self, client: int, clock: int) -> None:
        if self.graph.is_half(client, clock) or clock in self.found.halves.get(client, ()):
            raise UpdateRefused("The update cuts a character in two.")

    def _where(self, client: int, struct: Struct) -> _Where:
        if struct.kind == GC:
            return None
        where = self._between(struct) if struct.left or struct.right else self._inside(struct)
        if where is None or struct.kind == DELETED:
            return where
        if isinstance(where, _Container):
            if struct.kind != STRING:
                raise UpdateRefused("The update puts something into a text that is no text.")
            return where
        container, key = where
        child = ("cell", MAP) if container.kind == "cells" else _CHILDREN[container.kind].get(key)
        if child is None:
            if struct.kind != ANY:
                raise UpdateRefused(f"The update gives {key[:40]!r} a value that is not JSON.")
        elif struct.kind != TYPE or struct.type != child[1]:
            raise UpdateRefused("The update puts something in place of a cell, its source or its metadata.")
        else:
            self.found.containers[client, struct.clock] = _Container(child[0])
        return where

    def _between(self, struct: Struct) -> _Where:
        """Where its neighbours are."""
        places = []
        if struct.left is not None:
            self._cut(struct.left[0], struct.left[1] + 1)
            places.append(self._place(struct.left))
        if struct.right is not None:
            self._cut(*struct.right)
            places.append(self._place(struct.right))
        if None in places:
            return None
        where = places[0]
        if places[-1] is not where:
            raise UpdateRefused("The update ties two places of the notebook together.")
        # An entry of a map need not say that it is one: `Y.mergeUpdates` forgets it, as the neighbours tell.
        if struct.right is not None if isinstance(where, tuple) else struct.keyed:
            raise UpdateRefused("The update confuses a text with a map.")
        return where

    def _rest(self, left: Id, struct: Struct) -> _Where:
        where = self._place(left)
        if isinstance(where, tuple):
            raise UpdateRefused("The update confuses a text with a map.")
        if struct.right is not None and where is not None and self._place(struct.right) is not where:
            raise UpdateRefused("The update ties two places of the notebook together.")
        return where

    def _inside(self, struct: Struct) -> _Where:
        """Where its parent is."""
        if struct.parent is not None:
            container = self.graph.container(struct.parent) or self.found.containers.get(struct.parent)
            if container is None:
                if self._place(struct.parent) is None:
                    return None
                raise UpdateRefused("The update puts something into what is neither a map nor a text.")
        else:
            container = self.graph.root(struct.root or "")
            if container is None:
                raise UpdateRefused("The update writes beside the notebook's cells and metadata.")
        if (container.kind == "text") == struct.keyed:
            raise UpdateRefused("The update confuses a text with a map.")
        return container if struct.key is None else (container, struct.key)
