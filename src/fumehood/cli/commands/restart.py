"""`hood restart`: a fresh kernel for an open notebook."""

from __future__ import annotations

import argparse
import asyncio

from fumehood.cli import terminal, words
from fumehood.cli.connecting import daemon, find_room, short_path


def main(arguments: argparse.Namespace) -> int:
    asyncio.run(_restart(arguments.notebook, arguments.kernel, arguments.json))
    return 0


async def _restart(path: str, spec: str, as_json: bool) -> None:
    async with daemon("restart") as client:
        room = await find_room(client, path)
        async with client.open(room.path) as notebook:
            await notebook.restart(spec)
            kernel = notebook.kernel
    if as_json:
        words.say_json({"path": room.path, "kernel": kernel.status, "spec": kernel.spec, "pid": kernel.pid})
    else:
        words.note(f"{terminal.line(short_path(room.path))} has a fresh kernel ({terminal.line(kernel.spec)}).")
