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
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one
from aiohttp.http_exceptions import BadHttpMethod  # noqa: TID253

from fumehood.core import limits
from fumehood.core.errors import Internal
from fumehood.core.ids import BlobHash, blob_hash
from fumehood.doors.guards import (
    LOOPBACK,
    Origin,
    Refusal,
    Route,
    is_sealed,
    refuse_host,
    refuse_method,
    refuse_origin,
    refuse_target,
)
from fumehood.doors.ranges import Span, matches, parse_range, range_still_valid
from fumehood.store.blobs import BlobStore

log = logging.getLogger(__name__)

_METHODS: Final = ("GET", "HEAD")
ROUTES: Final = (
    Route("/blob/{sha256}", _METHODS, "the hash of the bytes"),
    Route("/plugins/{name}", _METHODS, "the name, which holds the hash of public bytes"),
)
SEALED: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"

_BLOB: Final = re.compile(r"/blob/([0-9a-f]{64})\Z", re.ASCII)
_PLUGIN: Final = re.compile(r"/plugins/([A-Za-z0-9._-]{1,200})\Z", re.ASCII)
_NOTHING_TO_SAY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": SEALED,
    "Server": "fumehood",
}
_SHARED: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Server": "fumehood",
}
"""What opaque frames need to read an answer, and what keeps browsers from guessing."""
_FOREVER: Final = "private, max-age=31536000, immutable"
_FULL: Final = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"


