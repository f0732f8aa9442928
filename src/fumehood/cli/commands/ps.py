"""`hood ps`: the open notebooks and what they are doing."""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Any

import msgspec

from fumehood.cli import words
from fumehood.cli.connecting import daemon, nothing_runs, short_path
from fumehood.protocol.methods import RoomSummary


def main(arguments: argparse.Namespace) -> int:
    rooms = () if nothing_runs() else asyncio.run(_rooms())
    if arguments.json:
        words.say_json([as_fields(room) for room in rooms])
    elif not rooms:
        words.note("No notebook is open.")
    else:
        show(rooms)
    return 0


async def _rooms() -> tuple[RoomSummary, ...]:
    async with daemon("ps") as client:
        return (await client.status()).rooms


def as_fields(room: RoomSummary) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(room)
    every = {name: getattr(room, name) for name in room.__struct_fields__}
    return every | fields


def show(rooms: tuple[RoomSummary, ...]) -> None:
    rows, codes = [], []
    for room in sorted(rooms, key=lambda one: (one.kernel not in ("busy", "starting"), one.path)):
        busy = "" if room.running is None else f"cell {room.running}"
        if room.started is not None:
            busy += f" {words.duration(time.time() - room.started)}"
        rows.append(
            (
                short_path(room.path) + ("*" if room.dirty else ""),
                "no kernel" if room.kernel == "none" else room.kernel,
                busy or "-",
                str(room.queued) if room.queued else "-",
                str(room.clients),
                f"environment {room.environment}" if room.environment else room.spec or "-",
                str(room.kernel_pid) if room.kernel_pid else "-",
            )
        )
        codes.append(("", words.STATES.get(room.kernel, ""), "", "", "", "", ""))
    words.table(("NOTEBOOK", "KERNEL", "RUNNING", "WAITING", "CLIENTS", "SPEC", "PID"), rows, codes)
