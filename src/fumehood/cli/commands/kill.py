"""`hood kill`: ends kernels and closes their notebooks; what they printed is saved before."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

from fumehood.cli import terminal, words
from fumehood.cli.connecting import daemon, find_room, nothing_runs, short_path
from fumehood.core.errors import BadSetting, RoomMissing
from fumehood.protocol.methods import CloseParams, ForceParams, RoomSummary


def main(arguments: argparse.Namespace) -> int:
    if bool(arguments.notebook) == arguments.all:
        raise BadSetting("Name the notebooks, or say --all.", hint="`hood ps` lists them.")
    if nothing_runs():
        if arguments.notebook:
            raise RoomMissing(f"{arguments.notebook[0]} is not open.")
        killed: Sequence[RoomSummary] = ()
    else:
        killed = asyncio.run(_kill(arguments.notebook, arguments.force))
    if arguments.json:
        words.say_json([{"path": room.path, "kernel_pid": room.kernel_pid} for room in killed])
    else:
        for room in killed:
            words.note(f"{terminal.line(short_path(room.path))} is closed.")
        if not killed:
            words.note("No notebook is open.")
    return 0


async def _kill(notebooks: Sequence[str], force: bool) -> list[RoomSummary]:
    async with daemon("kill") as client:
        if notebooks:
            rooms = [await find_room(client, one) for one in notebooks]
        else:
            rooms = list((await client.status()).rooms)
        for room in rooms:
            if force:
                await client.call("kernel.shutdown", ForceParams(room=room.room, force=True))
            await client.call("room.close", CloseParams(room=room.room, kill=True))
        return rooms
