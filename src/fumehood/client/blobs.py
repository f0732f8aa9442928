"""Reading outputs' bytes from the blob server, and whole outputs out of manifests.

The bytes of a hash never change, so what was read once may be kept by whoever asked. Nothing is sent but the hash.
"""

from __future__ import annotations

import asyncio
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
        self.url = ""
        """`http://127.0.0.1:PORT` of the present daemon."""
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(limits.CLIENT_BLOB_READS)

    async def read(self, hash: str) -> bytes:
        """Raises `BlobMissing`, `DaemonUnreachable`; also `BlobMissing` where the bytes are not those of the hash."""
        parse_blob_hash(hash)
        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, read_bufsize=limits.MIB
            )
        try:
            async with (
                self._slots,
                asyncio.timeout(limits.CALL_SECONDS),
                self._session.get(f"{self.url}/blob/{hash}") as answer,
            ):
                if answer.status != 200:
                    raise BlobMissing("The bytes of an output are not kept any more.", hash=hash)
                data = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DaemonUnreachable("The blob server does not answer.") from error
        if blob_hash(data) != hash:
            raise BlobMissing("The bytes of an output are not what they were.", hash=hash)
        return data

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
