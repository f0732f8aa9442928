"""Unpacks compressed chunks; none of them becomes larger than the caller says, whatever it claims to be.

Formats that name their content's size are refused before anything is unpacked when it is another; for deflate, which
does not, unpacking ends at the bound.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable

if TYPE_CHECKING:
    from typing import Any

SLACK = 64 * limits.KIB
"""What packing may add to a chunk that does not pack."""
_ZLIB, _GZIP = 15, 31
_BLOSC_HEAD = 16
_WINDOW = 128 * limits.MIB


def inflated(raw: bytes, most: int, place: str, gzip: bool = False) -> bytes:
    packed = zlib.decompressobj(_GZIP if gzip else _ZLIB)
    try:
        found = packed.decompress(raw, most)
        more = b"" if packed.eof else packed.decompress(packed.unconsumed_tail, 1)
    except zlib.error as error:
        raise _damaged(place) from error
    if more:
        raise bomb(place, most)
    return found


def zstd(raw: bytes, most: int, place: str) -> bytes:
    import zstandard

    try:
        says = zstandard.get_frame_parameters(raw).content_size
        if says not in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR) and says > most:
            raise bomb(place, most)
        return zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompress(raw, max_output_size=most)
    except zstandard.ZstdError as error:
        raise _damaged(place) from error


def blosc(raw: bytes, most: int, place: str) -> bytes:
    import numcodecs.blosc

    if len(raw) < _BLOSC_HEAD:
        raise _damaged(place)
    says, packed = int.from_bytes(raw[4:8], "little"), int.from_bytes(raw[12:16], "little")
    if says > most:
        raise bomb(place, most)
    if packed != len(raw):
        raise _damaged(place)
    return _whole(numcodecs.blosc.decompress, raw, place)


def lz4(raw: bytes, most: int, place: str) -> bytes:
    import numcodecs.lz4

    if int.from_bytes(raw[:4], "little") > most:
        raise bomb(place, most)
    return _whole(numcodecs.lz4.decompress, raw, place)


def summed(raw: bytes, place: str) -> bytes:
    """Without the four bytes of CRC32C at the end, which have to be right."""
    import google_crc32c

    if len(raw) < 4 or int(google_crc32c.value(raw[:-4])) != int.from_bytes(raw[-4:], "little"):
        raise _damaged(place)
    return raw[:-4]


def _whole(unpack: Any, raw: bytes, place: str) -> bytes:
    try:
        return bytes(unpack(raw))
    except (RuntimeError, ValueError) as error:
        raise _damaged(place) from error


def _damaged(place: str) -> DatasetMemberUnreadable:
    return DatasetMemberUnreadable(f"A chunk of {place} is damaged.", place=place)


def bomb(place: str, size: int) -> DatasetMemberUnreadable:
    return DatasetMemberUnreadable(
        f"A chunk of {place} is larger than the {size:,} bytes that it declares.",
        hint="The file is damaged, or made to fill memory.",
        place=place,
    )
