"""In which order the items of one text stand, those that were deleted among them.

yrs believes an item's neighbours: one that claims to stand between a character and another *before* it is put
somewhere, and somewhere else when the document is read again from its bytes. Who writes a text honestly saw the two
side by side, so the left one stands before the right one wherever others have typed since, and nothing between them
is older than they are. To know that, the order is worked out here as Yjs does it (yjs/src/structs/Item.js,
`integrate`), before yrs is asked.

A run of typing is one node, however long. Nodes are cut, never joined; `forget` takes back what an update added.
"""

from __future__ import annotations

from bisect import bisect_right

from fumehood.core.errors import UpdateRefused
from fumehood.document.yupdate import Id

_APART = "The update writes between two places of a text that were never side by side."


class _Node:
    __slots__ = ("after", "before", "client", "clock", "left", "length", "right")

    def __init__(self, client: int, clock: int, length: int, left: Id | None, right: Id | None) -> None:
        self.client = client
        self.clock = clock
        self.length = length
        self.left = left
        """The neighbours that it was written between."""
        self.right = right
        self.before: _Node | None = None
        self.after: _Node | None = None


class Sequence:
    __slots__ = ("_first", "_nodes", "_starts")

    def __init__(self) -> None:
        self._first: _Node | None = None
        self._starts: dict[int, list[int]] = {}
        self._nodes: dict[int, list[_Node]] = {}

    def add(self, id: Id, length: int, left: Id | None, right: Id | None) -> int:
        """An item whose neighbours are in this text; how many others stand between them. Raises `UpdateRefused`."""
        client, clock = id
        following = None if right is None else self._starts_with(right)  # first: it may cut the node that ends
        before = self._ends_with(left)
        if before is not None and left == (client, clock - 1) and before.right == right and before.after is following:
            before.length += length  # typing goes on
            return 0
        node = _Node(client, clock, length, left, right)
        before, passed = self._place(node, before, following)
        node.before = before
        if before is None:
            node.after, self._first = self._first, node
        else:
            node.after, before.after = before.after, node
        if node.after is not None:
            node.after.before = node
        self._starts.setdefault(client, []).append(clock)
        self._nodes.setdefault(client, []).append(node)
        return passed

    def forget(self, ends: dict[int, int]) -> None:
        """Takes everything out whose clock is not below its client's."""
        for client, end in ends.items():
            nodes, starts = self._nodes.get(client, []), self._starts.get(client, [])
            while nodes and starts[-1] >= end:
                starts.pop()
                self._unlink(nodes.pop())
            if nodes:
                nodes[-1].length = min(nodes[-1].length, end - nodes[-1].clock)

    def _unlink(self, node: _Node) -> None:
        if node.before is None:
            self._first = node.after
        else:
            node.before.after = node.after
        if node.after is not None:
            node.after.before = node.before

    def _place(self, node: _Node, before: _Node | None, following: _Node | None) -> tuple[_Node | None, int]:
        """The node after which it comes to stand, and how many it was compared with."""
        between: list[_Node] = []
        at = self._first if before is None else before.after
        known = [] if at is following else _known(node, before, following)
        while at is not following:
            if at is None:
                raise UpdateRefused(_APART)
            if any(client == at.client and at.clock <= clock for client, clock in known):
                raise UpdateRefused(_APART)
            between.append(at)
            at = at.after
        passed: set[_Node] = set()
        contested: set[_Node] = set()
        for other in between:
            passed.add(other)
            contested.add(other)
            if other.left == node.left:
                if other.client < node.client:
                    before = other
                    contested.clear()
                elif other.right == node.right:
                    break
            elif other.left is not None and (origin := self._holder(other.left)) in passed:
                if origin not in contested:
                    before = other
                    contested.clear()
            else:
                break
        return before, len(between)

    def _holder(self, id: Id) -> _Node:
        client, clock = id
        return self._nodes[client][bisect_right(self._starts[client], clock) - 1]

    def _ends_with(self, id: Id | None) -> _Node | None:
        if id is None:
            return None
        node = self._holder(id)
        self._cut(node, id[1] + 1)
        return node

    def _starts_with(self, id: Id) -> _Node:
        node = self._holder(id)
        return self._cut(node, id[1])

    def _cut(self, node: _Node, clock: int) -> _Node:
        """The node that begins at `clock`, if there is one in `node` that goes on after it."""
        if not node.clock < clock < node.clock + node.length:
            return node
        rest = _Node(node.client, clock, node.clock + node.length - clock, (node.client, clock - 1), node.right)
        node.length = clock - node.clock
        rest.before, rest.after = node, node.after
        if node.after is not None:
            node.after.before = rest
        node.after = rest
        place = bisect_right(self._starts[node.client], clock)
        self._starts[node.client].insert(place, clock)
        self._nodes[node.client].insert(place, rest)
        return rest


def _known(node: _Node, before: _Node | None, following: _Node | None) -> list[Id]:
    """What its author had for certain: the neighbours, what those were written between, and what they wrote before."""
    found = [node.left, node.right, (node.client, node.clock - 1)]
    for neighbour in (before, following):
        if neighbour is not None:
            found += (neighbour.left, neighbour.right)
    return [one for one in found if one is not None]
