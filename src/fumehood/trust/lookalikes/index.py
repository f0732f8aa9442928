"""Reads the file of names: memory-mapped, so that loading it costs nothing and processes share it."""

from __future__ import annotations

import mmap
import sys
from array import array
from bisect import bisect_left
from pathlib import Path
from typing import Final, Self

from fumehood.core.errors import Internal
from fumehood.trust.lookalikes import layout

FILE: Final = Path(__file__).with_name("names.bin")


class Index:
    """Targets have numbers: the ranked packages in their order, then the other names that are meant for them."""

    def __init__(self, data: mmap.mmap | bytes) -> None:
        whole = memoryview(data)
        if len(whole) < layout.HEADER.size:
            raise Internal("The file of package names is cut off.")
        magic, version, self.day, *places = layout.HEADER.unpack_from(whole)
        if magic != layout.MAGIC or version != layout.VERSION:
            raise Internal("The file of package names is of another version of fumehood.")
        parts: dict[str, memoryview] = {}
        for name, at, size in zip(layout.SECTIONS, places[::2], places[1::2], strict=True):
            if at + size > len(whole):
                raise Internal("The file of package names is cut off.")
            parts[name] = _numbers(whole[at : at + size], layout.CODES.get(name, "B"))
        self._text = parts["text"]
        self._starts = parts["starts"]
        self._ranks = parts["ranks"]
        self._meant = parts["meant"]
        self._kinds = parts["kinds"]
        self._known_at = parts["known_at"]
        self._known = parts["known"]
        self._known_more = parts["known_more"]
        self._keys_at = parts["keys_at"]
        self._keys = parts["keys"]
        self._owners = parts["owners"]
        self._shift = 32 - (len(self._keys_at) - 1).bit_length() + 1

    @classmethod
    def open(cls, file: Path = FILE) -> Self:
        with file.open("rb") as opened:
            return cls(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))

    def __len__(self) -> int:
        return len(self._kinds)

    def name(self, number: int) -> str:
        return bytes(self._text[self._starts[number] : self._starts[number + 1]]).decode("ascii")

    def rank(self, number: int) -> int | None:
        return self._ranks[number] or None

    def kind(self, number: int) -> int:
        return self._kinds[number]

    def meant(self, number: int) -> int | None:
        """Which package is meant by it; None for what comes with Python."""
        meant = self._meant[number]
        return None if meant == layout.NOBODY else meant

    def number(self, name: str) -> int | None:
        """Of exactly this name."""
        return next((one for one in self.owners(name.encode()) if self.name(one) == name), None)

    def is_known(self, name: bytes) -> bool:
        return self.has_hash(layout.known_hash(name))

    def has_hash(self, value: int) -> bool:
        """Has a known name this `layout.known_hash`?"""
        bucket = value >> 24
        low = value >> 8 & 0xFFFF
        to = self._known_at[bucket + 1]
        at = bisect_left(self._known, low, self._known_at[bucket], to)
        while at < to and self._known[at] == low:
            if self._known_more[at] == value & 0xFF:
                return True
            at += 1
        return False

    def owners(self, *keys: bytes) -> set[int]:
        """The targets that may have one of these keys; a few that have none come with them."""
        # A name of fifteen letters has a hundred keys, so this is where the time goes.
        starts, lows, shift = self._keys_at, self._keys, self._shift
        found: set[int] = set()
        for key in keys:
            value = layout.hashed(key)
            bucket = value >> shift
            at, to = starts[bucket], starts[bucket + 1]
            if at == to:
                continue
            low = value & 0xFFFF
            at = bisect_left(lows, low, at, to)
            while at < to and lows[at] == low:
                found.add(self._owners[at])
                at += 1
        return found


def _numbers(part: memoryview, code: layout.Code) -> memoryview:
    if sys.byteorder == "little" or code == "B":
        return part.cast(code)
    swapped = array(code, bytes(part))
    swapped.byteswap()
    return memoryview(swapped)
