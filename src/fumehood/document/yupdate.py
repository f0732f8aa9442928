"""Reads Yjs updates and state vectors (version 1 of the encoding) before Rust does.

What pycrdt does with hostile bytes is not ours to choose: a count that promises more than there is becomes an
allocation that aborts the process, and nested values overflow the stack. So every byte is walked here first: lengths
fit, numbers are in range, text is UTF-8, JSON values are shallow, and only those kinds of content pass that the
notebook's schema knows (text, maps, JSON values). What the parts refer to is looked at in `graph`, what they mean in
`gate`.

Format: yjs/src/utils/encoding.js, yjs/src/structs/Item.js, lib0/encoding.js.
"""

from __future__ import annotations

from typing import NamedTuple

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, UpdateRefused

GC, DELETED, STRING, TYPE, ANY, SKIP = 0, 1, 4, 7, 8, 10
MAP, TEXT = 1, 2

_CLOCKS = 2**31
"""Clocks and lengths are 32 bit in yrs and signed in places."""
_CLIENTS = 2**53

Id = tuple[int, int]
"""Client id and clock."""


class Struct(NamedTuple):
    """An item, or a gap that garbage collection left."""

    clock: int
    length: int
    """In clock ticks: UTF-16 units of a text."""
    kind: int
    left: Id | None = None
    right: Id | None = None
    root: str | None = None
    parent: Id | None = None
    keyed: bool = False
    """An entry of a map. The key is only written where neither neighbour is."""
    key: str | None = None
    type: int = 0
    """`MAP` or `TEXT`, of a `TYPE`."""
    halves: tuple[int, ...] = ()
    """Clocks of the second halves of characters that take two UTF-16 units."""


class Update(NamedTuple):
    structs: dict[int, list[Struct]]
    """By client, with clocks that follow one another."""
    deletes: list[tuple[int, int, int]]
    """(client, first clock, the one after the last)."""


class _Reader:
    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.end = len(data)

    def byte(self) -> int:
        at = self.at
        if at >= self.end:
            raise UpdateRefused("The update is cut off.")
        self.at = at + 1
        return self.data[at]

    def number(self, below: int) -> int:
        """A variable-length unsigned integer."""
        data, at, end = self.data, self.at, self.end
        value = shift = 0
        while True:
            if at >= end:
                raise UpdateRefused("The update is cut off.")
            digit = data[at]
            at += 1
            value |= (digit & 0x7F) << shift
            if digit < 0x80:
                break
            shift += 7
            if shift > 63:
                raise UpdateRefused("The update has a number that is too long.")
        if value >= below:
            raise UpdateRefused("The update has a number that is out of range.")
        self.at = at
        return value

    def count(self) -> int:
        """A number of things of which each has a byte at least."""
        value = self.number(1 << 32)
        if value > self.end - self.at:
            raise UpdateRefused("The update promises more than it has.")
        return value

    def skip(self, length: int) -> None:
        if length > self.end - self.at:
            raise UpdateRefused("The update is cut off.")
        self.at += length

    def text(self) -> str:
        length = self.count()
        start = self.at
        self.at = start + length
        try:
            return self.data[start : start + length].decode()
        except UnicodeDecodeError as error:
            raise UpdateRefused("The update has text that is not UTF-8.") from error

    def id(self) -> Id:
        return self.number(_CLIENTS), self.number(_CLOCKS)


def _any(read: _Reader, depth: int) -> None:
    """A lib0 "any" value; only what JSON has."""
    if depth > limits.JSON_DEPTH:
        raise UpdateRefused(f"The update has a value nested more than {limits.JSON_DEPTH} levels deep.")
    kind = read.byte()
    if kind in (120, 121, 126):  # true, false, null
        return
    if kind == 119:
        read.text()
    elif kind == 125:  # a signed integer: the first byte has six bits
        if read.byte() & 0x80:
            read.number(1 << 57)
    elif kind == 124:
        read.skip(4)
    elif kind == 123:
        read.skip(8)
    elif kind == 118:
        for _ in range(read.count()):
            read.text()
            _any(read, depth + 1)
    elif kind == 117:
        for _ in range(read.count()):
            _any(read, depth + 1)
    else:
        raise UpdateRefused("The update has a value that JSON does not have.")


