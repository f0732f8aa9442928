"""The file of names: what is where in it, and the keys by which a name finds those that are like it.

`scripts/names` writes it with what stands here, `index` reads it. All numbers are little-endian. The header is the
magic, the format's version, the day of the list as a number (20261121), and offset and size of each section.

Two tables find things by a hash alone. Its upper bits choose a bucket, the lower ones are kept, sorted within the
bucket. Nothing secret depends on it: what the table of keys finds by 32 bits is compared letter by letter, and a name
that falls on one of the known by 40 bits (one in a million does) is merely not called unknown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, Literal
from zlib import crc32

MAGIC: Final = b"hoodname"
VERSION: Final = 1
SECTIONS: Final = (
    "text",
    "starts",
    "ranks",
    "meant",
    "kinds",
    "known_at",
    "known",
    "known_more",
    "keys_at",
    "keys",
    "owners",
)
Code = Literal["B", "H", "I"]
CODES: Final[dict[str, Code]] = {
    "starts": "I",
    "ranks": "H",
    "meant": "H",
    "known_at": "I",
    "known": "H",
    "keys_at": "I",
    "keys": "H",
    "owners": "H",
}
"""How a section's bytes are numbers; the others are bytes."""
HEADER: Final = struct.Struct(f"<8sII{2 * len(SECTIONS)}I")
BUCKETS: Final = 1 << 16
KNOWN_MODULUS: Final = (1 << 40) - 87
"""The greatest prime below 2^40."""
NOBODY: Final = 0xFFFF

PACKAGE: Final = 0
IMPORTED: Final = 1
"""A name that is imported, of a package that is called otherwise: `cv2`, `sklearn`."""
SPOKEN: Final = 2
"""What people call a package that is called otherwise: `beautifulsoup`."""
STANDARD: Final = 3
"""A module that comes with Python."""
VOUCHED: Final = 4
"""A package that is not among the ranked ones and that we know."""

SQUEEZED: Final = b"S"
SKELETON: Final = b"K"
WORDS: Final = b"W"
STEM: Final = b"N"
GAP: Final = b"G"
"""What a key begins with, which no name does; the keys of a name's letters, the most by far, begin with nothing."""

SHORTEST: Final = 3
"""Targets with fewer letters are found as they are and by nothing else."""
TWICE_FROM: Final = 7
TWICE_TO: Final = 15
"""Two slips are looked for in names of this many letters,"""
TWICE_RANK: Final = 5_000
"""and for packages as well known as this: the keys of all of them would double the file."""


hashed = crc32
"""Of a key: 32 bits; the upper ones choose the bucket."""


def known_hash(name: bytes) -> int:
    """40 bits: 16 for the bucket, 16 that are sorted, 8 more. A name is read as a number with the last letter first."""
    return int.from_bytes(name, "little") % KNOWN_MODULUS


def once(name: bytes) -> set[bytes]:
    """`name` with one letter left out."""
    return {name[:at] + name[at + 1 :] for at in range(len(name))}


def twice(name: bytes) -> set[bytes]:
    """`name` with two letters left out."""
    return {
        name[:first] + name[first + 1 : second] + name[second + 1 :]
        for first in range(len(name) - 1)
        for second in range(first + 1, len(name))
    }


def gaps(words: list[str]) -> Iterator[bytes]:
    """The words of a name with one left out, in their places, where enough is left to tell names apart."""
    for at in range(len(words)):
        left = [*words[:at], "", *words[at + 1 :]]
        if sum(map(len, left)) >= 6 and len(words) >= 3:
            yield "-".join(left).encode()
