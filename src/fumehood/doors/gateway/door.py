"""The gateway's HTTP side: the page's constant bytes for anybody who may have them, and a WebSocket for a page that
proves its bearer.

Everything that is answered is a line of `fetch.ENTRIES`; every request is held against host, target, method, origin
and `Sec-Fetch-*` before its handler sees it. No cookies, no redirects, no cross-origin answers. Must never log, or put
into an answer to somebody else, a code or a bearer.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from aiohttp import WSCloseCode, web  # noqa: TID253 - only the gateway's process imports this module

from fumehood.client.wire import Wire
from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy, HoodError, PassRefused
from fumehood.core.logs import note
from fumehood.doors.connections import Connection, Crowd, Terms, give, listen
from fumehood.doors.gateway.bridge import Goodbye, Socket, carry
from fumehood.doors.gateway.fetch import ENTRIES, Entry, refuse_fetch
from fumehood.doors.gateway.greeting import prove, say
from fumehood.doors.gateway.pages import FOREVER, Assets, other_headers, page_headers
from fumehood.doors.guards import (
    Origin,
    Refusal,
    Route,
    parse_origin,
    refuse_host,
    refuse_method,
    refuse_origin,
    refuse_target,
    require_origin,
)
from fumehood.doors.passes import Key, Passes, fresh, key
from fumehood.protocol import frames, gateway
from fumehood.protocol.base import Message, decode_json, encode_json

_log = logging.getLogger("fumehood.doors")

_ASSET: Final = re.compile(r"/assets/([A-Za-z0-9._-]{1,200})\Z", re.ASCII)
_METHODS: Final = tuple(sorted({method for entry in ENTRIES for method in entry.route.methods}))
_CLOSE_SECONDS: Final = 2.0
_TICKET: Final = re.compile(rf"{gateway.TICKET}([A-Za-z0-9_-]{{43}})\Z", re.ASCII)


class Daemon(Protocol):
    """See `bridge.Daemon`."""

    async def wire(self) -> Wire: ...
    async def blobs(self) -> str: ...


class Watcher(Protocol):
    """Who is told what happens at the door."""

    def came(self) -> None: ...
    def left(self, lost: bool) -> None: ...
    def awaits(self) -> None: ...
    def asked(self) -> None: ...
    def used(self, code: Key) -> None: ...


@dataclass(eq=False)
class _Page:
    bearer: Key
    ticket: Key
    farewell: asyncio.Future[Goodbye]
    """Set where it is sent away."""


class GatewayDoor:
    url: str
    """`http://127.0.0.1:PORT`, once started."""

    def __init__(self, assets: Assets, passes: Passes, daemon: Daemon, watcher: Watcher) -> None:
        self._assets = assets
        self._passes = passes
        self._daemon = daemon
        self._watcher = watcher
        self._pages: set[_Page] = set()
        self._refusals = 0
        self._host = ""
        self._origin: Origin | None = None
        self._server: asyncio.Server | None = None
        self._manager: web.Server | None = None
        self._crowd = Crowd(_terms)
        self._handlers: dict[str, Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]] = {
            "/": self._index,
            "/assets/{name}": self._asset,
            "/session": self._session,
            "/code": self._code,
            "/ws": self._websocket,
        }
        assert self._handlers.keys() == {entry.route.path for entry in ENTRIES}

    @staticmethod
    def routes() -> tuple[Route, ...]:
        return tuple(entry.route for entry in ENTRIES)

    async def start(self) -> None:
        """Listens on a port of 127.0.0.1 that the system chooses. Raises OSError."""
        loop = asyncio.get_running_loop()
        manager = self._manager = web.Server(self._handle)
        self._server, self._host = await listen(
            lambda: Connection(self._crowd, manager, loop), limits.GATEWAY_CONNECTIONS
        )
        self.url = f"http://{self._host}"
        self._origin = parse_origin(self.url)

    async def close(self) -> None:
        if self._server is None or self._manager is None:
            return
        self._server.close()
        self._send_away(list(self._pages), Goodbye(WSCloseCode.GOING_AWAY, "The gateway ends."))
        await self._manager.shutdown(_CLOSE_SECONDS)
        self._crowd.abort()
        await self._server.wait_closed()
        self._server = None

    def revoke(self, bearer: Key) -> None:
        """Ends the pages that came in with it."""
        pages = [page for page in self._pages if page.bearer == bearer]
        self._send_away(pages, Goodbye(gateway.BEARER_REFUSED, "Its link was used a second time."))

    @staticmethod
    def _send_away(pages: list[_Page], goodbye: Goodbye) -> None:
        for page in pages:
            if not page.farewell.done():
                page.farewell.set_result(goodbye)

    # -- one request

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        assert isinstance(connection, Connection)
        with connection.answering():
            answer = await self._answer(request)
            if not isinstance(answer, web.WebSocketResponse):
                await give(request, answer, limits.GATEWAY_STALL_SECONDS)
            return answer

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        entry, refusal = self._verdict(request)
        if refusal is not None or entry is None:
            return self._refuse(request, refusal or Refusal(404, "There is nothing of that name."))
        try:
            return await self._handlers[entry.route.path](request)
        except PassRefused as error:
            await asyncio.sleep(limits.GATEWAY_WRONG_SECONDS)
            return self._refuse(request, Refusal(403, error.message))
        except Busy as error:
            return self._refuse(request, Refusal(503, error.message))
        except BadMessage:
            return self._refuse(request, Refusal(400, "That is not what is said here."))

    def _verdict(self, request: web.BaseRequest) -> tuple[Entry | None, Refusal | None]:
        headers = request.headers
        refusal = refuse_host(headers.getall("Host", []), self._host) or refuse_target(request.raw_path)
        if refusal is not None:
            return None, refusal
        entry = _entry(request.raw_path)
        if entry is None:
            return None, None
        origins = headers.getall("Origin", [])
        return entry, (
            refuse_method(request.method, entry.route.methods)
            or (require_origin(origins, self.url) if entry.ours else self._refuse_foreign(origins))
            or refuse_fetch(headers, entry.fetch)
            or (Refusal(400, "There is nothing to send here.") if _sends(request, entry) else None)
        )

    def _refuse_foreign(self, origins: Sequence[str]) -> Refusal | None:
        return refuse_origin(origins, (self._origin,) if self._origin else (), opaque=False, local=False)

    def _refuse(self, request: web.BaseRequest, refusal: Refusal) -> web.Response:
        self._refusals += 1
        if self._refusals <= limits.GATEWAY_REFUSALS:
            note(_log, "request.refused", status=refusal.status, method=request.method, reason=refusal.reason)
        return _refused(refusal)

    # -- constant bytes

    async def _index(self, _request: web.BaseRequest) -> web.StreamResponse:
        self._watcher.asked()
        try:
            blobs = await self._daemon.blobs()
        except HoodError as error:
            note(_log, "daemon.unreachable", level=logging.WARNING, code=error.code, reason=error.message)
            return _refused(Refusal(503, "The daemon cannot be reached. `hood daemon status` says more."))
        finally:
            # A daemon that had to be started took its time.
            self._watcher.asked()
        headers = {**page_headers(self._host, blobs), "Content-Type": "text/html; charset=utf-8"}
        return web.Response(body=self._assets.page, headers=headers)

    async def _asset(self, request: web.BaseRequest) -> web.StreamResponse:
        found = _ASSET.match(request.raw_path)
        asset = self._assets.files.get(found[1]) if found else None
        if asset is None:
            return _refused(Refusal(404, "There is nothing of that name."))
        return web.Response(body=asset.body, headers={**other_headers(FOREVER), "Content-Type": asset.content_type})

    # -- passes

    async def _session(self, request: web.BaseRequest) -> web.StreamResponse:
        said = decode_json(await _body(request), gateway.CodeMessage)
        bearer, code = self._passes.exchange(said.code)
        self._watcher.used(code)
        self._watcher.awaits()
        return _json(gateway.SessionResult(bearer=bearer))

    async def _code(self, request: web.BaseRequest) -> web.StreamResponse:
        values = request.headers.getall("Authorization", [])
        said = _TICKET.match(values[0]) if len(values) == 1 else None
        giver = self._holder(said[1] if said else "")
        only = decode_json(await _body(request), gateway.OutputsMessage).outputs if request.body_exists else None
        code = self._passes.code(giver, only)
        self._watcher.awaits()
        return _json(gateway.CodeMessage(code=code))

    def _holder(self, ticket: str) -> Key:
        """The bearer of the page that was given it and is still here. Raises `PassRefused`."""
        asked = key(ticket)
        found = [page.bearer for page in self._pages if hmac.compare_digest(page.ticket, asked)]
        if not found or not self._passes.knows(found[0]):
            raise PassRefused("This window is not one of ours any more.")
        return found[0]

    # -- the page

    async def _websocket(self, request: web.BaseRequest) -> web.StreamResponse:
        socket: Socket = web.WebSocketResponse(
            timeout=_CLOSE_SECONDS,
            compress=False,
            max_msg_size=limits.SYNC_MESSAGE + frames.HEAD,
            decode_text=False,
        )
        if not socket.can_prepare(request):
            return self._refuse(request, Refusal(426, "This is for WebSockets."))
        await socket.prepare(request)
        self._watcher.asked()
        goodbye = await self._greet(request, socket)
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await socket.close(code=goodbye.code, message=_reason(goodbye.reason))
        except (OSError, RuntimeError, TimeoutError):
            pass
        return socket

    async def _greet(self, request: web.BaseRequest, socket: Socket) -> Goodbye:
        connection = request.protocol
        assert isinstance(connection, Connection)
        try:
            with connection.listening():
                async with asyncio.timeout(limits.HELLO_SECONDS):
                    bearer = await prove(socket, self._passes, self._host)
        except TimeoutError:
            return Goodbye(gateway.PAGE_SILENT, "The first message did not come.")
        except PassRefused as error:
            await asyncio.sleep(limits.GATEWAY_WRONG_SECONDS)
            note(_log, "page.refused", level=logging.WARNING, reason=error.message)
            return Goodbye(gateway.BEARER_REFUSED, error.message)
        connection.proven()
        ticket = fresh()
        page = _Page(bearer, key(ticket), asyncio.get_running_loop().create_future())
        self._pages.add(page)
        self._watcher.came()
        lost = False
        try:
            await say(socket, f"{gateway.WELCOME}{ticket}")
            goodbye = await self._serve(page, socket)
            lost = goodbye.code in (gateway.DAEMON_GONE, gateway.DAEMON_UNREACHABLE)
            return goodbye
        finally:
            self._pages.discard(page)
            self._watcher.left(lost)

    async def _serve(self, page: _Page, socket: Socket) -> Goodbye:
        """Until the page goes, the daemon goes, or the page is sent away."""
        carrying = asyncio.create_task(self._carry(socket, self._passes.only(page.bearer)))
        try:
            await asyncio.wait((carrying, page.farewell), return_when=asyncio.FIRST_COMPLETED)
            return page.farewell.result() if page.farewell.done() else carrying.result()
        finally:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)

    async def _carry(self, socket: Socket, only: str | None) -> Goodbye:
        try:
            wire = await self._daemon.wire()
        except HoodError as error:
            note(_log, "daemon.unreachable", level=logging.WARNING, code=error.code, reason=error.message)
            return Goodbye(gateway.DAEMON_UNREACHABLE, error.message)
        try:
            side = await carry(socket, wire, only)
        finally:
            await wire.abort()
        if side == "daemon":
            return Goodbye(gateway.DAEMON_GONE, "The daemon has ended.")
        return Goodbye(WSCloseCode.OK, "")


def _terms() -> Terms:
    return Terms(
        most=limits.GATEWAY_CONNECTIONS,
        idle=limits.GATEWAY_IDLE_SECONDS,
        methods=_METHODS,
        refused=_refused,
        log=_log,
        unproven=limits.GATEWAY_UNKNOWN_BYTES,
    )


def _entry(target: str) -> Entry | None:
    path = "/assets/{name}" if _ASSET.match(target) else target
    return next((entry for entry in ENTRIES if entry.route.path == path), None)


def _sends(request: web.BaseRequest, entry: Entry) -> bool:
    """A body where none is taken."""
    return request.body_exists and entry.route.path not in ("/session", "/code")


async def _body(request: web.BaseRequest) -> bytes:
    """Raises `BadMessage`."""
    # A form of another page cannot send this type.
    if request.headers.getall("Content-Type", []) not in (["application/json"], ["application/json; charset=utf-8"]):
        raise BadMessage("A code comes as application/json.")
    connection = request.protocol
    assert isinstance(connection, Connection)
    data = b""
    try:
        with connection.listening():
            async with asyncio.timeout(limits.GATEWAY_STALL_SECONDS):
                while len(data) <= limits.GATEWAY_BODY and (more := await request.content.readany()):
                    data += more
    except TimeoutError as error:
        raise BadMessage("It did not come.") from error
    if len(data) > limits.GATEWAY_BODY:
        raise BadMessage("That is too long.")
    return data


def _json(message: Message) -> web.Response:
    return web.Response(body=encode_json(message), headers={**other_headers(), "Content-Type": "application/json"})


def _refused(refusal: Refusal) -> web.Response:
    headers = {**other_headers(), "Content-Type": "text/plain; charset=utf-8"}
    if refusal.allow:
        headers["Allow"] = ", ".join(refusal.allow)
    if refusal.status == 426:
        headers["Upgrade"] = "websocket"
    answer = web.Response(status=refusal.status, body=f"{refusal.reason}\n".encode(), headers=headers)
    answer.force_close()
    return answer


def _reason(text: str) -> bytes:
    """As much of it as a close frame holds, in whole characters."""
    return text.encode("utf-8", "replace")[: limits.CLOSE_REASON].decode("utf-8", "ignore").encode()
