"""A session bundle on its way in: to a file without a name.

Nothing of what is received becomes a path, and nothing of it is left when this process ends, however it ends. It is
not looked into but for its first bytes; `datasets.sessions` reads it, with bounds.
"""

from __future__ import annotations

import asyncio
import tempfile
from typing import Final

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one

from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy, StorageFailed
from fumehood.doors.datasets.access import Viewer
from fumehood.doors.datasets.receiving import announced, parts

_MAGIC: Final = b"CELLUCID_SESSION"
_FLUSH: Final = 1024 * 1024


async def receive_bundle(request: web.BaseRequest, viewer: Viewer, name: str) -> int:
    """How many bytes came. Raises `BadMessage`, `LimitExceeded`, `Busy`, `StorageFailed`."""
    length = announced(request, limits.VIEW_BUNDLE)
    if viewer.receiving >= limits.VIEW_BUNDLES:
        raise Busy("Sessions are being received.")
    viewer.receiving += 1
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - it goes to whoever asked for it
        try:
            held = bytearray()
            begun = False
            async for part in parts(request, length):
                held += part
                if not begun and len(held) >= len(_MAGIC):
                    begun = True
                    if not held.startswith(_MAGIC):
                        raise BadMessage("That is no session.")
                if len(held) >= _FLUSH:
                    await asyncio.to_thread(file.write, bytes(held))
                    held.clear()
            if not begun:
                raise BadMessage("That is no session.")
            await asyncio.to_thread(file.write, bytes(held))
            file.seek(0)
            # Only now: what came wrong may be sent again.
            if not viewer.expected(name):
                raise BadMessage("It is not waited for any more.")
        except BaseException:
            file.close()
            raise
        viewer.hooks.bundle(name, file)
        return length
    except OSError as error:
        raise StorageFailed("The session cannot be stored.") from error
    finally:
        viewer.receiving -= 1
