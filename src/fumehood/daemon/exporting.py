"""The notebook as it is at this moment, as one HTML file: a blob, for the page to save where the person says."""

from __future__ import annotations

import asyncio

from fumehood.core.assets import folder
from fumehood.daemon.room import Room
from fumehood.daemon.saving import Projection, project, render
from fumehood.document import html, ipynb
from fumehood.protocol.methods import Exported
from fumehood.protocol.outputs import BlobRef
from fumehood.store.blobs import BlobStore


async def export(room: Room) -> Exported:
    """Raises StorageFailed, LimitExceeded."""
    what = project(room, every=True)
    return Exported(html=await asyncio.to_thread(_write, what, room.file.path.name, room.services.blobs))


def _write(what: Projection, name: str, blobs: BlobStore) -> BlobRef:
    loaded = ipynb.read(render(None, what, blobs).data)
    return blobs.put(html.export(loaded, name, html.load(folder() / "guest")).encode("utf-8", "replace"))
