"""How a terminal command reaches the daemon, and finds an open notebook by its file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from fumehood.client import Client, connect
from fumehood.client.client import Connecting
from fumehood.core.errors import RoomMissing
from fumehood.core.paths import Paths
from fumehood.protocol.methods import RoomSummary


def daemon(command: str, start: bool = True) -> Connecting:
    return connect(f"hood {command}", start=start)


def nothing_runs() -> bool:
    """No daemon listens, and no runtime waits for one: there is nothing to show, and nothing to start for it."""
    from fumehood.client.launch import listens

    paths = Paths.of_user()
    if listens(paths.control_socket):
        return False
    try:
        return not any(paths.runtimes.iterdir())
    except OSError:
        return True


async def find_room(client: Client, notebook: str) -> RoomSummary:
    """The open notebook of that file (or with that room id, or the first digits of it). Raises `RoomMissing`."""
    status = await client.status()
    found = match(status.rooms, notebook)
    if found is None:
        raise RoomMissing(f"{notebook} is not open.")
    return found


def match(rooms: Sequence[RoomSummary], notebook: str) -> RoomSummary | None:
    wanted = {str(Path(notebook).absolute()), os.path.realpath(notebook)}
    for room in rooms:
        if room.path in wanted:
            return room
    if len(notebook) >= 6:
        by_id = [room for room in rooms if room.room.startswith(notebook)]
        if len(by_id) == 1:
            return by_id[0]
    return None


def short_path(path: str) -> str:
    """Relative to the working directory or to the home folder, where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):
        return path
    if not relative.startswith(".."):
        return relative
    user = str(Path.home())
    return "~" + path[len(user) :] if path.startswith(user + "/") else path
