"""What the blob server says: the headers that make an answer harmless, ranges, and bytes without a copy of ours.

Whatever is served may be rendered by somebody's browser, so every answer, errors too, is sealed by its own header.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one

from fumehood.core import limits
from fumehood.doors.guards import Refusal
from fumehood.doors.ranges import Span, matches, parse_range, range_still_valid

SEALED: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"

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


def refused(refusal: Refusal) -> web.Response:
    answer = web.Response(status=refusal.status, text=f"{refusal.reason}\n", headers=_NOTHING_TO_SAY)
    answer.headers["Cache-Control"] = "no-store"
    if refusal.allow:
        answer.headers["Allow"] = ", ".join(refusal.allow)
    answer.force_close()
    return answer


def missing() -> web.Response:
    """Readable for pages, so that a sealed frame can tell a blob that is gone from a server that is."""
    headers = {**_SHARED, "Content-Security-Policy": SEALED, "Cache-Control": "no-store"}
    return web.Response(status=404, text="There is nothing of that name.\n", headers=headers)


def blob_headers(head: bytes) -> dict[str, str]:
    return {"Content-Type": raster_type(head) or "application/octet-stream", "Content-Security-Policy": SEALED}


def answer_to(
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


def constant(request: web.BaseRequest, body: bytes, tag: str, headers: Mapping[str, str]) -> web.StreamResponse:
    answer, span = answer_to(request, len(body), tag, headers)
    if span is None:
        return answer
    # A Response sends head and body in one packet.
    return web.Response(status=answer.status, headers=answer.headers, body=body[span.start : span.end])


async def send_file(request: web.BaseRequest, file: Any, span: Span) -> None:
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
