"""`hood interrupt`: what runs is interrupted, what waits is cancelled."""

from __future__ import annotations

import argparse
import asyncio

from fumehood.cli import terminal, words
from fumehood.cli.connecting import daemon, find_room, short_path
from fumehood.protocol.methods import RoomParams


def main(arguments: argparse.Namespace) -> int:
    asyncio.run(_interrupt(arguments.notebook, arguments.json))
    return 0


async def _interrupt(notebook: str, as_json: bool) -> None:
    async with daemon("interrupt") as client:
        room = await find_room(client, notebook)
        await client.call("kernel.interrupt", RoomParams(room=room.room))
    if as_json:
        words.say_json({"path": room.path, "interrupted": room.running, "cancelled": room.queued})
    else:
        words.note(f"{terminal.line(short_path(room.path))} is being interrupted.")
