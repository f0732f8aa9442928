"""What the dataset server does for who was let in: each line of the table has its operation here.

Assumes that `door` has held the request against the table. What is refused here is said by a `Refusal`, which the door
words; what fails raises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one

from fumehood import __version__
from fumehood.core import limits
from fumehood.core.errors import BadMessage
from fumehood.doors.datasets import legacy, serving
from fumehood.doors.datasets.access import Access, Viewer, Viewing
from fumehood.doors.datasets.asking import Askers
from fumehood.doors.datasets.bundles import receive_bundle
from fumehood.doors.datasets.headers import SEALED, page_headers
from fumehood.doors.datasets.options import Options
from fumehood.doors.datasets.page import Page
from fumehood.doors.datasets.reading import Readers
from fumehood.doors.datasets.receiving import Budget, announced, parts, require_type, whole
from fumehood.doors.datasets.shown import Catalogue
from fumehood.doors.datasets.table import BUNDLE_TYPE, ENTRIES, REQUEST, Asked
from fumehood.doors.gateway.pages import FOREVER
from fumehood.doors.guards import Refusal
from fumehood.doors.passes import Key
from fumehood.doors.ranges import matches
from fumehood.protocol.base import decode_json, encode_json
from fumehood.protocol.datasets import BundleResult, CellucidHead, EventResult, Stopped
from fumehood.protocol.gateway import CodeMessage
from fumehood.protocol.viewer import EVENT_TYPE, VIEWER_HEADER, Ask, unframe, unframe_ask
from fumehood.protocol.viewer import Answer as ToAsk

_JSON: Final = {**SEALED, "Content-Type": "application/json", "Cache-Control": "no-store"}

Answer = web.StreamResponse | Refusal


def _to_nobody(_ask: Ask, _answer: ToAsk) -> None:
    """Where no Python listens."""


@dataclass(frozen=True)
class Call:
    """A request that was let in."""

    request: web.BaseRequest
    asked: Asked
    viewing: Viewing | None
    viewer: Viewer | None


class Operations:
    port = 0
    """Set once the server listens."""

    def __init__(
        self,
        catalogue: Catalogue,
        page: Page,
        access: Access,
        options: Options,
        used: Callable[[Key], None],
    ) -> None:
        self._catalogue = catalogue
        self._page = page
        self._access = access
        self._options = options
        self._used = used
        self._page_headers = page_headers(options.ancestors)
        self._readers = Readers()
        self._askers = Askers()
        self._budget = Budget(limits.VIEW_BUFFERS)
        self.handlers: dict[str, Callable[[Call], Awaitable[Answer]]] = {
            "page": self._index,
            "asset": self._asset,
            "icon": self._icon,
            "session": self._session,
            "events": self._events,
            "commands": self._commands,
            "buffer": self._buffer,
            "health": self._health,
            "info": self._info,
            "datasets": self._datasets,
            "cellucid_events": self._cellucid_events,
            "session_bundle": self._session_bundle,
            "resource": self._resource,
            "ask": self._ask,
        }
        assert self.handlers.keys() == {entry.name for entry in ENTRIES}

    def close(self) -> None:
        self._readers.close()

    def end_questions(self) -> None:
        """What is asked now is taken back, and so is what is asked from now on."""
        self._askers.close()

    def _more(self, request: web.BaseRequest) -> dict[str, str]:
        return legacy.cross_origin(request.headers.getall("Origin", [])) if self._options.legacy else {}

    def _json(self, request: web.BaseRequest, message: Any) -> web.Response:
        return web.Response(body=encode_json(message), headers={**_JSON, **self._more(request)})

    # -- constant bytes

    async def _index(self, _call: Call) -> Answer:
        return web.Response(body=self._page.start, headers=self._page_headers)

    async def _asset(self, call: Call) -> Answer:
        asset = self._page.assets.get(call.asked.name)
        if asset is None:
            return Refusal(404, "There is nothing of that name.")
        head = {**SEALED, "Cache-Control": FOREVER, "ETag": asset.tag}
        if matches(call.request.headers.get("If-None-Match"), asset.tag):
            return web.Response(status=304, headers=head)
        return web.Response(body=asset.body, headers={**head, "Content-Type": asset.content_type})

    async def _icon(self, _call: Call) -> Answer:
        return web.Response(status=204, headers={**SEALED, "Cache-Control": "private, max-age=86400"})

    # -- passes

    async def _session(self, call: Call) -> Answer:
        request = call.request
        if not request.headers.getall("Origin", []):
            return Refusal(403, "There must be one Origin header.")
        require_type(request, ("application/json",))
        said = decode_json(await whole(request, limits.GATEWAY_BODY), CodeMessage)
        result, code = self._access.exchange(said.code)
        self._used(code)
        return self._json(request, result)

    # -- what is told of the data, and the data

    async def _health(self, call: Call) -> Answer:
        return self._json(call.request, self._catalogue.health(__version__))

    async def _info(self, call: Call) -> Answer:
        return self._json(call.request, self._catalogue.info(__version__, self._options.host, self.port))

    async def _datasets(self, call: Call) -> Answer:
        return self._json(call.request, self._catalogue.listed())

    async def _resource(self, call: Call) -> Answer:
        missing = Refusal(404, "There is nothing of that name.")
        placed = self._catalogue.place(call.asked.name)
        if placed is None:
            return missing
        one, path = placed
        more = self._more(call.request)
        answer = await serving.serve(call.request, path, lambda: one.table.find(path), self._readers, more)
        return missing if answer is None else answer

    async def _ask(self, call: Call) -> Answer:
        request, viewing = call.request, call.viewing
        assert viewing is not None
        require_type(request, (EVENT_TYPE,))
        length = announced(request, limits.ASK_BODY)
        with self._budget.hold(length):
            body = b"".join([part async for part in parts(request, length)])
            ask, buffers = unframe_ask(body, limits.ASK_SETS)
            # They are in every line of the answer.
            short = max(len(ask.page), len(ask.viewer)) <= limits.VIEWER_TEXT
            if not short or not 0 <= ask.request < 2**53:
                raise BadMessage("A page has a short id, and counts what it asks.")
            one = self._catalogue.named(ask.dataset)
            if one is None:
                return Refusal(404, "There is nothing of that name.")
            viewer = self._access.speaks(viewing, request.headers.getall(VIEWER_HEADER, []))
            answered = _to_nobody if viewer is None else viewer.hooks.answer
            return await self._askers.answer(request, viewing.bearer, one.table, ask, buffers, answered)

    # -- a page's events, and Python's commands

    async def _events(self, call: Call) -> Answer:
        request, viewer = call.request, call.viewer
        assert viewer is not None
        require_type(request, (EVENT_TYPE,))
        length = announced(request, limits.VIEW_BUFFER)
        with self._budget.hold(length):
            body = b"".join([part async for part in parts(request, length)])
            event, buffers = unframe(body)
            if len(event.page) > limits.VIEWER_TEXT:
                raise BadMessage("A page has a short id.")  # it is kept with what was heard of it
            if event.viewer != viewer.id or not viewer.first(event.page, event.sequence):
                return Refusal(409, "This event was heard already, or is another viewer's.")
            viewer.hooks.deliver(event, buffers)
        return self._json(request, EventResult("ok", True))

    async def _cellucid_events(self, call: Call) -> Answer:
        request, viewer = call.request, call.viewer
        require_type(request, ("application/json",))
        body = await whole(request, limits.VIEW_EVENT)
        event = legacy.read_event(body)
        if isinstance(event, str):
            return self._json(request, {"status": "error", "message": event})
        head = decode_json(body, CellucidHead)
        if viewer is None:
            viewer = self._access.viewer(head.viewerId)
            if viewer is None:
                return self._json(request, EventResult("not_found", False))
        elif head.viewerId != viewer.id or not viewer.first("", head.sequence):
            return Refusal(409, "This event was heard already, or is another viewer's.")
        viewer.hooks.legacy({key: value for key, value in event.items() if key not in ("viewerId", "viewerToken")})
        return self._json(request, EventResult("ok", True))

    async def _session_bundle(self, call: Call) -> Answer:
        request, viewer = call.request, call.viewer
        name = request.headers.get(REQUEST, "")
        if viewer is None:
            viewer = self._access.viewer(request.query.get("viewerId", ""))
            name = request.query.get("requestId", "")
        else:
            require_type(request, (BUNDLE_TYPE,))
        if viewer is None or not viewer.waits_for(name):
            return Refusal(404, "No session was asked for.")
        size = await receive_bundle(request, viewer, name)
        return self._json(request, BundleResult("ok", size))

    async def _commands(self, call: Call) -> Answer:
        request, viewer = call.request, call.viewer
        assert viewer is not None
        outbox = viewer.outbox
        head = {**SEALED, "Content-Type": "application/x-ndjson", "Cache-Control": "no-store"}
        answer = web.StreamResponse(headers=head)
        await answer.prepare(request)
        reader = outbox.open()
        try:
            while not reader.ended:
                lines = outbox.lines(reader)
                try:
                    await serving.send_part(request, answer, b"".join(said.line + b"\n" for said in lines) or b"\n")
                except ConnectionError:
                    outbox.put_back(reader, lines)
                    raise
                try:
                    async with asyncio.timeout(limits.VIEW_BEAT_SECONDS):
                        await reader.news.wait()
                except TimeoutError:
                    pass
            await serving.send_part(request, answer, encode_json(Stopped(reader.ended)) + b"\n")
            await serving.send_part(request, answer, None)
        finally:
            outbox.leave(reader)
        return answer

    async def _buffer(self, call: Call) -> Answer:
        assert call.viewer is not None
        found = call.viewer.outbox.take(call.asked.name)
        if found is None:
            return Refusal(404, "There is nothing of that name.")
        head = {**SEALED, "Content-Type": "application/octet-stream", "Cache-Control": "no-store"}
        answer = web.StreamResponse(headers=head)
        answer.content_length = len(found)
        await answer.prepare(call.request)
        await serving.send_bytes(call.request, answer, memoryview(found))
        return answer
