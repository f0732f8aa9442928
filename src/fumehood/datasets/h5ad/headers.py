"""How long the texts of an attribute are, read from the object's header beside HDF5.

An attribute that is a list of texts holds one place in a heap for each of them, and all may be the same one: HDF5 would
copy a megabyte twenty thousand times before it could be asked how much that is. So the lengths are looked up first, in
the few forms of headers in which AnnData's attributes lie. Where they are kept otherwise the answer is None.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_ATTRIBUTE, _CONTINUED, _ELSEWHERE = 0x0C, 0x10, 0x15
_SHARED = 2
_BLOCKS, _BLOCK = 64, 256 * 1024
_PLACE = 16


def places(id: Any, name: bytes, count: int) -> list[tuple[int, int]] | None:
    """(length, address of the heap) of each text."""
    import h5py

    file = h5py.h5i.get_file_id(id)
    base = file.get_create_plist().get_userblock()
    try:
        for message in _messages(file.get_vfd_handle(), base, h5py.h5o.get_info(id).addr):
            found = _attribute(message, name, count)
            if found is not None:
                return found
    except (struct.error, IndexError, OSError):
        return None
    return None


def _messages(file: int, base: int, address: int) -> Iterator[bytes]:
    """The attributes in a header of either version, and in what continues it."""
    head = os.pread(file, 64, base + address)
    if head[:4] == b"OHDR":
        flags = head[5]
        at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = int.from_bytes(head[at : at + width], "little")
        blocks = [(address + at + width, size, 0)]
    else:
        flags, blocks = -1, [(address + 16, struct.unpack_from("<I", head, 8)[0], 0)]
    for number, (start, size, skip) in enumerate(blocks):
        raw = os.pread(file, min(size, _BLOCK), base + start)
        at, end = skip, len(raw) - (4 if skip else 0)
        while at + 4 <= end:
            if flags < 0:
                kind, length, how = struct.unpack_from("<HHB", raw, at)
                at += 8
            else:
                kind, length, how = struct.unpack_from("<BHB", raw, at)
                at += 6 if flags & 4 else 4
            body = raw[at : at + length]
            at += length
            if (kind == _ATTRIBUTE and how & _SHARED) or (kind == _ELSEWHERE and _is_elsewhere(body)):
                raise struct.error  # HDF5 would look there first
            if kind == _ATTRIBUTE:
                yield body
            elif kind == _CONTINUED and number + len(blocks) < _BLOCKS:
                blocks.append((*struct.unpack_from("<QQ", body), 4 if flags >= 0 else 0))


def _is_elsewhere(body: bytes) -> bool:
    """Whether the attributes lie in a heap of their own."""
    return body[4 if body[1] & 1 else 2 :][:8] != b"\xff" * 8


def _attribute(body: bytes, name: bytes, count: int) -> list[tuple[int, int]] | None:
    """The places, where `body` is the attribute of this name."""
    version = body[0]
    sizes = struct.unpack_from("<HHH", body, 2)
    at = 9 if version == 3 else 8
    if body[at : at + sizes[0]].split(b"\0")[0] != name:
        return None
    for size in sizes:
        at += -(-size // 8) * 8 if version == 1 else size
    raw = body[at : at + count * _PLACE]
    if len(raw) != count * _PLACE:
        return None
    return [struct.unpack_from("<IQ", raw, number * _PLACE) for number in range(count)]
