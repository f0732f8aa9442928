"""One chunk, from the file into memory and back, never larger than was agreed before.

Gzip is inflated piece by piece into what may be there at most: the smallest of the chunk's own word, the caller's
bound and ours. A stream that would give more is refused at that byte. Must never inflate what nobody asked for.
"""

from __future__ import annotations

import zlib
from typing import Final

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, SessionUnreadable
from fumehood.datasets.sessions.layout import Source
from fumehood.datasets.sessions.manifest import ChunkEntry

_PIECE: Final = 256 * 1024
_GZIP: Final = 31
"""zlib's word for: gzip, with header and check sum."""
_KINDS: Final = ("json", "binary")


def read(source: Source, entry: ChunkEntry, start: int, stored: int, most: int) -> bytes:
    """The content of a chunk, of at most `most` bytes. Raises SessionUnreadable, LimitExceeded."""
    most = min(most, limits.SESSION_JSON if entry.kind == "json" else limits.SESSION_CHUNK)
    name = entry.id[:80]
    if entry.kind not in _KINDS or entry.codec not in ("none", "gzip"):
        raise SessionUnreadable(f"The chunk {name!r} is of a kind or in a packing that is not known.")
    declared = entry.uncompressed_bytes
    if declared is not None and declared > most:
        raise LimitExceeded(f"The chunk {name!r} says it has {declared} bytes; {most} are allowed.")
    if declared:
        most = declared
    if entry.codec == "none":
        if stored > most:
            raise LimitExceeded(f"The chunk {name!r} has {stored} bytes; {most} are allowed.")
        return source.read(start, stored)
    return _inflate(source, start, stored, most, name)


def _inflate(source: Source, start: int, stored: int, most: int, name: str) -> bytes:
    stream = zlib.decompressobj(_GZIP)
    whole = bytearray()
    end = start + stored
    try:
        while not stream.eof:
            waiting = stream.unconsumed_tail
            if not waiting:
                if start >= end:
                    raise SessionUnreadable(f"The packed chunk {name!r} ends in the middle.")
                waiting = source.read(start, min(_PIECE, end - start))
                start += len(waiting)
            # One byte more than may come tells a stream that ends from one that goes on.
            whole += stream.decompress(waiting, min(_PIECE, most + 1 - len(whole)))
            if len(whole) > most:
                raise LimitExceeded(f"The chunk {name!r} unpacks to more than the {most} bytes that it may have.")
    except zlib.error as error:
        raise SessionUnreadable(f"The packed chunk {name!r} is damaged: {error}.") from error
    if start < end or stream.unused_data:
        raise SessionUnreadable(f"Something follows the packed chunk {name!r}.")
    return bytes(whole)


def pack(data: bytes) -> bytes:
    """Gzip without a time in it, so that the same content gives the same bytes."""
    stream = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    return stream.compress(data) + stream.flush()
