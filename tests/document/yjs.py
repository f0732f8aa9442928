"""Writes Yjs updates byte by byte, so that tests can say what no library would."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any


def number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return number(len(data)) + data


def any_value(value: Any) -> bytes:
    """A lib0 "any"."""
    match value:
        case None:
            return b"\x7e"
        case True:
            return b"\x78"
        case False:
            return b"\x79"
        case str():
            return b"\x77" + text(value)
        case int() | float():
            return b"\x7b" + struct.pack(">d", value)
        case bytes():
            return b"\x74" + text(value)
        case dict():
            return b"\x76" + number(len(value)) + b"".join(text(k) + any_value(v) for k, v in value.items())
        case list():
            return b"\x75" + number(len(value)) + b"".join(map(any_value, value))
    raise AssertionError(value)


STRING, DELETED, TYPE, ANY = 4, 1, 7, 8
MAP, TEXT = 1, 2

Id = tuple[int, int]


def item(
    content: bytes,
    kind: int,
    *,
    left: Id | None = None,
    right: Id | None = None,
    parent: Id | str | None = None,
    key: str | None = None,
    keyed: bool | None = None,
) -> bytes:
    """`content` as its kind spells it; `parent` is a root's name or an id."""
    keyed = key is not None if keyed is None else keyed
    info = kind | (0x80 if left else 0) | (0x40 if right else 0) | (0x20 if keyed else 0)
    out = bytes((info,))
    for neighbour in (left, right):
        if neighbour:
            out += number(neighbour[0]) + number(neighbour[1])
    if not left and not right:
        if isinstance(parent, str):
            out += number(1) + text(parent)
        else:
            assert parent is not None
            out += number(0) + number(parent[0]) + number(parent[1])
        if key is not None:
            out += text(key)
    return out + content


def string(value: str, **where: Any) -> bytes:
    return item(text(value), STRING, **where)


def value(content: Any, **where: Any) -> bytes:
    return item(number(1) + any_value(content), ANY, **where)


def map_(**where: Any) -> bytes:
    return item(number(MAP), TYPE, **where)


def text_type(**where: Any) -> bytes:
    return item(number(TEXT), TYPE, **where)


def update(
    sections: Sequence[tuple[int, int, Sequence[bytes]]] = (),
    deletes: Sequence[tuple[int, Sequence[tuple[int, int]]]] = (),
) -> bytes:
    """Sections are (client, first clock, items); deletes (client, [(clock, length)])."""
    out = number(len(sections))
    for client, clock, items in sections:
        out += number(len(items)) + number(client) + number(clock) + b"".join(items)
    out += number(len(deletes))
    for client, ranges in deletes:
        out += number(client) + number(len(ranges)) + b"".join(number(a) + number(b) for a, b in ranges)
    return out
