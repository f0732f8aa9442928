"""Reading outputs' bytes from the blob server, and whole outputs out of manifests.

The bytes of a hash never change, so what was read once may be kept by whoever asked. Nothing is sent but the hash.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

import aiohttp  # noqa: TID253 - nothing light imports this module: see client/__init__.py

from fumehood.client.results import Result, blobs_of
from fumehood.core import limits
from fumehood.core.errors import BlobMissing, DaemonUnreachable
from fumehood.core.ids import blob_hash, parse_blob_hash
from fumehood.document.outputs import to_nbformat
from fumehood.protocol.outputs import BlobRef, Output
from fumehood.protocol.state import CellRun


class Blobs:
    def __init__(self) -> None:
        self._url = ""
        """`http://127.0.0.1:PORT` of the present daemon."""
        self._moved = asyncio.Event()
        """Set when there is another daemon than the present one, or none will come."""
        self._over = False
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(limits.CLIENT_BLOB_READS)

    def at(self, url: str) -> None:
        """Where the daemon that was just reached serves them."""
        self._url = url
        self._moved.set()
        self._moved = asyncio.Event()

    def over(self) -> None:
        """No daemon will be reached any more."""
        self._over = True
        self._moved.set()

    async def read(self, hash: str) -> bytes:
        """From the next daemon, where this one was killed under it.

        Raises `BlobMissing`, `DaemonUnreachable`; also `BlobMissing` where the bytes are not those of the hash.
        """
        parse_blob_hash(hash)
        while True:
            moved = self._moved
            try:
                data = await self._read(hash)
            except DaemonUnreachable:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(limits.START_SECONDS):
                        await moved.wait()
                if self._over or not moved.is_set():
                    raise
                continue
            if blob_hash(data) != hash:
                raise BlobMissing("The bytes of an output are not what they were.", hash=hash)
            return data

    async def _read(self, hash: str) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, read_bufsize=limits.MIB
            )
        try:
            async with (
                self._slots,
                asyncio.timeout(limits.CALL_SECONDS),
                self._session.get(f"{self._url}/blob/{hash}") as answer,
            ):
                if answer.status != 200:
                    raise BlobMissing("The bytes of an output are not kept any more.", hash=hash)
                return await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DaemonUnreachable("The blob server does not answer.") from error

    async def read_all(self, refs: Iterable[BlobRef]) -> dict[str, bytes]:
        wanted = sorted({ref.blob for ref in refs})
        return dict(zip(wanted, await asyncio.gather(*(self.read(one) for one in wanted)), strict=True))

    async def whole(self, outputs: Iterable[Output]) -> list[dict[str, Any]]:
        """Manifests as nbformat outputs, with all their bytes."""
        outputs = list(outputs)
        refs = [ref for output in outputs for ref in blobs_of(output)]
        data = await self.read_all(refs) if refs else {}
        return [to_nbformat(output, lambda ref: data[ref.blob]) for output in outputs]

    async def result(self, run: CellRun, cell: str) -> Result:
        return Result(
            cell=cell,
            execution=run.execution,
            status=run.status,
            count=run.count,
            started=run.started,
            finished=run.finished,
            outputs=await self.whole(run.outputs),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