def raster_type(head: bytes) -> str | None:
    """The media type of a raster image, by its first 12 bytes. SVG is a program, not a raster."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


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
        self.connections: dict[_Connection, None] = {}
        """Oldest first."""

    @staticmethod
    def routes() -> tuple[Route, ...]:
        return ROUTES

    async def start(self) -> None:
        """Listens on a port of 127.0.0.1 that the system chooses. Raises OSError."""
        loop = asyncio.get_running_loop()
        manager = self._manager = web.Server(self._handle)
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            listener.bind((LOOPBACK, 0))
            self._server = await loop.create_server(
                lambda: _Connection(self, manager, loop), sock=listener, backlog=limits.BLOB_CONNECTIONS
            )
        except BaseException:
            listener.close()
            raise
        self._host = f"{LOOPBACK}:{listener.getsockname()[1]}"
        self.url = f"http://{self._host}"

    async def close(self) -> None:
        if self._server is None or self._manager is None:
            return
        self._server.close()
        for connection in list(self.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await self._manager.shutdown(limits.BLOB_CLOSE_SECONDS)
        await self._server.wait_closed()
        self._server = None

    def admit(self) -> bool:
        """Whether one more connection may be; makes room by closing the one that has been idle since longest ago."""
        if len(self.connections) < limits.BLOB_CONNECTIONS:
            return True
        for connection in self.connections:
            if not connection.busy:
                del self.connections[connection]
                connection.force_close()
                return True
        return False

    # -- one request

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        assert isinstance(connection, _Connection)
        connection.busy = True
        try:
            refusal = self._refuse(request)
            if refusal is not None:
                return _refused(refusal)
            target = request.raw_path
            if found := _BLOB.match(target):
                return await self._blob(request, BlobHash(found[1]))
            if (found := _PLUGIN.match(target)) and (plugin := self._plugins.get(found[1])) is not None:
                policy = {"Content-Security-Policy": plugin.policy}
                headers = {**plugin.headers, **policy, "Content-Type": plugin.content_type}
                return _constant(request, plugin.body, plugin.tag, headers)
            return _missing()
        finally:
            connection.busy = False

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
            return _constant(request, data, f'"{name}"', _blob_headers(data[:12]))
        return _missing()

    async def _file(self, request: web.BaseRequest, place: Path, tag: str) -> web.StreamResponse:
        """Raises FileNotFoundError before anything was sent."""
        fd = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb", 0) as file:
            size = os.fstat(fd).st_size
            if size <= limits.BLOB_READ_WHOLE:
                data = file.read()
                return _constant(request, data, tag, _blob_headers(data[:12]))
            answer, span = _answer(request, size, tag, _blob_headers(os.pread(fd, 12, 0)))
            if span is None:
                return answer
            await answer.prepare(request)
            if request.method != "HEAD":
                await _send_file(request, file, span)
            await answer.write_eof()
            return answer


class _Connection(web.RequestHandler):
    """One client's connection: counted, with time limits, and with our answers to what is not HTTP."""

    def __init__(self, door: BlobDoor, manager: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            manager,
            loop=loop,
            # From the first byte of a connection to the end of a request's head, and between two requests.
            keepalive_timeout=limits.BLOB_IDLE_SECONDS,
            lingering_time=0,
            max_line_size=limits.BLOB_HEAD_LINE,
            max_field_size=limits.BLOB_HEAD_LINE,
            max_headers=limits.BLOB_HEAD_FIELDS,
            access_log=None,  # type: ignore[arg-type]  # aiohttp: None turns it off
            logger=log,
        )
        self._door = door
        self.busy = False
        """Answers a request; otherwise it may be closed for a newcomer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self._door.admit():
            assert isinstance(transport, asyncio.Transport)
            transport.write(_FULL)
            transport.close()
            return
        self._door.connections[self] = None
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._door.connections.pop(self, None)
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("The answer has begun; it can only be cut.")
        if status == 500:
            log.error("A request for a blob failed.", exc_info=exc)
            return _refused(Refusal(500, "The server failed."))
        if isinstance(exc, BadHttpMethod):
            return _refused(Refusal(405, "That method does not exist here.", _METHODS))
        return _refused(Refusal(status, "That is not a request."))


# -- answers


def _refused(refusal: Refusal) -> web.Response:
    answer = web.Response(status=refusal.status, text=f"{refusal.reason}\n", headers=_NOTHING_TO_SAY)
    answer.headers["Cache-Control"] = "no-store"
    if refusal.allow:
        answer.headers["Allow"] = ", ".join(refusal.allow)
    answer.force_close()
    return answer


def _missing() -> web.Response:
    """Readable for pages, so that a sealed frame can tell a blob that is gone from a server that is."""
    headers = {**_SHARED, "Content-Security-Policy": SEALED, "Cache-Control": "no-store"}
    return web.Response(status=404, text="There is nothing of that name.\n", headers=headers)


def _blob_headers(head: bytes) -> dict[str, str]:
    return {"Content-Type": raster_type(head) or "application/octet-stream", "Content-Security-Policy": SEALED}


def _answer(
    request: web.BaseRequest, size: int, tag: str, headers: Mapping[str, str]
) -> tuple[web.StreamResponse, Span | None]:
    """The answer's head, and the part of the bytes that follows it; None where there is no part."""
    head = {**headers, **_SHARED, "Cache-Control": _FOREVER, "ETag": tag, "Accept-Ranges": "bytes"}
    asked = request.headers
    if matches(asked.get("If-None-Match"), tag):
        del head["Content-Type"]
        return web.Response(status=304, headers=head), None
    wanted = None
    # RFC 9110, section 14.2: a range is for GET alone.
    if request.method == "GET" and range_still_valid(asked.get("If-Range"), tag):
        wanted = parse_range(asked.get("Range"), size)
    if wanted == "unsatisfiable":
        head |= {"Content-Range": f"bytes */{size}", "Content-Type": "text/plain", "Cache-Control": "no-store"}
        return web.Response(status=416, headers=head, body=b""), None
    span = wanted or Span(0, size)
    answer = web.StreamResponse(status=206 if wanted else 200, headers=head)
    if wanted:
        answer.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    answer.content_length = span.end - span.start
    return answer, span


def _constant(request: web.BaseRequest, body: bytes, tag: str, headers: Mapping[str, str]) -> web.StreamResponse:
    answer, span = _answer(request, len(body), tag, headers)
    if span is None:
        return answer
    # A Response sends head and body in one packet.
    return web.Response(status=answer.status, headers=answer.headers, body=body[span.start : span.end])


async def _send_file(request: web.BaseRequest, file: Any, span: Span) -> None:
    """From the page cache to the socket. A client that takes too little in too long a time is cut off.

    Raises ConnectionError.
    """
    loop = asyncio.get_running_loop()
    at = span.start
    while at < span.end:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("The client is gone.")
        count = min(limits.BLOB_SEND_CHUNK, span.end - at)
        try:
            async with asyncio.timeout(limits.BLOB_STALL_SECONDS):
                sent = await loop.sendfile(transport, file, at, count)
        except (TimeoutError, OSError, RuntimeError) as error:
            transport.abort()
            raise ConnectionResetError("The client is gone, or does not read.") from error
        if sent != count:
            transport.abort()  # the file became shorter: the client must not take it for the whole
            raise ConnectionResetError("A blob's file was cut.")
        at += sent
