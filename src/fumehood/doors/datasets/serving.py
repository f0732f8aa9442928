"""A resource as an answer: conditional, in part, in an encoding that the client takes (RFC 9110, sections 12 to 14).

Reads go through `reading.Readers`; a client that takes too little in too long a time is cut off, and what it was to get
is not kept for it: bodies are shared, and parts of files go from the page cache to the socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, BinaryIO

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one

from fumehood.core import limits
from fumehood.doors.answers import send_file
from fumehood.doors.datasets.headers import FRESH, SEALED, VARY
from fumehood.doors.datasets.negotiation import ENCODINGS, NOTHING_SAID, accepted
from fumehood.doors.datasets.reading import Readers
from fumehood.doors.ranges import Span, matches, parse_range, range_still_valid

if TYPE_CHECKING:
    from fumehood.datasets.compressing import Body
    from fumehood.datasets.resource import Resource

_SMALL = 64 * 1024
"""Up to here, head and body go in one packet."""


def tag_of(etag: str, encoding: str | None) -> str:
    return etag if encoding is None else f'{etag[:-1]}-{encoding}"'


async def serve(
    request: web.BaseRequest,
    path: str,
    find: Callable[[], Resource | None],
    readers: Readers,
    more: Mapping[str, str],
) -> web.StreamResponse | None:
    """`None`: there is nothing of that name. Raises what reading it does. `more`: headers of the door."""
    asked = request.headers
    condition = asked.get("If-None-Match")
    # A part is one of the plain bytes: clients that ask for parts put them together.
    wishes = NOTHING_SAID if "Range" in asked else accepted(asked.getall("Accept-Encoding", []))

    def wanted() -> bool:
        return request.transport is not None

    def look() -> tuple[Resource, Body | None] | None:
        resource = find()
        if resource is None:
            return None
        as_file = resource.opens is not None and wishes.plain
        known = request.method == "HEAD" and resource.size is not None and not wishes.encodings
        return resource, None if condition is not None or as_file or known else resource.body(wishes.encodings)

    found = await readers.read(path, look, wanted)
    if found is None:
        return None
    resource, body = found
    head = {**SEALED, "Vary": VARY, **more, "Cache-Control": FRESH, "Accept-Ranges": "bytes"}
    if condition is not None:
        for tag in (tag_of(resource.etag, encoding) for encoding in (None, *ENCODINGS)):
            if matches(condition, tag):
                return web.Response(status=304, headers={**head, "ETag": tag})
    head["Content-Type"] = resource.content_type
    if resource.opens is not None and wishes.plain:
        file = await readers.read(path, resource.opens, wanted)
        with file:
            return await _from_file(request, resource, file, head)
    if body is None and request.method == "HEAD" and resource.size is not None and not wishes.encodings:
        return _head_only(head, resource.etag, resource.size)
    if body is None:
        body = await readers.read(path, lambda: resource.body(wishes.encodings), wanted)
    if body.encoding is None and not wishes.plain:
        return web.Response(status=406, text="There is no such encoding of it.\n", headers=SEALED)
    return await _from_memory(request, resource, body, head)


async def _from_memory(
    request: web.BaseRequest, resource: Resource, body: Body, head: dict[str, str]
) -> web.StreamResponse:
    if body.encoding is not None:
        head["Content-Encoding"] = body.encoding
    head["ETag"] = tag_of(resource.etag, body.encoding)
    data = memoryview(body.data).cast("B")
    if request.method == "HEAD":
        return _head_only(head, head["ETag"], len(data))
    status, span = _span(request, resource.etag, len(data), head)
    if span is None:
        return web.Response(status=status, headers=head, body=b"")
    if span.end - span.start <= _SMALL:
        return web.Response(status=status, headers=head, body=bytes(data[span.start : span.end]))
    answer = web.StreamResponse(status=status, headers=head)
    answer.content_length = span.end - span.start
    await answer.prepare(request)
    await send_bytes(request, answer, data[span.start : span.end])
    return answer


async def _from_file(
    request: web.BaseRequest, resource: Resource, file: BinaryIO, head: dict[str, str]
) -> web.StreamResponse:
    size = file.seek(0, 2)
    head["ETag"] = resource.etag
    if request.method == "HEAD":
        return _head_only(head, resource.etag, size)
    status, span = _span(request, resource.etag, size, head)
    if span is None:
        return web.Response(status=status, headers=head, body=b"")
    if span.end - span.start <= _SMALL:
        file.seek(span.start)
        return web.Response(status=status, headers=head, body=file.read(span.end - span.start))
    answer = web.StreamResponse(status=status, headers=head)
    answer.content_length = span.end - span.start
    await answer.prepare(request)
    await send_file(request, file, span)
    await answer.write_eof()
    return answer


def _span(request: web.BaseRequest, tag: str, size: int, head: dict[str, str]) -> tuple[int, Span | None]:
    """The status and the part that is sent; the headers of a part are added."""
    wanted = None
    # RFC 9110, section 14.2: a range is for GET alone.
    if request.method == "GET" and range_still_valid(request.headers.get("If-Range"), tag):
        wanted = parse_range(request.headers.get("Range"), size)
    if wanted == "unsatisfiable":
        head |= {"Content-Range": f"bytes */{size}", "Content-Type": "text/plain", "Cache-Control": "no-store"}
        return 416, None
    if wanted is None:
        return 200, Span(0, size)
    head["Content-Range"] = f"bytes {wanted.start}-{wanted.end - 1}/{size}"
    return 206, wanted


def _head_only(head: Mapping[str, str], tag: str, size: int) -> web.Response:
    return web.Response(headers={**head, "ETag": tag, "Content-Length": str(size)})


async def send_bytes(request: web.BaseRequest, answer: web.StreamResponse, data: memoryview) -> None:
    """Raises ConnectionError."""
    for at in range(0, len(data), limits.VIEW_SEND_CHUNK):
        await send_part(request, answer, data[at : at + limits.VIEW_SEND_CHUNK])
    await send_part(request, answer, None)


async def send_part(request: web.BaseRequest, answer: web.StreamResponse, data: bytes | memoryview | None) -> None:
    """`None`: the end. Raises ConnectionError, also where the client does not take it in time."""
    try:
        async with asyncio.timeout(limits.VIEW_STALL_SECONDS):
            await (answer.write_eof() if data is None else answer.write(data))
    except (TimeoutError, OSError, RuntimeError) as error:
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("The client is gone, or does not read.") from error
