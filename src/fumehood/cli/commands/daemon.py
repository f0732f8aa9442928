"""`hood daemon start|stop|status|logs`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import deque
from typing import Any

from fumehood.cli import terminal, words
from fumehood.cli.commands import ps
from fumehood.cli.connecting import daemon
from fumehood.client.launch import listens
from fumehood.core.errors import DaemonUnreachable, FileMissing
from fumehood.core.paths import Paths
from fumehood.protocol.methods import StatusResult


def main(arguments: argparse.Namespace) -> int:
    verb: str = arguments.verb
    if verb == "logs":
        return _logs(arguments.lines, arguments.follow)
    if verb == "stop":
        return _stop(arguments.kill, arguments.json)
    return _status(start=verb == "start", as_json=arguments.json)


def _status(start: bool, as_json: bool) -> int:
    if not start and not listens(Paths.of_user().control_socket):
        if as_json:
            words.say_json({"running": False})
        else:
            words.note("The daemon does not run.")
        return DaemonUnreachable.exit_status
    status = asyncio.run(_ask_status(start))
    if as_json:
        words.say_json({"running": True, **_fields(status)})
        return 0
    rows = [
        ("pid", str(status.pid)),
        ("version", status.build),
        ("since", f"{words.since(status.started)} ago" if status.started else "-"),
        ("memory", words.size(status.memory)),
        ("clients", str(status.clients)),
        ("warm kernels", str(status.warm)),
        ("control socket", status.control_socket),
        ("agent socket", status.agent_socket),
        ("blob server", status.blobs or "-"),
        ("log", str(Paths.of_user().log)),
        ("notebooks", str(len(status.rooms))),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{words.paint(name.ljust(width), words.DIM)}  {terminal.line(value)}")
    if status.rooms:
        print()
        ps.show(status.rooms)
    return 0


async def _ask_status(start: bool) -> StatusResult:
    async with daemon("daemon", start=start) as client:
        return await client.status()


def _fields(status: StatusResult) -> dict[str, Any]:
    fields = {name: getattr(status, name) for name in status.__struct_fields__}
    return fields | {"rooms": [ps.as_fields(room) for room in status.rooms]}


def _stop(kill: bool, as_json: bool) -> int:
    ran = listens(Paths.of_user().control_socket)
    if ran:
        asyncio.run(_ask_stop(kill))
    if as_json:
        words.say_json({"stopped": ran})
    else:
        words.note("The daemon has ended." if ran else "The daemon does not run.")
    return 0


async def _ask_stop(kill: bool) -> None:
    async with daemon("daemon stop", start=False) as client:
        await client.stop_daemon(kill=kill)


def _logs(lines: int, follow: bool) -> int:
    log = Paths.of_user().log
    try:
        file = log.open("rb")
    except FileNotFoundError as error:
        raise FileMissing(f"{log} is not there.", hint="The daemon has not run yet.") from error
    with file:
        for line in deque(file, maxlen=max(0, lines)):
            _show(line)
        if follow:
            from watchfiles import watch

            sys.stdout.flush()
            for _changes in watch(log, raise_interrupt=True):
                for line in file:
                    _show(line)
                sys.stdout.flush()
    return 0


def _show(line: bytes) -> None:
    # A log holds names and messages of strangers.
    print(terminal.clean(line.decode("utf-8", "replace").rstrip("\n"), colour=False))
