"""What a client sends behind a request's head: bounded before it is read, in bytes, in time, and for all together.

Whoever does not send what was announced holds one connection, which may be closed for a newcomer, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one

from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy, LimitExceeded
from fumehood.doors.connections import Connection


class Budget:
    """Bytes that may be held at once by everybody."""

    def __init__(self, most: int) -> None:
        self._left = most

    @contextlib.contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Raises `Busy`."""
        if size > self._left:
            raise Busy("Too much is being received.")
        self._left -= size
        try:
            yield
        finally:
            self._left += size


def require_type(request: web.BaseRequest, types: Sequence[str]) -> None:
    """Exactly one of them: a form or a simple request of another page can send none of these. Raises `BadMessage`."""
    values = request.headers.getall("Content-Type", [])
    if len(values) != 1 or values[0].partition(";")[0].strip().lower() not in types:
        raise BadMessage("That type is not taken here.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise BadMessage("Nothing is unpacked here.")


def announced(request: web.BaseRequest, most: int) -> int:
    """The length that the head announces. Raises `BadMessage`, `LimitExceeded`."""
    length = request.content_length
    if length is None:
        raise BadMessage("The length must be announced.")
    if length > most:
        raise LimitExceeded(f"At most {most} bytes are taken here.")
    return length


async def parts(request: web.BaseRequest, length: int) -> AsyncIterator[bytes]:
    """What comes, as it comes; together exactly `length` bytes. Raises `BadMessage`."""
    connection = request.protocol
    assert isinstance(connection, Connection)
    loop = asyncio.get_running_loop()
    until = loop.time() + limits.VIEW_BODY_SECONDS
    got = 0
    while True:
        try:
            with connection.listening():
                async with asyncio.timeout_at(min(until, loop.time() + limits.VIEW_STALL_SECONDS)):
                    part = await request.content.readany()
        except TimeoutError as error:
            raise BadMessage("It did not come.") from error
        except (OSError, ValueError) as error:
            raise BadMessage("It ended too early.") from error
        if not part:
            break
        got += len(part)
        yield part
    if got != length:
        raise BadMessage("It ended too early.")


async def whole(request: web.BaseRequest, most: int) -> bytes:
    """Raises `BadMessage`, `LimitExceeded`."""
    length = announced(request, most)
    return b"".join([part async for part in parts(request, length)])
