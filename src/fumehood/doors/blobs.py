"""The blob server: what pages and sealed frames fetch, by hash or by a registered name, and nothing else (design §5).

GET and HEAD on `/blob/{sha256}` and `/plugins/{name}` at 127.0.0.1. The hash is the capability. A hash has no type:
bytes come as `application/octet-stream` but for rasters, which are told by their first bytes; whoever asks knows what
they are. Everything that a browser might render as a page is sealed by its own header. Must never form a file name
from a request but by a checked hash, redirect, set a cookie, or answer a request for another host.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one

from fumehood.core import limits
from fumehood.core.errors import Internal
from fumehood.core.ids import BlobHash, blob_hash
from fumehood.doors.answers import SEALED, answer_to, blob_headers, constant, missing, refused, send_file
from fumehood.doors.connections import Connection, Crowd, Terms, listen
from fumehood.doors.guards import (
    Origin,
    Refusal,
    Route,
    is_sealed,
    refuse_host,
    refuse_method,
    refuse_origin,
    refuse_target,
)
from fumehood.store.blobs import BlobStore

log = logging.getLogger(__name__)

_METHODS: Final = ("GET", "HEAD")
ROUTES: Final = (
    Route("/blob/{sha256}", _METHODS, "the hash of the bytes"),
    Route("/plugins/{name}", _METHODS, "the name, which holds the hash of public bytes"),
)

_BLOB: Final = re.compile(r"/blob/([0-9a-f]{64})\Z", re.ASCII)
_PLUGIN: Final = re.compile(r"/plugins/([A-Za-z0-9._-]{1,200})\Z", re.ASCII)


@dataclass(frozen=True)
class Plugin:
    """Constant bytes of ours that pages load by name; `policy` is the Content-Security-Policy they come with."""

    body: bytes
    content_type: str
    policy: str = SEALED
    headers: Mapping[str, str] = field(default_factory=dict)
    """More of them; what the door says itself wins."""

    def __post_init__(self) -> None:
        if not is_sealed(self.policy):
            raise Internal("A plugin's policy must seal it.")
        if any(set(text) & set("\r\n\0") for text in (self.content_type, self.policy, *self.headers.values())):
            raise Internal("A plugin's headers must be one line each.")

    @cached_property
    def tag(self) -> str:
        return f'"{blob_hash(self.body)}"'


class BlobDoor:
    url: str
    """`http://127.0.0.1:PORT`, once started."""

    def __init__(self, store: BlobStore, plugins: Mapping[str, Plugin], origins: Collection[Origin] = ()) -> None:
        """`plugins` is looked up anew at each request: whoever owns it may add to it. `origins`: of windows of ours."""
        self._store = store
        self._plugins = plugins
        self._origins = origins
        self._host = ""
        self._server: asyncio.Server | None = None
        self._manager: web.Server | None = None
        self._crowd = Crowd(_terms)

    @property
    def connections(self) -> Collection[Connection]:
        return self._crowd.members

    @staticmethod
    def routes() -> tuple[Route, ...]:
        return ROUTES

    async def start(self, port: int = 0) -> None:
        """Listens on this port of 127.0.0.1 if it is free, else on one that the system chooses. Raises OSError."""
        loop = asyncio.get_running_loop()
        manager = self._manager = web.Server(self._handle)

        def protocol() -> asyncio.Protocol:
            return Connection(self._crowd, manager, loop)

        try:
            self._server, self._host = await listen(protocol, limits.BLOB_CONNECTIONS, port)
        except OSError:
            if not port:
                raise
            self._server, self._host = await listen(protocol, limits.BLOB_CONNECTIONS)
        self.url = f"http://{self._host}"

    @property
    def port(self) -> int:
        return int(self._host.rpartition(":")[2])

    async def close(self) -> None:
        if self._server is None or self._manager is None:
            return
        self._server.close()
        self._crowd.abort()
        await self._manager.shutdown(limits.BLOB_CLOSE_SECONDS)
        await self._server.wait_closed()
        self._server = None

    # -- one request

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        assert isinstance(connection, Connection)
        with connection.answering():
            refusal = self._refuse(request)
            if refusal is not None:
                return refused(refusal)
            target = request.raw_path
            if found := _BLOB.match(target):
                return await self._blob(request, BlobHash(found[1]))
            if (found := _PLUGIN.match(target)) and (plugin := self._plugins.get(found[1])) is not None:
                policy = {"Content-Security-Policy": plugin.policy}
                headers = {**plugin.headers, **policy, "Content-Type": plugin.content_type}
                return constant(request, plugin.body, plugin.tag, headers)
            return missing()

    def _refuse(self, request: web.BaseRequest) -> Refusal | None:
        headers = request.headers
        return (
            refuse_method(request.method, _METHODS)
            or refuse_host(headers.getall("Host", []), self._host)
            or refuse_target(request.raw_path)
            or refuse_origin(headers.getall("Origin", []), self._origins, opaque=True, local=True)
            or (Refusal(400, "There is nothing to send here.") if request.body_exists else None)
        )

    async def _blob(self, request: web.BaseRequest, name: BlobHash) -> web.StreamResponse:
        # A blob of before this daemon's start is read and checked once; that may take a while.
        place = self._store.known(name) or await asyncio.to_thread(self._store.path, name)
        if place is not None:
            with contextlib.suppress(FileNotFoundError):  # swept a moment ago
                return await self._file(request, place, f'"{name}"')
        if (data := self._store.ephemeral(name)) is not None:
            return constant(request, data, f'"{name}"', blob_headers(data[:12]))
        return missing()

    async def _file(self, request: web.BaseRequest, place: Path, tag: str) -> web.StreamResponse:
        """Raises FileNotFoundError before anything was sent."""
        fd = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb", 0) as file:
            size = os.fstat(fd).st_size
            if size <= limits.BLOB_READ_WHOLE:
                data = file.read()
                return constant(request, data, tag, blob_headers(data[:12]))
            answer, span = answer_to(request, size, tag, blob_headers(os.pread(fd, 12, 0)))
            if span is None:
                return answer
            await answer.prepare(request)
            if request.method != "HEAD":
                await send_file(request, file, span)
            await answer.write_eof()
            return answer


def _terms() -> Terms:
    return Terms(
        most=limits.BLOB_CONNECTIONS, idle=limits.BLOB_IDLE_SECONDS, methods=_METHODS, refused=refused, log=log
    )