def _halves(text: str, clock: int) -> tuple[int, ...]:
    if text.isascii() or max(text) <= "\uffff":
        return ()
    found = []
    for character in text:
        if character > "\uffff":
            clock += 1
            found.append(clock)
        clock += 1
    return tuple(found)


def _struct(read: _Reader, clock: int) -> Struct:
    info = read.byte()
    kind = info & 0x1F
    if kind == GC:
        return Struct(clock, read.number(_CLOCKS), GC)
    left = read.id() if info & 0x80 else None
    right = read.id() if info & 0x40 else None
    keyed = bool(info & 0x20)
    root = parent = key = None
    if left is None and right is None:
        if read.number(2):
            root = read.text()
        else:
            parent = read.id()
        if keyed:
            key = read.text()
    if kind == STRING:
        text = read.text()
        halves = _halves(text, clock)
        return Struct(clock, len(text) + len(halves), kind, left, right, root, parent, keyed, key, 0, halves)
    if kind == DELETED:
        return Struct(clock, read.number(_CLOCKS), kind, left, right, root, parent, keyed, key)
    if kind == ANY:
        if read.number(1 << 32) != 1:
            raise UpdateRefused("The update has a list where the notebook has none.")
        _any(read, 0)
        return Struct(clock, 1, kind, left, right, root, parent, keyed, key)
    if kind == TYPE:
        return Struct(clock, 1, kind, left, right, root, parent, keyed, key, read.number(1 << 32))
    if kind == SKIP:
        raise UpdateRefused("The update has a gap: it builds on changes that never arrived.")
    raise UpdateRefused("The update has a kind of data that a notebook does not have.")


def read_update(data: bytes) -> Update:
    """Raises `UpdateRefused` for what is no update or has content that no notebook has, `LimitExceeded`."""
    if len(data) > limits.SYNC_MESSAGE:
        raise LimitExceeded(f"An update may have {limits.SYNC_MESSAGE} bytes.")
    read = _Reader(data)
    sections: dict[int, list[Struct]] = {}
    total = 0
    for _ in range(read.count()):
        count = read.count()
        total += count
        if total > limits.UPDATE_STRUCTS:
            raise LimitExceeded(f"An update may have {limits.UPDATE_STRUCTS} changes.")
        client = read.number(_CLIENTS)
        clock = read.number(_CLOCKS)
        if client in sections or not count:
            raise UpdateRefused("The update is not in order.")
        structs = sections[client] = []
        for _ in range(count):
            struct = _struct(read, clock)
            clock += struct.length
            if clock >= _CLOCKS or not struct.length:
                raise UpdateRefused("The update has a number that is out of range.")
            structs.append(struct)
    deletes = []
    for _ in range(read.count()):
        client = read.number(_CLIENTS)
        for _ in range(read.count()):
            start = read.number(_CLOCKS)
            deletes.append((client, start, start + read.number(_CLOCKS)))
    if read.at != read.end:
        raise UpdateRefused("The update has bytes after its end.")
    return Update(sections, deletes)


def read_state_vector(data: bytes) -> dict[int, int]:
    """Client id to the number of its ticks that are known. Raises `UpdateRefused`."""
    read = _Reader(data)
    vector = {}
    for _ in range(read.count()):
        client = read.number(_CLIENTS)
        vector[client] = read.number(_CLOCKS)
    if read.at != read.end:
        raise UpdateRefused("The state vector has bytes after its end.")
    return vector


def check_state_vector(data: bytes) -> None:
    """Raises `UpdateRefused` for what is no state vector."""
    read_state_vector(data)
