"""Reads Yjs updates and state vectors (version 1 of the encoding) before Rust does.

What pycrdt does with hostile bytes is not ours to choose: a count that promises more than there is becomes an
allocation that aborts the process, nested values overflow the stack, a missing predecessor is kept for later without
a word, and a cut through a character that takes two UTF-16 units shifts every clock behind it (yrs 0.28), so that the
document can be written and never be read again. So every byte is walked here first: lengths fit, numbers are in range,
text is UTF-8, JSON values are shallow, and only those kinds of content pass that the notebook's schema knows (text,
maps, JSON values). It never interprets what the update means; `gate` looks at that in a replica.

Format: yjs/src/utils/encoding.js, lib0/encoding.js.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, UpdateRefused

ROOTS = frozenset(("cells", "metadata"))

_CLOCKS = 2**31
"""Clocks and lengths are 32 bit in yrs and signed in places."""
_CLIENTS = 2**53
_MAP, _TEXT = 1, 2


@dataclass(slots=True)
class Contents:
    """What an update brings, by client."""

    structs: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Client id to the first clock and the one after the last."""
    deletes: dict[int, int] = field(default_factory=dict)
    """Client id to the highest clock that is deleted, plus one."""
    cuts: list[tuple[int, int]] = field(default_factory=list)
    """(client, clock) before which an existing item is cut in two."""
    halves: dict[int, set[int]] = field(default_factory=dict)
    """Client id to the clocks of the second halves of characters that take two (UTF-16 surrogates)."""

    def splits_a_character(self, known: Mapping[int, AbstractSet[int]]) -> bool:
        """Whether it cuts between the two halves of a character, its own or a known one."""
        nothing: frozenset[int] = frozenset()
        return any(
            clock in known.get(client, nothing) or clock in self.halves.get(client, nothing)
            for client, clock in self.cuts
        )


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

    def id(self) -> tuple[int, int]:
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


def _string(text: str, client: int, clock: int, found: Contents) -> int:
    """The ticks of a string: its UTF-16 units."""
    if text.isascii() or max(text) <= "\uffff":
        return len(text)
    halves = found.halves.setdefault(client, set())
    at = clock
    for character in text:
        if character > "\uffff":
            at += 1
            halves.add(at)
        at += 1
    return at - clock


def _item(read: _Reader, info: int, client: int, clock: int, found: Contents) -> int:
    """One item; returns its length in clock ticks."""
    if info & 0x80:
        left, last = read.id()
        found.cuts.append((left, last + 1))
    if info & 0x40:
        found.cuts.append(read.id())
    if not info & 0xC0:
        if read.number(2):
            if read.text() not in ROOTS or not info & 0x20:
                raise UpdateRefused("The update writes beside the notebook's cells and metadata.")
        else:
            read.id()
        if info & 0x20:
            read.text()
    kind = info & 0x1F
    if kind == 4:
        length = _string(read.text(), client, clock, found)
    elif kind == 1:
        length = read.number(_CLOCKS)
    elif kind == 8:
        if read.number(1 << 32) != 1:
            raise UpdateRefused("The update has a list where the notebook has none.")
        _any(read, 0)
        length = 1
    elif kind == 7:
        if read.number(1 << 32) not in (_MAP, _TEXT):
            raise UpdateRefused("The update has a kind of data that a notebook does not have.")
        length = 1
    else:
        raise UpdateRefused("The update has a kind of data that a notebook does not have.")
    if not length:
        raise UpdateRefused("The update has an empty item.")
    return length


def read_update(data: bytes) -> Contents:
    """Raises `UpdateRefused` for what is no update or has content that no notebook has, `LimitExceeded`."""
    if len(data) > limits.SYNC_MESSAGE:
        raise LimitExceeded(f"An update may have {limits.SYNC_MESSAGE} bytes.")
    read = _Reader(data)
    found = Contents()
    total = 0
    for _ in range(read.count()):
        structs = read.count()
        total += structs
        if total > limits.UPDATE_STRUCTS:
            raise LimitExceeded(f"An update may have {limits.UPDATE_STRUCTS} changes.")
        client = read.number(_CLIENTS)
        start = clock = read.number(_CLOCKS)
        if client in found.structs or not structs:
            raise UpdateRefused("The update is not in order.")
        for _ in range(structs):
            info = read.byte()
            if info & 0x1F == 10:
                raise UpdateRefused("The update has a gap: it builds on changes that never arrived.")
            length = read.number(_CLOCKS) if info & 0x1F == 0 else _item(read, info, client, clock, found)
            clock += length
            if clock >= _CLOCKS or not length:
                raise UpdateRefused("The update has a number that is out of range.")
        found.structs[client] = (start, clock)
    for _ in range(read.count()):
        client = read.number(_CLIENTS)
        if client in found.deletes:
            raise UpdateRefused("The update is not in order.")
        end = 0
        for _ in range(read.count()):
            start = read.number(_CLOCKS)
            stop = start + read.number(_CLOCKS)
            found.cuts += ((client, start), (client, stop))
            end = max(end, stop)
        found.deletes[client] = end
    if read.at != read.end:
        raise UpdateRefused("The update has bytes after its end.")
    return found


_FOUR_BYTES = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")


def halves_of(state: bytes) -> dict[int, set[int]]:
    """`Contents.halves` of a document's own state."""
    if not _FOUR_BYTES.search(state):
        return {}
    return read_update(state).halves


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
