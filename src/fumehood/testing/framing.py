"""The runtime's stream read one frame at a time, by a test that plays one of its two ends."""

from __future__ import annotations

import asyncio

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next frame's body; `None` at the end of the stream. Raises `BadMessage` on a cut frame, `LimitExceeded`."""
    try:
        head = await reader.readexactly(4)
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise BadMessage("The stream ended within a frame.") from error
        return None
    size = int.from_bytes(head, "big")
    if size > limits.STREAM_FRAME:
        raise LimitExceeded("A frame of the runtime's stream is too large.")
    try:
        return await reader.readexactly(size)
    except asyncio.IncompleteReadError as error:
        raise BadMessage("The stream ended within a frame.") from error
