"""The dataset server's HTTP side: constant bytes for anybody who may have them, data for a viewing that proves itself.

Everything that is answered is a line of `table.ENTRIES`; every request is held against host, target, method, origin and
`Sec-Fetch-*`, and its caller against what that line demands, before its handler sees it. No cookies, no redirects;
refusals are fixed sentences. Must never log, or put into an answer to somebody else, a code, a bearer or a token, nor
read on a thread of the loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one

from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy, HoodError, LimitExceeded, NotFound, PassRefused, PortTaken
from fumehood.core.logs import note, note_failure
from fumehood.doors.connections import Connection, Crowd, Terms, give
from fumehood.doors.datasets import legacy
from fumehood.doors.datasets.access import Access
from fumehood.doors.datasets.headers import SEALED
from fumehood.doors.datasets.hosts import hosts, refuse_hosts, refuse_origins
from fumehood.doors.datasets.operations import Call, Operations
from fumehood.doors.datasets.options import Options
from fumehood.doors.datasets.page import Page
from fumehood.doors.datasets.reading import Gone
from fumehood.doors.datasets.shown import Catalogue
from fumehood.doors.datasets.table import ENTRIES, Asked, Caller, look_up
from fumehood.doors.gateway.fetch import refuse_fetch
from fumehood.doors.guards import Refusal, Route, refuse_method, refuse_target
from fumehood.doors.passes import Key
from fumehood.protocol.viewer import VIEWER_HEADER

_log = logging.getLogger("fumehood.doors")

_METHODS: Final = tuple(sorted({method for entry in ENTRIES for method in entry.route.methods}))
_CLOSE_SECONDS: Final = 2.0
_BODIES: Final = ("session", "events", "cellucid_events", "session_bundle", "ask")
_OPEN_TO_LEGACY: Final = ("health", "info", "datasets", "resource", "cellucid_events", "session_bundle")


class DatasetDoor:
    url: str
    """`http://127.0.0.1:PORT`, once started."""
    port: int

    def __init__(
        self,
        catalogue: Catalogue,
        page: Page,
        access: Access,
        options: Options,
        used: Callable[[Key], None] = lambda _: None,
    ) -> None:
        """`used` is told of each code that was exchanged."""
        self._access = access
        self._options = options
        self._operations = Operations(catalogue, page, access, options, used)
        self._refusals = 0
        self._hosts: dict[str, tuple[str, ...]] = {}
        self._server: asyncio.Server | None = None
        self._manager: web.Server | None = None
        self._crowd = Crowd(_terms)

    @staticmethod
    def routes() -> tuple[Route, ...]:
        return tuple(entry.route for entry in ENTRIES)

    async def start(self) -> None:
        """Raises `PortTaken`, OSError."""
        options = self._options
        loop = asyncio.get_running_loop()
        manager = self._manager = web.Server(self._handle)
        try:
            self._server = await loop.create_server(
                lambda: Connection(self._crowd, manager, loop),
                options.host,
                options.port,
                backlog=limits.VIEW_CONNECTIONS,
                reuse_address=True,
                ssl=options.exposure.tls if options.exposure else None,
            )
        except OSError as error:
            if options.port:
                raise PortTaken(f"Port {options.port} cannot be had: {error.strerror}.") from error
            raise
        self.port = self._operations.port = self._server.sockets[0].getsockname()[1]
        anywhere = options.host in ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
        others = options.exposure.names if options.exposure else ()
        self.url = f"{self._scheme}://{others[0] if anywhere and others else options.host}:{self.port}"
        self._hosts = hosts(self._scheme, self.port, options.public, (*options.names, *others))

    @property
    def _scheme(self) -> str:
        return "http" if self._options.exposure is None else "https"

    async def close(self) -> None:
        if self._server is None or self._manager is None:
            return
        self._server.close()
        for viewer in self._access.viewers():
            viewer.outbox.close("server")
        self._operations.end_questions()
        await asyncio.sleep(0)
        await self._manager.shutdown(_CLOSE_SECONDS)
        self._crowd.abort()
        await self._server.wait_closed()
        self._operations.close()
        self._server = None

    # -- one request

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        assert isinstance(connection, Connection)
        with connection.answering():
            answer = await self._answer(request)
            if not answer.prepared:
                await give(request, answer, limits.VIEW_STALL_SECONDS)
            return answer

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        called = self._verdict(request)
        if isinstance(called, web.StreamResponse):
            return called
        if isinstance(called, Refusal):
            if called.status == 401:
                await _hold_back(request)
            return self._refuse(request, called)
        try:
            answer = await self._operations.handlers[called.asked.entry.name](called)
            return self._refuse(request, answer) if isinstance(answer, Refusal) else answer
        except PassRefused as error:
            await _hold_back(request)
            return self._refuse(request, Refusal(403, error.message))
        except Busy:
            return self._refuse(request, Refusal(503, "The server has too much to do; come again."))
        except LimitExceeded:
            return self._refuse(request, Refusal(413, "That is too long."))
        except BadMessage:
            return self._refuse(request, Refusal(400, "That is not what is said here."))
        except NotFound:
            return self._refuse(request, Refusal(404, "There is nothing of that name."))
        except HoodError as error:
            note(_log, "resource.failed", level=logging.WARNING, code=error.code)
            return self._refuse(request, Refusal(500, "The data cannot be read."))
        except Gone:
            raise ConnectionResetError("The client is gone.") from None
        except ConnectionError:
            raise
        except Exception as error:
            note_failure(_log, "request.failed", error)
            if request.writer.output_size:
                raise ConnectionResetError("The answer has begun; it can only be cut.") from error
            return self._refuse(request, Refusal(500, "The server failed."))

    def _verdict(self, request: web.BaseRequest) -> Call | Refusal | web.StreamResponse:
        headers = request.headers
        asked_hosts = headers.getall("Host", [])
        refusal = refuse_hosts(asked_hosts, self._hosts) or refuse_target(request.raw_path)
        if refusal is not None:
            return refusal
        asked = look_up(request.raw_path.partition("?")[0])
        if asked is None:
            return Refusal(404, "There is nothing of that name.")
        origins = headers.getall("Origin", [])
        others = legacy.WEB_APP if self._options.legacy and asked.entry.name in _OPEN_TO_LEGACY else ()
        refusal = refuse_origins(origins, self._hosts[asked_hosts[0]], others)
        if refusal is not None:
            return refusal
        if others and request.method == "OPTIONS" and origins:
            private = "Access-Control-Request-Private-Network" in headers
            return web.Response(status=204, headers={**SEALED, **legacy.preflight(origins, private)})
        from_app = bool(origins) and origins[0] in others
        refusal = (
            refuse_method(request.method, asked.entry.route.methods)
            or (None if from_app else refuse_fetch(headers, asked.entry.fetch))
            or (Refusal(400, "There is nothing to send here.") if _sends(request, asked) else None)
        )
        return refusal or self._admit(request, asked)

    def _admit(self, request: web.BaseRequest, asked: Asked) -> Call | Refusal:
        """Whether the caller holds what the line of the table demands."""
        caller = asked.entry.caller
        if caller in (Caller.ANYBODY, Caller.CODE):
            return Call(request, asked, None, None)
        headers = request.headers
        viewing = self._access.viewing(headers.getall("Authorization", []))
        if viewing is None:
            if self._options.legacy and asked.entry.name in _OPEN_TO_LEGACY:
                return Call(request, asked, None, None)
            return Refusal(401, "Open the link that was printed; this window is not one of ours.")
        if caller is Caller.BEARER:
            return Call(request, asked, viewing, None)
        viewer = self._access.speaks(viewing, headers.getall(VIEWER_HEADER, []))
        if viewer is None:
            return Refusal(403, "That is not this viewer's token.")
        return Call(request, asked, viewing, viewer)

    def _refuse(self, request: web.BaseRequest, refusal: Refusal) -> web.Response:
        self._refusals += 1
        if self._refusals <= limits.VIEW_REFUSALS:
            note(_log, "request.refused", status=refusal.status, reason=refusal.reason)
        answer = _refused(refusal)
        if self._options.legacy:
            answer.headers.update(legacy.cross_origin(request.headers.getall("Origin", [])))
        return answer


async def _hold_back(request: web.BaseRequest) -> None:
    """Before the answer to a wrong code or bearer. Meanwhile the connection may be closed for somebody else's."""
    connection = request.protocol
    assert isinstance(connection, Connection)
    with connection.listening():
        await asyncio.sleep(limits.GATEWAY_WRONG_SECONDS)


def _terms() -> Terms:
    return Terms(
        most=limits.VIEW_CONNECTIONS, idle=limits.VIEW_IDLE_SECONDS, methods=_METHODS, refused=_refused, log=_log
    )


def _sends(request: web.BaseRequest, asked: Asked) -> bool:
    """A body where none is taken."""
    return request.body_exists and asked.entry.name not in _BODIES


def _refused(refusal: Refusal) -> web.Response:
    headers = {**SEALED, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    if refusal.allow:
        headers["Allow"] = ", ".join(refusal.allow)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    answer = web.Response(status=refusal.status, body=f"{refusal.reason}\n".encode(), headers=headers)
    answer.force_close()
    return answer
