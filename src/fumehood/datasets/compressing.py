"""Bodies in the encodings that browsers take, each made once and kept.

What is small is compressed when it is first asked for. What is large would make the first reader wait, so it is given
as it is while one thread compresses it for the next one. What hardly shrinks is given as it is for good. What is nearly
all zeros is packed as it is made: that takes less time than sending it plain.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal, NamedTuple, get_args

from fumehood.core.limits import DATASET_BODIES, DATASET_COMPRESS_AT_ONCE, DATASET_COMPRESS_LEAST, KIB
from fumehood.datasets.genes.cache import Kept

Encoding = Literal["zstd", "br", "gzip"]
ENCODINGS: Final[tuple[Encoding, ...]] = get_args(Encoding)
"""The one that is liked best comes first: at equal size zstd costs the least on both sides."""
_WORTH: Final = 0.9
_TASTE: Final = 64 * KIB
"""Of a large body: where its beginning does not shrink, nor will the rest."""
_NOT_WORTH: Final = b""


class Body(NamedTuple):
    encoding: Encoding | None
    data: bytes | memoryview


def compress(encoding: Encoding, data: bytes | memoryview) -> bytes:
    """At levels at which a gene costs one to three milliseconds; the next ones up take twice as long for 5 % less."""
    if encoding == "zstd":
        import zstandard

        return zstandard.ZstdCompressor(level=3).compress(data)
    if encoding == "br":
        import brotli

        return bytes(brotli.compress(bytes(data), quality=4))
    packer = zlib.compressobj(3, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def compress_pieces(pieces: Iterable[memoryview], size: int) -> bytes:
    """As zstd, of `size` bytes in all that were never in memory together, and hardly anything but zeros."""
    import zstandard

    packer = zstandard.ZstdCompressor(level=1).compressobj(size=size)
    return b"".join([*map(packer.compress, pieces), packer.flush()])


class TooFull(Exception):
    """What was to be packed at once takes too long for that."""


class Bodies:
    """Bodies and their compressed forms, of one server: bounded in bytes, each made once at a time."""

    def __init__(self, limit: int = DATASET_BODIES) -> None:
        self._limit = limit
        self._kept: Kept[bytes | memoryview] = Kept(limit, len)
        self._later = ThreadPoolExecutor(1, "fumehood-compress")
        self._lock = threading.Lock()
        self._promised: set[tuple[str, Encoding]] = set()
        self.compressed = 0
        """How many bodies were compressed, for tests that count."""

    def body(
        self,
        key: str,
        accepted: Sequence[str],
        make: Callable[[], bytes | memoryview],
        *,
        plain: bool = True,
        zstd: Callable[[], bytes] | None = None,
    ) -> Body:
        """The body of `key`, which names its bytes for good, in an encoding of `accepted` where that is worth it.

        `plain`: the plain form is kept, too; not where making it again costs less than the room that it takes.
        `zstd` makes that form without the plain one; raises `TooFull` where it would take as long as any other.
        """
        wanted = [encoding for encoding in ENCODINGS if encoding in accepted]
        for encoding in wanted:
            ready = self._kept.peek((key, encoding))
            if ready:
                return Body(encoding, ready)
        if zstd is not None and "zstd" in wanted:
            try:
                return Body("zstd", self._kept.get((key, "zstd"), zstd))
            except TooFull:
                pass
        data = self._kept.get((key, None), make) if plain else make()
        if not wanted or len(data) < DATASET_COMPRESS_LEAST:
            return Body(None, data)
        encoding = wanted[0]
        if self._kept.peek((key, encoding)) is not None:
            return Body(None, data)  # tried: it is not worth it
        if len(data) > self._limit // 4:
            return Body(None, data)  # it could not be kept, and would be compressed for every reader
        if len(data) > DATASET_COMPRESS_AT_ONCE:
            self._promise(key, encoding, data)
            return Body(None, data)
        packed = self._kept.get((key, encoding), lambda: self._pack(encoding, data))
        return Body(encoding, packed) if packed else Body(None, data)

    def _pack(self, encoding: Encoding, data: bytes | memoryview) -> bytes:
        self.compressed += 1
        if len(data) > 4 * _TASTE and len(compress(encoding, memoryview(data)[:_TASTE])) >= _WORTH * _TASTE:
            return _NOT_WORTH
        packed = compress(encoding, data)
        return packed if len(packed) < _WORTH * len(data) else _NOT_WORTH

    def _promise(self, key: str, encoding: Encoding, data: bytes | memoryview) -> None:
        with self._lock:
            if (key, encoding) in self._promised:
                return
            self._promised.add((key, encoding))

        def work() -> None:
            try:
                self._kept.get((key, encoding), lambda: self._pack(encoding, data))
            finally:
                with self._lock:
                    self._promised.discard((key, encoding))

        try:
            self._later.submit(work)
        except RuntimeError:  # closed meanwhile
            pass

    def settle(self) -> None:
        """Waits until what was promised is there; for tests and before measuring."""
        self._later.submit(lambda: None).result()

    def close(self) -> None:
        self._later.shutdown(wait=False, cancel_futures=True)
        self._kept.clear()
