"""The connections of an HTTP door on a port: counted, with time limits, and with our answers to what is not HTTP.

A port is open to every program of the machine, so one of them must not take it from the others: beyond the bound the
connection that has been idle since longest ago makes room, and where all are busy, the newcomer is told so.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one
from aiohttp.http_exceptions import BadHttpMethod  # noqa: TID253

from fumehood.core import limits
from fumehood.doors.guards import LOOPBACK, Refusal

_FULL: Final = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a door asks of a connection."""

    most: int
    idle: float
    """Seconds from the first byte of a connection to the end of a request's head, and between two requests."""
    methods: tuple[str, ...]
    refused: Callable[[Refusal], web.Response]
    log: logging.Logger
    unproven: int | None = None
    """Bytes that may come behind one request's head until `proven` was called; `None`: as many as like."""


@dataclass(eq=False)
class Crowd:
    terms: Callable[[], Terms]
    """Asked for each connection."""
    members: dict[Connection, None] = field(default_factory=dict)
    """Oldest first."""

    def admit(self) -> bool:
        """Whether one more connection may be; makes room by closing the one that has been idle since longest ago."""
        if len(self.members) < self.terms().most:
            return True
        for connection in self.members:
            if not connection.busy:
                del self.members[connection]
                connection.force_close()
                return True
        return False

    def abort(self) -> None:
        for connection in list(self.members):
            if connection.transport is not None:
                connection.transport.abort()


async def give(request: web.BaseRequest, answer: web.StreamResponse, seconds: float) -> None:
    """The whole answer, to a client that takes it; one that takes nothing for so long is hung up on."""
    try:
        async with asyncio.timeout(seconds):
            await answer.prepare(request)
            await answer.write_eof()
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()


class Connection(web.RequestHandler):
    """One client's."""

    def __init__(self, crowd: Crowd, manager: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        terms = self._terms = crowd.terms()
        super().__init__(
            manager,
            loop=loop,
            keepalive_timeout=terms.idle,
            lingering_time=0,
            max_line_size=limits.BLOB_HEAD_LINE,
            max_field_size=limits.BLOB_HEAD_LINE,
            max_headers=limits.BLOB_HEAD_FIELDS,
            access_log=None,  # type: ignore[arg-type]  # aiohttp: None turns it off
            logger=terms.log,
        )
        self._crowd = crowd
        self._unproven = terms.unproven
        self.busy = False
        """Answers a request; otherwise it may be closed for a newcomer."""

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Around each answer, which begins when a request's head has come."""
        self.busy = True
        self._unproven = self._terms.unproven
        try:
            yield
        finally:
            self.busy = False

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Around a wait, in the midst of an answer, for what a peer has to say that nobody knows yet."""
        self.busy = False
        try:
            yield
        finally:
            self.busy = True

    def proven(self) -> None:
        """Whoever is at the other end may say as much as the messages' own bounds allow."""
        self._unproven = None

    def data_received(self, data: bytes) -> None:
        if self._unproven is not None:
            self._unproven -= len(data)
            if self._unproven < 0:
                if self.transport is not None:
                    self.transport.abort()
                return
        super().data_received(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self._crowd.admit():
            assert isinstance(transport, asyncio.Transport)
            transport.write(_FULL)
            transport.close()
            return
        self._crowd.members[self] = None
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._crowd.members.pop(self, None)
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
        terms = self._terms
        if status == 500:
            terms.log.error("request.failed", exc_info=exc)
            return terms.refused(Refusal(500, "The server failed."))
        if isinstance(exc, BadHttpMethod):
            return terms.refused(Refusal(405, "That method does not exist here.", terms.methods))
        return terms.refused(Refusal(status, "That is not a request."))


async def listen(protocol: Callable[[], asyncio.Protocol], backlog: int, port: int = 0) -> tuple[asyncio.Server, str]:
    """A server at a port of 127.0.0.1 (0: one that the system chooses), and its `127.0.0.1:PORT`. Raises OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        # What a server that was killed left in the kernel must not keep the next one from its port. While somebody
        # listens there, it is theirs all the same.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        server = await asyncio.get_running_loop().create_server(protocol, sock=listener, backlog=backlog)
    except BaseException:
        listener.close()
        raise
    return server, f"{LOOPBACK}:{listener.getsockname()[1]}"
