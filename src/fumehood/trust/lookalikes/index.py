"""Reads the file of names: memory-mapped, so that loading it costs nothing and processes share it."""

from __future__ import annotations

import mmap
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Final

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
        self._keys_at = parts["keys_at"]
        self._keys = parts["keys"]
        self._owners = parts["owners"]
        self._shift = 32 - (len(self._keys_at) - 1).bit_length() + 1

    @classmethod
    def open(cls, file: Path = FILE) -> Index:
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
        return next((one for one in self.owners(layout.LETTERS + name.encode()) if self.name(one) == name), None)

    def is_known(self, name: str) -> bool:
        value = layout.hashed(name.encode())
        low, at, to = value & 0xFFFF, self._known_at[value >> 16], self._known_at[(value >> 16) + 1]
        at = bisect_left(self._known, low, at, to)
        return at < to and self._known[at] == low

    def owners(self, key: bytes) -> Iterator[int]:
        """The targets that may have this key; a few that have not come with them."""
        value = layout.hashed(key)
        low, bucket = value & 0xFFFF, value >> self._shift
        at, to = self._keys_at[bucket], self._keys_at[bucket + 1]
        at = bisect_left(self._keys, low, at, to)
        while at < to and self._keys[at] == low:
            yield self._owners[at]
            at += 1


def _numbers(part: memoryview, code: layout.Code) -> memoryview:
    if sys.byteorder == "little" or code == "B":
        return part.cast(code)
    swapped = array(code, bytes(part))
    swapped.byteswap()
    return memoryview(swapped)
