"""Puts the file of names together: the same list gives the same bytes."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from fumehood.trust.lookalikes import forms, layout


class Target(NamedTuple):
    name: str
    rank: int
    kind: int
    meant: str
    """The package, or "" for what comes with Python."""
    famous: bool
    """Two slips in it are looked for."""


def build(day: int, targets: Sequence[Target], known: Iterable[str]) -> bytes:
    numbers = {one.name: number for number, one in enumerate(targets) if one.kind == layout.PACKAGE}
    starts = [0]
    for one in targets:
        starts.append(starts[-1] + len(one.name))
    hashes = sorted({layout.known_hash(name.encode()) for name in known})
    pairs = sorted({(layout.hashed(key), number) for number, one in enumerate(targets) for key in keys(one)})
    buckets = _buckets(len(pairs))
    shift = 32 - (buckets.bit_length() - 1)
    assert shift <= 16, "the bits between the bucket and the kept ones would be lost"
    parts = {
        "text": "".join(one.name for one in targets).encode("ascii"),
        "starts": starts,
        "ranks": [one.rank for one in targets],
        "meant": [numbers[one.meant] if one.meant else layout.NOBODY for one in targets],
        "kinds": bytes(one.kind for one in targets),
        "known_at": _starts((value >> 24 for value in hashes), layout.BUCKETS),
        "known": [value >> 8 & 0xFFFF for value in hashes],
        "known_more": bytes(value & 0xFF for value in hashes),
        "keys_at": _starts((value >> shift for value, _ in pairs), buckets),
        "keys": [value & 0xFFFF for value, _ in pairs],
        "owners": [number for _, number in pairs],
    }
    return _written(day, parts)


def keys(target: Target) -> set[bytes]:
    """By which a target is found."""
    name = target.name
    plain = name.encode("ascii")
    found = {plain}
    if len(name) < layout.SHORTEST:
        return found
    found |= layout.once(plain)
    if target.famous and layout.TWICE_FROM <= len(name) <= layout.TWICE_TO:
        found |= layout.twice(plain)
    found.add(layout.SQUEEZED + forms.squeezed(name).encode())
    found.add(layout.SKELETON + forms.skeleton(name).encode())
    if "-" in name:
        found.add(layout.WORDS + forms.ordered(name).encode())
        found |= {layout.GAP + one for one in layout.gaps(name.split("-"))}
    if len(stem := forms.stem(name)) >= layout.SHORTEST:
        found.add(layout.STEM + stem.encode())
    return found


def _buckets(entries: int) -> int:
    """Few enough that the directory stays small, many enough that a bucket has about six."""
    return max(layout.BUCKETS, 1 << (entries // 6).bit_length())


def _starts(of: Iterable[int], buckets: int) -> list[int]:
    """Where each bucket begins, and where the last one ends."""
    counts = [0] * buckets
    for bucket in of:
        counts[bucket] += 1
    return [0, *accumulate(counts)]


def _written(day: int, parts: dict[str, Sequence[int]]) -> bytes:
    body, places = bytearray(), []
    for name in layout.SECTIONS:
        part = parts[name]
        packed = part if isinstance(part, bytes) else _packed(layout.CODES[name], part)
        body += b"\0" * (-(layout.HEADER.size + len(body)) % 8)
        places += [layout.HEADER.size + len(body), len(packed)]
        body += packed
    return layout.HEADER.pack(layout.MAGIC, layout.VERSION, day, *places) + bytes(body)


def _packed(code: str, values: Sequence[int]) -> bytes:
    packed = array(code, values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
