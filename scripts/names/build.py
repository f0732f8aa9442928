"""Puts the file of names together: the same list gives the same bytes."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fumehood.trust.lookalikes import forms, layout


class Target(NamedTuple):
    name: str
    rank: int
    kind: int
    meant: str
    """The package, or "" for what comes with Python."""


def build(day: int, targets: Sequence[Target], known: Iterable[str]) -> bytes:
    numbers = {one.name: number for number, one in enumerate(targets) if one.kind == layout.PACKAGE}
    starts = [0]
    for one in targets:
        starts.append(starts[-1] + len(one.name))
    known_at, kept = _table(sorted({layout.hashed(name.encode()) for name in known}), layout.BUCKETS)
    pairs = sorted({(layout.hashed(key), number) for number, one in enumerate(targets) for key in keys(one.name)})
    keys_at, lows = _table([value for value, _ in pairs], _buckets(len(pairs)))
    parts = {
        "text": "".join(one.name for one in targets).encode("ascii"),
        "starts": starts,
        "ranks": [one.rank for one in targets],
        "meant": [numbers[one.meant] if one.meant else layout.NOBODY for one in targets],
        "kinds": bytes(one.kind for one in targets),
        "known_at": known_at,
        "known": kept,
        "keys_at": keys_at,
        "keys": lows,
        "owners": [number for _, number in pairs],
    }
    return _written(day, parts)


def keys(name: str) -> set[bytes]:
    """By which a target is found."""
    plain = name.encode("ascii")
    found = {layout.LETTERS + plain}
    if len(name) < layout.SHORTEST:
        return found
    found |= {layout.LETTERS + one for one in layout.once(plain)}
    if layout.TWICE_FROM <= len(name) <= layout.TWICE_TO:
        found |= {layout.LETTERS + one for one in layout.twice(plain)}
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


def _table(values: Sequence[int], buckets: int) -> tuple[list[int], list[int]]:
    """Of sorted values: where each bucket begins, and what is kept of each value."""
    shift = 32 - (buckets.bit_length() - 1)
    counts = [0] * buckets
    for value in values:
        counts[value >> shift] += 1
    at, total = [0], 0
    for count in counts:
        total += count
        at.append(total)
    assert shift <= 16, "the bits between the bucket and the kept ones would be lost"
    return at, [value & 0xFFFF for value in values]


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
